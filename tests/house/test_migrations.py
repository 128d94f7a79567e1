"""Every owner's chain, against the core's head: up, in step with its models, down, its own prefix only."""

import pytest
from parta import boot
from parta.kernel import installation
from parta.kernel.db import enter_schema
from parta.kernel.fence import tables_of
from parta.testing.chains import check_chain, check_owner
from parta_shelf import plugin

OWNERS = [*installation.owners(boot.registry()), tables_of(plugin)]


@pytest.fixture
def entered(parta_database, make_school):
    """A connection to an empty school, whose work is undone."""
    school = make_school(migrate=False)
    with parta_database.engine().connect() as connection, connection.begin() as transaction:
        enter_schema(connection, school.schema)
        yield connection, school
        transaction.rollback()


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.name)
def test_a_chain_goes_up_and_down_and_agrees_with_its_models(entered, owner):
    check_owner(*entered, owner)


def test_a_model_without_its_migration_is_found(entered, monkeypatch):
    owner = OWNERS[-1]
    column = owner.metadata.tables["shelf_loan"].columns["book"]
    monkeypatch.setattr(column, "nullable", True)
    with pytest.raises(AssertionError):
        check_owner(*entered, owner)


def test_plugin_authors_check_theirs_by_name(make_world, make_school):
    world = make_world("shelf", on=False)
    check_chain(world.database, make_school(migrate=False), "shelf")
