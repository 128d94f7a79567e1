"""Fixtures for tests of Parta and its plugins: a real PostgreSQL and a school in it.

Loaded by pytest itself wherever `parta` is installed.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from parta import hookspecs
from parta.kernel import access, clock, directory, housekeeping, installation, migrations
from parta.kernel.context import School, Unit
from parta.kernel.db import Database
from parta.kernel.plugins import Registry
from parta.kernel.postgres import EmbeddedServer

pytest_plugins = ("parta.testing.web",)

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def parta_server_url() -> Iterator[str]:
    """Address of a PostgreSQL server for this test process: `PARTA_TEST_DATABASE_URL`, or one started here.

    The one started here is the embedded server without fsync: quick, and gone after the tests.
    """
    given = os.environ.get("PARTA_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="parta-test-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "data", fsync=False)
    server.ensure_initialised()
    server.start()
    try:
        yield server.dsn()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def parta_database(parta_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of this test process's own, with the directory of schools and the queue, and no plugin."""
    name = f"test_{os.getpid()}"
    with psycopg.connect(parta_server_url, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}"'.encode())
        connection.execute(f'create database "{name}"'.encode())
    registry = Registry(hookspecs, metadata.version("parta"))
    registry.add_core(housekeeping, "kernel")
    folder = tmp_path_factory.mktemp("files")
    database = Database(_with_database(parta_server_url, name), registry=registry, files=folder)
    installation.prepare(database)
    yield database
    database.dispose()
    with psycopg.connect(parta_server_url, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)'.encode())


@pytest.fixture
def make_school(parta_database: Database) -> Iterator[MakeSchool]:
    """A function that makes schools with the core's tables; they are dropped after the test."""
    maker = MakeSchool(parta_database)
    yield maker
    maker.drop_all()


@pytest.fixture
def school(make_school: MakeSchool) -> School:
    """One school with the core's tables."""
    return make_school()


@pytest.fixture
def unit(parta_database: Database, school: School) -> Iterator[Unit]:
    """A unit of work in `school`, entered as the system."""
    with parta_database.enter(school) as opened, access.acting(access.SYSTEM):
        yield opened


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """A function that stops Parta's clock at a moment, until the test ends."""

    def to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment.astimezone(UTC))

    return to


class MakeSchool:
    """Makes schools for one test and drops them after it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.made: list[School] = []

    def __call__(self, slug: str | None = None, *, migrate: bool = True) -> School:
        """A new school, empty of tables when `migrate` is false."""
        with self.database.directory() as connection:
            made = directory.add(
                connection,
                slug=slug or f"test-{next(_numbers)}",
                name="Школа № 1",
                timezone="Europe/Moscow",
                created_at=clock.now(),
            )
            if migrate:
                migrations.upgrade(connection, made, [migrations.CORE])
        self.made.append(made)
        return made

    def drop_all(self) -> None:
        """Drop every school made here."""
        with self.database.directory() as connection:
            for made in self.made:
                connection.exec_driver_sql(f'drop schema if exists "{made.schema}" cascade')
                connection.exec_driver_sql(f"delete from parta.schools where id = {made.id}")


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
