"""What the tables of every owner must stand: for the core's tests, and for those of plugin authors."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

from parta.kernel import installation, migrations
from parta.kernel.context import School
from parta.kernel.db import Database, enter_schema
from parta.kernel.migrations import CORE, Owner


def check_chain(database: Database, school: School, name: str) -> None:
    """Take the chain of `name` in an empty school up, down and up again; nothing of it remains there.

    Raises AssertionError when its tables lack its prefix or disagree with its models, or when going down
    leaves something behind.
    """
    assert database.registry is not None
    owners = {owner.name: owner for owner in installation.owners(database.registry)}
    with database.engine(school.database).connect() as connection, connection.begin() as transaction:
        enter_schema(connection, school.schema)
        check_owner(connection, school, owners[name])
        transaction.rollback()


def check_owner(connection: Connection, school: School, owner: Owner) -> None:
    """As `check_chain`, in the caller's transaction."""
    if owner is not CORE:
        migrations.upgrade(connection, school, [CORE])
    before = _tables(connection)
    migrations.upgrade(connection, school, [owner])
    made = _tables(connection) - before - {owner.version_table}
    assert made, f"the migrations of {owner.name} make no table"
    assert all(table.startswith(owner.prefixes) for table in made), made
    assert migrations.differences(connection, owner) == []
    migrations.downgrade(connection, school, owner)
    assert _tables(connection) == before | {owner.version_table}
    migrations.upgrade(connection, school, [owner])
    assert _tables(connection) - before - {owner.version_table} == made


def _tables(connection: Connection) -> set[str]:
    query = text("select tablename from pg_tables where schemaname = current_schema()")
    return set(connection.execute(query).scalars())
