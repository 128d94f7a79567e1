"""The `parta` command: what an operator does from a terminal."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from parta import hookspecs
from parta.kernel import clock, directory, installation, migrations, settings
from parta.kernel.context import School
from parta.kernel.db import Database
from parta.kernel.errors import DomainError
from parta.kernel.postgres import ServerError


class Command(click.Group):
    """The `parta` command: joined by the plugins' commands, and with failures of one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_plugin_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _plugin_commands().get(cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (DomainError, ServerError, settings.SettingsError) as error:
            _fail(str(error))


def _plugin_commands() -> dict[str, click.Command]:
    """The commands of every plugin that runs, by name; the core's own names cannot be taken."""
    registry = installation.load_plugins(hookspecs)
    found = [command for commands in registry.manager.hook.commands() for command in commands]
    return {command.name: command for command in found}


def _fail(message: str) -> NoReturn:
    click.echo(f"parta: {message}", err=True)
    sys.exit(1)


@click.group(cls=Command)
@click.version_option(package_name="parta")
def main() -> None:
    """Run a school's record."""


@main.group()
def school() -> None:
    """Schools of this installation."""


@school.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="The school's full name.")
@click.option("--timezone", default="Europe/Moscow", show_default=True, help="Its time zone.")
def create_school(slug: str, name: str, timezone: str) -> None:
    """Add the school SLUG, with all the tables it needs."""
    registry = installation.load_plugins(hookspecs)
    with installation.attached(settings.load()) as database, database.directory() as connection:
        made = directory.add(connection, slug=slug, name=name, timezone=timezone, created_at=clock.now())
        migrations.upgrade(connection, made, installation.owners(registry))
    click.echo(f"The school “{made.name}” stands at /{made.slug}")


@school.command("list")
def list_schools() -> None:
    """Print every school: slug, name, time zone."""
    with installation.attached(settings.load()) as database, database.directory() as connection:
        for found in directory.all_schools(connection):
            click.echo(f"{found.slug}\t{found.name}\t{found.timezone}")


@main.command()
@click.option("--plan", is_flag=True, help="Only say what would change.")
def upgrade(plan: bool) -> None:
    """Bring every school's tables to this version; a school that fails stays as it was."""
    owners = installation.owners(installation.load_plugins(hookspecs))
    with installation.attached(settings.load()) as database:
        with database.directory() as connection:
            schools = directory.all_schools(connection)
        failed = [found.slug for found in schools if not _upgrade_one(database, found, owners, plan)]
    if failed:
        _fail(f"not upgraded: {', '.join(failed)}")


def _upgrade_one(database: Database, found: School, owners: list[migrations.Owner], plan: bool) -> bool:
    """Upgrade one school, or say what would change; false when it failed."""
    waiting = migrations.pending(database, found, owners)
    steps = ", ".join(f"{name} {old or 'nothing'} → {new}" for name, old, new in waiting)
    if plan or not waiting:
        click.echo(f"{found.slug}: {steps or 'up to date'}")
        return True
    try:
        migrations.upgrade_school(database, found, owners)
    except Exception as error:  # one school's failure must not keep the others waiting
        click.echo(f"{found.slug}: failed, left as it was: {error}", err=True)
        return False
    click.echo(f"{found.slug}: {steps}")
    return True


@main.command()
@click.option("--check", is_flag=True, help="Exit with 1 when a plugin was refused.")
def plugins(check: bool) -> None:
    """Print the plugins that run, and those refused with the reason."""
    registry = installation.load_plugins(hookspecs)
    for name, plugin in registry.plugins.items():
        click.echo(f"{name}\t{plugin.version}\t{plugin.info.summary}")
    for refused in registry.refused:
        click.echo(f"{refused.name}\t{refused.version}\trefused: {refused.reason}")
    if check and registry.refused:
        sys.exit(1)
