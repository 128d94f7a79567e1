"""`parta upgrade` and `parta migrate`: bringing schools to the installed version."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import Progress

from parta.boot import registry
from parta.cli.base import fail, school_named
from parta.kernel import installation, migrations, settings, upgrades
from parta.kernel.context import School
from parta.kernel.db import Database
from parta.kernel.directory import all_schools


@click.command()
@click.option("--plan", is_flag=True, help="Only say what would change.")
def upgrade(plan: bool) -> None:
    """Bring every school's tables to this version; a school that fails stays as it was."""
    owners = installation.owners(registry())
    with installation.attached(settings.load()) as database:
        with database.directory() as connection:
            schools = all_schools(connection)
        behind = [school for school in schools if not _say_plan(database, school, owners, plan)]
        failed = _migrate_all([school.slug for school in behind]) if behind and not plan else []
    if failed:
        fail(f"not upgraded: {', '.join(sorted(failed))}")


def _say_plan(database: Database, school: School, owners: list[migrations.Owner], plan: bool) -> bool:
    """Whether the school is up to date; says so, or what would change when that was asked."""
    steps = _steps(migrations.pending(database, school, owners))
    if plan or not steps:
        click.echo(f"{school.slug}: {steps or 'up to date'}")
    return not steps


def _steps(waiting: list[tuple[str, str | None, str]]) -> str:
    return ", ".join(f"{name} {old or 'nothing'} → {new}" for name, old, new in waiting)


def _migrate_all(slugs: list[str]) -> list[str]:
    """Migrate the schools with a progress bar; returns those that failed."""
    failed = []
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Upgrading", total=len(slugs))
        for slug, done, failure in upgrades.migrate_all(slugs):
            progress.advance(task)
            if failure:
                failed.append(slug)
                click.echo(f"{slug}: failed, left as it was: {failure}", err=True)
            else:
                click.echo(done)
    return failed


@click.command()
@click.argument("slug", metavar="SCHOOL")
@click.argument("owner", required=False)
def migrate(slug: str, owner: str | None) -> None:
    """Bring one SCHOOL to this version in this process, with the tables of OWNER too if it has none yet."""
    owners = installation.owners(registry())
    if owner is not None and owner not in {known.name for known in owners}:
        fail(f"there is no plugin “{owner}” with tables; see: parta plugins")
    with installation.attached(settings.load()) as database:
        with database.directory() as connection:
            school = school_named(connection, slug)
        waiting = migrations.pending(database, school, owners, owner)
        if not waiting:
            click.echo(f"{slug}: up to date")
            return
        _upgrade(database, school, owners, {name for name, _, _ in waiting})
    click.echo(f"{slug}: {_steps(waiting)}")


def _upgrade(database: Database, school: School, owners: list[migrations.Owner], names: set[str]) -> None:
    try:
        migrations.upgrade_school(database, school, [owner for owner in owners if owner.name in names])
    except Exception as error:  # whatever a migration raises, the school is as it was
        fail(f"{type(error).__name__}: {' '.join(str(error).split())}")
