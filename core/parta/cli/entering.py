"""Entering a school from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from parta.boot import registry
from parta.cli.base import fail, school_named
from parta.kernel import access, installation, migrations, settings
from parta.kernel.context import Unit
from parta.kernel.db import Database

SCHOOL = click.option("--school", "slug", required=True, help="The slug of the school.")


@contextmanager
def attached() -> Iterator[Database]:
    """The installation's database, known to all plugins."""
    with installation.attached(settings.load(), registry()) as database:
        yield database


@contextmanager
def entered(database: Database, slug: str) -> Iterator[Unit]:
    """A unit of work as the system in the school with this slug, which must be upgraded."""
    with database.directory() as connection:
        school = school_named(connection, slug)
    if migrations.pending(database, school, [migrations.CORE]):
        fail(f"the school “{slug}” is not upgraded yet; run: parta upgrade")
    with database.enter(school) as unit, access.acting(access.SYSTEM):
        yield unit
