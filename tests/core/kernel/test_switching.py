"""A school switches its modules on and off, sets them, and deletes what one has left."""

import pytest
from parta.kernel import access, directory, memory, modules, options, settings, switching
from parta.kernel.access import Actor
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from parta.kernel.worker import Worker
from sqlalchemy import select, text

DIRECTOR = Actor(user_id=1, permissions=frozenset({switching.VIEW}))
ADMINISTRATOR = Actor(user_id=7, permissions=frozenset({switching.VIEW, switching.EDIT}))


def states(world):
    with world.enter():
        return {found.name: found.state for found in switching.states()}


def actions(unit, *names):
    query = select(AuditRow.action, AuditRow.after["name"].astext).order_by(AuditRow.id)
    return [tuple(row) for row in unit.session.execute(query) if row[0] in names]


def tables(unit, name):
    query = text("select tablename from pg_tables where schemaname = current_schema()")
    return sorted(table for table in unit.session.scalars(query) if name in table)


def changes_of_settings(unit):
    return unit.session.scalars(select(AuditRow).where(AuditRow.action == "modules.settings")).all()


def test_nothing_is_on_in_a_new_school(make_world):
    world = make_world("shelf", "guest", on=False)
    with world.enter():
        assert modules.enabled() == frozenset()
        assert modules.hooks().collect("health", school=world.school) == []
    assert states(world) == {"guest": "off", "shelf": "off"}


def test_a_plugin_without_tables_is_on_at_once_and_for_every_process(make_world):
    world = make_world("guest", on=False)
    with world.enter() as unit, access.acting(ADMINISTRATOR):
        revision = unit.school.revision
        assert switching.enable("guest") == "on"
        assert modules.enabled() == {"guest"}
        row = unit.session.get(modules.PluginRow, "guest")
        assert (row.state, row.changed_by) == ("on", 7)
    with world.enter() as unit:
        assert unit.school.revision > revision
        assert modules.enabled() == {"guest"}
        assert actions(unit, "modules.on") == [("modules.on", "guest")]


def test_switching_on_pulls_what_is_required_and_off_drops_who_requires_it(make_world):
    world = make_world("shelf", "reader", "guest", on=False)
    world.migrate("shelf")
    with world.enter():
        assert switching.enable("reader") == "on"
        assert modules.enabled() == {"shelf", "reader"}
        found = switching.state("shelf")
        assert (found.requires, found.needed_by) == ((), ("reader",))
        assert switching.state("reader").requires == ("shelf",)
    with world.enter():
        assert switching.disable("shelf") == ["reader", "shelf"]
        assert modules.enabled() == frozenset()


def test_what_is_read_is_remembered_until_the_revision_changes(make_world):
    world = make_world("guest", on=False)
    with world.enter() as unit:
        assert modules.enabled() == frozenset()
        unit.session.execute(
            text("insert into kernel_plugin values ('guest', 'on', '', current_timestamp, null)")
        )
    with world.enter() as unit:
        assert modules.enabled() == frozenset()
        directory.bump_revision(unit.session.connection(), unit.school.id)
    with world.enter():
        assert modules.enabled() == {"guest"}


def test_what_is_rolled_back_was_never_on(make_world):
    world = make_world("guest", on=False)
    with pytest.raises(LookupError), world.enter():
        switching.enable("guest")
        assert modules.enabled() == {"guest"}
        raise LookupError
    with world.enter():
        assert modules.enabled() == frozenset()


def test_missing_tables_are_brought_by_the_worker(make_world, monkeypatch, tmp_path):
    world = make_world("shelf", "reader", on=False)
    monkeypatch.setenv("DATABASE_URL", world.url)
    with world.enter() as unit:
        assert switching.enable("reader") == "enabling"
        assert modules.enabled() == frozenset()
        mine = "select task_name, args->>'plugin' from jobs.procrastinate_jobs where args->>'school' = :n"
        queued = unit.session.execute(text(mine), {"n": str(unit.school.id)}).one()
        assert tuple(queued) == (switching.ENABLE_JOB, "reader")
    assert states(world) == {"shelf": "enabling", "reader": "enabling"}
    Worker(world.database, world.registry, settings.load({"PARTA_DATA": str(tmp_path / "data")})).run(
        wait=False
    )
    with world.enter():
        switching.enable_when_migrated("reader")
    assert states(world) == {"shelf": "on", "reader": "on"}
    with world.enter() as unit:
        assert tables(unit, "shelf") == ["alembic_version_shelf", "shelf_loan"]


