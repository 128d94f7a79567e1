"""`parta plugins`: what is installed and what was refused; what a school has on."""

from __future__ import annotations

import sys

import click

from parta.boot import registry
from parta.cli.base import fail
from parta.cli.entering import SCHOOL, attached, entered
from parta.kernel import migrations, modules, switching
from parta.kernel.db import Database


@click.group(invoke_without_command=True)
@click.option("--check", is_flag=True, help="Exit with 1 when a plugin was refused.")
@click.pass_context
def plugins(ctx: click.Context, check: bool) -> None:
    """Print the plugins that run, and those refused with the reason."""
    if ctx.invoked_subcommand:
        return
    found = registry()
    for name, plugin in found.plugins.items():
        click.echo(f"{name}\t{plugin.version}\t{plugin.info.summary}")
    for refused in found.refused:
        click.echo(f"{refused.name}\t{refused.version}\trefused: {refused.reason}")
    if check and found.refused:
        sys.exit(1)


@plugins.command("list")
@SCHOOL
def list_of_school(slug: str) -> None:
    """Print what a school has on, and what plugins that are gone have left there."""
    with attached() as database, entered(database, slug):
        for found in switching.states():
            said = [found.name, found.state, found.version or "not installed", found.reason]
            click.echo("\t".join(said).rstrip())


@plugins.command()
@click.argument("name")
@SCHOOL
def enable(name: str, slug: str) -> None:
    """Switch the plugin NAME on in a school, with what it requires; its tables are brought here and now."""
    with attached() as database:
        _bring_tables(database, slug, name)
        with entered(database, slug):
            state = switching.enable(name)
            reason = switching.state(name).reason
    if state != modules.ON:
        fail(f"“{name}” is not on: {reason}")
    click.echo(f"{slug}: “{name}” is on")


def _bring_tables(database: Database, slug: str, name: str) -> None:
    with entered(database, slug) as unit:
        school, owners = unit.school, switching.missing_tables(name)
    try:
        if owners:
            migrations.upgrade_school(database, school, owners)
    except Exception as error:  # whatever a migration raises, the school is as it was
        fail(f"the tables of “{name}” cannot be made: {type(error).__name__}: {error}")


@plugins.command()
@click.argument("name")
@SCHOOL
def disable(name: str, slug: str) -> None:
    """Switch the plugin NAME off in a school, with what requires it; their data stays."""
    with attached() as database, entered(database, slug):
        dropped = switching.disable(name)
    listed = ", ".join(f"“{other}”" for other in dropped)
    click.echo(f"{slug}: off: {listed}" if dropped else f"{slug}: “{name}” was off")


@plugins.command()
@click.argument("name")
@SCHOOL
@click.option("--yes", help="The name once more, to delete without being asked.")
def purge(name: str, slug: str, yes: str | None) -> None:
    """Delete for ever what the plugin NAME has kept in a school, installed or not."""
    asked = f"Type the name of the plugin to delete everything that it has kept in “{slug}”"
    if (yes or click.prompt(asked)) != name:
        fail("nothing was deleted")
    with attached() as database, entered(database, slug):
        tables = switching.purge(name)
    click.echo(f"{slug}: “{name}” has left nothing; tables deleted: {', '.join(tables) or 'none'}")
