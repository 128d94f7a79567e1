"""Every owner's chain, against the core's head: up, in step with its models, down, its own prefix only."""

import pytest
from parta import boot
from parta.kernel import installation, migrations
from parta.kernel.db import enter_schema
from parta.kernel.fence import tables_of
from parta_shelf import plugin
from sqlalchemy import text

OWNERS = [*installation.owners(boot.registry()), tables_of(plugin)]


def tables(connection):
    query = text("select tablename from pg_tables where schemaname = current_schema()")
    return set(connection.execute(query).scalars())


@pytest.fixture
def connection(parta_database, make_school):
    school = make_school(migrate=False)
    with parta_database.engine().connect() as opened, opened.begin() as transaction:
        enter_schema(opened, school.schema)
        yield opened, school
        transaction.rollback()


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.name)
def test_a_chain_goes_up_and_down_and_agrees_with_its_models(connection, owner):
    opened, school = connection
    if owner is not migrations.CORE:
        migrations.upgrade(opened, school, [migrations.CORE])
    before = tables(opened)
    migrations.upgrade(opened, school, [owner])
    made = tables(opened) - before - {owner.version_table}
    assert made
    assert all(table.startswith(owner.prefixes) for table in made)
    assert migrations.differences(opened, owner) == []
    assert migrations.revision(opened, owner) == migrations.head(owner)
    migrations.downgrade(opened, school, owner)
    assert tables(opened) == before | {owner.version_table}
    migrations.upgrade(opened, school, [owner])
    assert tables(opened) - before - {owner.version_table} == made
