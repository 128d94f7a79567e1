"""Migrations: each owner (the core, every plugin) has its own chain and version table in each school.

Alembic keeps its context in module globals, so everything here runs only in a process that migrates one
school at a time, never in a web or worker thread.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.engine import Connection

from parta.kernel import audit as _audit  # noqa: F401  # its table joins the core's
from parta.kernel import models as _models  # noqa: F401  # and so do these
from parta.kernel.context import School
from parta.kernel.db import Base, Database, enter_schema
from parta.kernel.directory import bump_revision

HERE = Path(__file__).resolve().parent.parent / "migrations"
MIGRATION_TIMEOUT = "10min"


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who has tables in a school: `prefixes` are how their names begin."""

    name: str
    metadata: MetaData
    versions: Path
    prefixes: tuple[str, ...]

    @property
    def version_table(self) -> str:
        """The table that remembers this owner's revision in a school."""
        return f"alembic_version_{self.name}"


CORE = Owner("core", Base.metadata, HERE / "versions", ("kernel_", "school_", "people_", "accounts_"))


def _config(owner: Owner, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(owner.versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(
        connection=connection,
        metadata=owner.metadata,
        version_table=owner.version_table,
        prefixes=owner.prefixes,
    )
    return config


def head(owner: Owner) -> str | None:
    """The newest revision of the owner's chain, None when it has no tables."""
    return _head(owner.name, owner.versions)


@functools.cache
def _head(name: str, versions: Path) -> str | None:
    """Read once in a process: the files of a chain do not change while it runs."""
    return ScriptDirectory.from_config(_config(Owner(name, MetaData(), versions, ()))).get_current_head()


def knows(owner: Owner, number: str) -> bool:
    """Whether a revision is one of the owner's chain as installed here."""
    chain = ScriptDirectory.from_config(_config(owner)).walk_revisions()
    return number in {script.revision for script in chain}


def present(connection: Connection, owners: list[Owner], also: str | None = None) -> list[Owner]:
    """The core, those of `owners` that have tables in the school entered on `connection`, and `also`."""
    names = [owner.version_table for owner in owners]
    statement = (
        "select tablename from pg_tables where schemaname = current_schema() and tablename = any(:names)"
    )
    found = set(connection.execute(text(statement), {"names": names}).scalars())
    return [owner for owner in owners if owner is CORE or owner.name == also or owner.version_table in found]


def revisions(connection: Connection, owners: list[Owner], also: str | None = None) -> dict[str, str | None]:
    """The revision of each of `owners` that `present` finds in the school entered."""
    return {owner.name: revision(connection, owner) for owner in present(connection, owners, also)}


def is_current(connection: Connection, owners: list[Owner]) -> bool:
    """Whether the school entered on `connection` has the newest tables of whoever has some there."""
    heads = {owner.name: head(owner) for owner in owners}
    return all(heads[name] == found for name, found in revisions(connection, owners).items())


@dataclass(slots=True)
class Currency:
    """Answers whether a school is at its heads; asks the database once for each revision of the school."""

    database: Database
    owners: list[Owner]
    _known: dict[int, int] = field(default_factory=dict)

    def holds(self, school: School) -> bool:
        """Whether the school may be entered. One that may not is asked about each time."""
        if self._known.get(school.id) == school.revision:
            return True
        with self.database.engine(school.database).begin() as connection:
            enter_schema(connection, school.schema)
            current = is_current(connection, self.owners)
        if current:
            self._known[school.id] = school.revision
        return current


def revision(connection: Connection, owner: Owner) -> str | None:
    """The owner's revision in the school entered on `connection`, None when it has none there."""
    table = connection.execute(text("select to_regclass(:name)"), {"name": owner.version_table}).scalar()
    if table is None:
        return None
    statement = f'select version_num from "{owner.version_table}"'
    return connection.execute(text(statement)).scalar_one_or_none()


def upgrade(connection: Connection, school: School, owners: list[Owner], to: str = "head") -> None:
    """Bring all `owners` of one school to `to` in the caller's transaction, the core first."""
    _lock(connection, school)
    for owner in owners:
        command.upgrade(_config(owner, connection), to)


def downgrade(connection: Connection, school: School, owner: Owner, to: str = "base") -> None:
    """Take one owner's chain in a school back to `to`, in the caller's transaction."""
    _lock(connection, school)
    command.downgrade(_config(owner, connection), to)


def differences(connection: Connection, owner: Owner) -> list[object]:
    """What the owner's models say and the school's tables do not; empty when they agree."""
    migration = MigrationContext.configure(
        connection,
        opts={
            "version_table": owner.version_table,
            "include_object": lambda obj, name, kind, reflected, other: (
                kind != "table" or str(name).startswith(owner.prefixes)
            ),
        },
    )
    return list(compare_metadata(migration, owner.metadata))


def upgrade_school(database: Database, school: School, owners: list[Owner]) -> None:
    """Bring one school to the heads of `owners` in one transaction: all of them or none."""
    with database.engine(school.database).begin() as connection:
        upgrade(connection, school, owners)
    with database.directory() as connection:
        bump_revision(connection, school.id)


def pending(
    database: Database, school: School, owners: list[Owner], also: str | None = None
) -> list[tuple[str, str | None, str]]:
    """What an upgrade of the school would change: (owner, revision now, newest revision).

    Owners without tables in the school are left out, except the one named `also`.
    """
    heads = {owner.name: head(owner) for owner in owners}
    with database.engine(school.database).begin() as connection:
        enter_schema(connection, school.schema)
        found = revisions(connection, owners, also)
    steps = [(name, old, heads[name]) for name, old in found.items()]
    return [(name, old, new) for name, old, new in steps if new is not None and old != new]


def _lock(connection: Connection, school: School) -> None:
    """One migration a school at a time; patience beyond what a request has."""
    connection.execute(text("select pg_advisory_xact_lock(70617274, :id)"), {"id": school.id % 2**31})
    enter_schema(connection, school.schema)
    connection.execute(text("select set_config('statement_timeout', :t, true)"), {"t": MIGRATION_TIMEOUT})