def test_a_migration_that_fails_is_the_plugins_state(make_world, install, monkeypatch, tmp_path):
    world = make_world("guest", on=False)
    install("breaking", code=BREAKING)
    (tmp_path / "site" / "parta_breaking" / "models.py").write_text(BREAKING_MODELS)
    chain = tmp_path / "site" / "parta_breaking" / "migrations"
    chain.mkdir()
    (chain / "0001_breaking.py").write_text(BREAKING_MIGRATION)
    world = make_world(on=False)
    monkeypatch.setenv("DATABASE_URL", world.url)
    with world.enter():
        assert switching.enable("breaking") == "enabling"
    with world.enter():
        switching.enable_when_migrated("breaking")
    with world.enter() as unit:
        found = switching.state("breaking")
        assert (found.state, found.reason) == ("failed", "RuntimeError: no room on the shelf")
        assert tables(unit, "breaking") == []
        assert switching.enable("guest") == "on"


def test_a_job_that_comes_after_switching_off_does_nothing(make_world):
    world = make_world("shelf", on=False)
    with world.enter():
        switching.enable("shelf")
    with world.enter():
        assert switching.disable("shelf") == ["shelf"]
    with world.enter() as unit:
        switching.enable_when_migrated("shelf")
        assert tables(unit, "shelf") == []
    assert states(world) == {"shelf": "off"}


def test_one_that_refuses_to_be_enabled_takes_back_what_all_did(make_world, install, monkeypatch):
    install("grumpy", code=GRUMPY)
    world = make_world("shelf")
    with world.enter() as unit:
        assert switching.enable("grumpy") == "failed"
        assert modules.enabled() == {"shelf"}
        assert switching.state("grumpy").reason == "ValueError: not today"
        assert actions(unit, "shelf.saw_enabled") == [("shelf.saw_enabled", "shelf")]
    with world.enter():
        assert switching.disable("grumpy") == ["grumpy"]
    assert states(world)["grumpy"] == "off"


def test_a_plugin_is_off_while_what_it_requires_is_off(make_world):
    world = make_world("shelf", "reader")
    with world.enter() as unit:
        unit.session.get(modules.PluginRow, "shelf").state = "off"
        memory.changed()
        assert modules.enabled() == frozenset()
        found = switching.state("reader")
        assert (found.state, found.reason) == ("failed", "It needs a module that is off; switch it on again.")
        assert switching.enable("reader") == "on"
        assert modules.enabled() == {"shelf", "reader"}


def test_who_may_see_and_who_may_switch(make_world):
    world = make_world("guest", on=False)
    with world.enter(), access.acting(DIRECTOR):
        assert [found.name for found in switching.states()] == ["guest"]
        assert switching.refused() == []
        for act in (switching.enable, switching.disable, switching.purge):
            with pytest.raises(Forbidden):
                act("guest")
        with pytest.raises(Forbidden):
            options.set_settings({})
    with world.enter(), access.acting(Actor(user_id=1)), pytest.raises(Forbidden):
        switching.states()


@pytest.mark.parametrize("act", [switching.enable, switching.disable, switching.purge])
def test_an_unknown_module(make_world, act):
    with make_world().enter(), pytest.raises(NotFound):
        act("absent")


def test_purging_deletes_everything_that_a_plugin_kept(make_world):
    world = make_world("shelf")
    with world.enter() as unit:
        options.set_settings({"shelf.room": "12"})
        with pytest.raises(Conflict):
            switching.purge("shelf")
        switching.disable("shelf")
        assert tables(unit, "shelf") == ["alembic_version_shelf", "shelf_loan"]
        assert switching.purge("shelf") == ["alembic_version_shelf", "shelf_loan"]
    with world.enter() as unit:
        assert tables(unit, "shelf") == []
        assert unit.session.scalars(select(modules.SettingRow)).all() == []
        assert actions(unit, "shelf.purge") == [("shelf.purge", None)]
        assert modules.owners_here() == []
    assert states(world) == {"shelf": "off"}


