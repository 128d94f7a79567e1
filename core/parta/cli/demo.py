"""`parta demo`: a demonstration school, built where it is not there yet."""

from __future__ import annotations

import logging

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from parta.boot import registry
from parta.cli.base import fail
from parta.demo import build
from parta.demo.plan import DemoPlan
from parta.kernel import access, clock, directory, i18n, installation, migrations, settings, switching
from parta.kernel.context import School
from parta.kernel.db import Database

log = logging.getLogger(__name__)

STEPS = 4
SLUG = "demo-school"


@click.command()
@click.option("--students", default=500, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--class-size", default=25, show_default=True, type=click.IntRange(1, 40))
@click.option("--schools", default=1, show_default=True, type=click.IntRange(1, 500))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same school.")
def demo(students: int, class_size: int, schools: int, seed: int) -> None:
    """Build demonstration schools that are not there yet, and print their accounts."""
    console = Console()
    with installation.attached(settings.load(), registry()) as database:
        for number in range(1, schools + 1):
            slug = SLUG if number == 1 else f"{SLUG}-{number}"
            with database.directory() as connection:
                known = directory.find_by_slug(connection, slug) is not None
            if not known:
                _try_to_build(database, console, slug, build.plan(students, class_size, seed + number - 1))
    _print_accounts(console)


def _try_to_build(database: Database, console: Console, slug: str, plan: DemoPlan) -> None:
    try:
        _build(database, console, slug, plan)
    except Exception as error:
        log.exception("%s was not built", slug)
        fail(f"{slug}: not built, nothing is left: {type(error).__name__}: {error}")


def _build(database: Database, console: Console, slug: str, plan: DemoPlan) -> None:
    """One school: it is entered in the directory together with all that is in it, or not at all."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, i18n.reading("ru"):
        number = slug.rpartition("-")[2] if slug != SLUG else "1"
        name = f"Школа № {number} (демонстрационная)"
        task = progress.add_task(f"{slug}: tables", total=STEPS + len(modules_on(database)))

        def say(step: str) -> None:
            progress.update(task, description=f"{slug}: {step}", advance=1)

        school = _add_school(database, slug, name)
        try:
            with database.enter(school), access.acting(access.SYSTEM):
                for plugin in modules_on(database):
                    switching.enable(plugin)
                build.build(plan, name, say)
        except BaseException:
            _remove(database, school)
            raise
        progress.update(task, completed=STEPS + len(modules_on(database)))


def modules_on(database: Database) -> list[str]:
    """Every plugin that runs: a demonstration shows them all."""
    assert database.registry is not None
    return list(database.registry.plugins)


def _add_school(database: Database, slug: str, name: str) -> School:
    assert database.registry is not None
    with database.directory() as connection:
        made = directory.add(
            connection, slug=slug, name=name, timezone="Europe/Moscow", created_at=clock.now()
        )
        migrations.upgrade(connection, made, installation.owners(database.registry))
    return made


def _remove(database: Database, school: School) -> None:
    with database.directory() as connection:
        directory.remove(connection, school)


def _print_accounts(console: Console) -> None:
    table = Table(title="Demonstration accounts")
    table.add_column("Login")
    table.add_column("Password")
    for login in build.LOGINS:
        table.add_row(login, build.PASSWORD)
    console.print(table)
