"""The journal's chain of migrations makes the tables its models say, and takes them back."""

from parta.kernel import db, migrations
from sqlalchemy import inspect


def test_the_tables_are_those_of_the_models_and_can_be_taken_back(journal_school, parta_full_database):
    owner = parta_full_database.registry.plugins["journal"].owner
    with parta_full_database.directory() as connection:
        db.enter_schema(connection, journal_school.schema)
        assert migrations.differences(connection, owner) == []
        assert migrations.revision(connection, owner) == migrations.head(owner)
        migrations.downgrade(connection, journal_school, owner)
        names = inspect(connection).get_table_names(schema=journal_school.schema)
    assert not [name for name in names if name.startswith("journal_")]