def test_purging_works_without_the_package(make_world, tmp_path):
    world = make_world("shelf")
    for entry in (tmp_path / "site").glob("*shelf*"):
        entry.rename(tmp_path / entry.name)
    gone = make_world("guest")
    gone.school = world.school
    with gone.enter() as unit:
        found = switching.state("shelf")
        assert (found.running, found.state, found.title) == (False, "on", "shelf")
        assert modules.enabled() == frozenset()
        switching.disable("shelf")
        switching.purge("shelf")
        assert tables(unit, "shelf") == []
        with pytest.raises(NotFound):
            switching.purge("shelf")


@pytest.mark.parametrize("name", ["people", "kernel", "core", "school", "people_person", "%", ""])
def test_the_cores_tables_cannot_be_purged(make_world, name):
    world = make_world()
    with world.enter() as unit:
        unit.session.execute(
            text("insert into kernel_plugin values (:n, 'off', '', current_timestamp, null)"), {"n": name}
        )
        before = tables(unit, "")
        with pytest.raises(NotFound):
            switching.purge(name)
        assert tables(unit, "") == before


def test_settings_have_defaults_and_are_remembered(make_world):
    world = make_world("shelf")
    with world.enter():
        assert modules.setting("shelf.most") == 3
        options.set_settings(
            {"shelf.most": 5, "shelf.open": True, "shelf.room": " 12  б ", "shelf.order": "age"}
        )
        assert modules.setting("shelf.most") == 5
    with world.enter() as unit:
        assert [option.value for option in options.options("shelf")] == [5, True, "12 б", "age"]
        (row,) = changes_of_settings(unit)
        assert (row.before["shelf.most"], row.after["shelf.most"]) == (3, 5)
        options.set_settings({"shelf.most": 5})
        assert (
            len(unit.session.scalars(select(AuditRow).where(AuditRow.action == "modules.settings")).all())
            == 1
        )
        with pytest.raises(KeyError):
            modules.setting("shelf.absent")


def test_bad_settings_name_every_field_and_change_nothing(make_world):
    world = make_world("shelf")
    values = {
        "shelf.most": 21,
        "shelf.open": "yes",
        "shelf.room": "x" * 1001,
        "shelf.order": "colour",
        "shelf.absent": 1,
        "guest.any": 1,
    }
    with world.enter():
        with pytest.raises(Invalid) as refusal:
            options.set_settings(values)
        assert refusal.value.fields == {
            "shelf.most": "Write a number of at most 20.",
            "shelf.open": "Choose yes or no.",
            "shelf.room": "Write at most 1000 letters.",
            "shelf.order": "Choose one of: Title, Age.",
            "shelf.absent": "There is no such setting in this school.",
            "guest.any": "There is no such setting in this school.",
        }
        for value in (0, True, "3"):
            with pytest.raises(Invalid):
                options.set_settings({"shelf.most": value})
        assert modules.setting("shelf.most") == 3
        switching.disable("shelf")
        with pytest.raises(Invalid):
            options.set_settings({"shelf.most": 4})


def test_a_unit_without_plugins_says_so(parta_database, school):
    url = parta_database.url.render_as_string(hide_password=False)
    bare = type(parta_database)(url)
    with bare.enter(school), pytest.raises(modules.NoPlugins):
        modules.hooks()
    bare.dispose()


BREAKING = """
from parta import toolkit
info = toolkit.PluginInfo("breaking", "Breaking", "Its migration fails.")
"""
BREAKING_MODELS = """
from parta import toolkit
Base = toolkit.plugin_base()
"""
BREAKING_MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision = "breaking_0001"
down_revision = None

def upgrade():
    op.create_table("breaking_thing", sa.Column("id", sa.BigInteger()))
    raise RuntimeError("no room on the shelf")
"""
GRUMPY = """
from parta import toolkit
info = toolkit.PluginInfo("grumpy", "Grumpy", "Does not want to be switched on.")

@toolkit.hookimpl
def plugin_enabled(school, name):
    if name == "grumpy":
        raise ValueError("not today")
"""
