"""What all commands share: plugins' commands join, and a failure is one line."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from parta.boot import registry
from parta.kernel import directory, settings
from parta.kernel.backup import BackupError
from parta.kernel.context import School
from parta.kernel.dumps import DumpError
from parta.kernel.errors import DomainError, NotFound
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
        except (DomainError, ServerError, BackupError, DumpError, settings.SettingsError) as error:
            fail(str(error))
        except OperationalError as error:
            fail(f"the database: {str(error.orig).strip().splitlines()[0]}")


def fail(message: str) -> NoReturn:
    """Say what went wrong and exit with 1."""
    click.echo(f"parta: {message}", err=True)
    sys.exit(1)


def school_named(connection: Connection, slug: str) -> School:
    """The school with this slug.

    Raises NotFound.
    """
    found = directory.find_by_slug(connection, slug)
    if found is None:
        raise NotFound(f"there is no school “{slug}”; see: parta school list")
    return found


def _plugin_commands() -> dict[str, click.Command]:
    """The commands of every plugin that runs, by name; the core's own names cannot be taken."""
    return {name: owned.value for name, owned in registry().contributions.commands.items()}
