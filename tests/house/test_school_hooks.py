"""Every hook, through plugins of the tests: on, off, and owned by a plugin."""

import inspect

import pytest
from click.testing import CliRunner
from parta import boot, hookspecs
from parta.cli import main
from parta.kernel import access, guard, modules, switching
from parta.kernel.access import Actor
from parta.kernel.audit import AuditRow
from parta.kernel.contributions import Permission
from parta.kernel.errors import Forbidden
from parta.kernel.listing import Paging
from parta.people.services import VIEW, custody, merging, persons
from parta.people.services.persons import PersonValues
from parta_shelf import api, services
from sqlalchemy import select, text

APP = {"commands", "blueprints", "rest_blueprints", "permissions", "settings", "jobs", "template_filters"}
HOOKS = {name: value for name, value in vars(hookspecs).items() if hasattr(value, "parta_spec")}
SECRETARY = Actor(user_id=1, permissions=frozenset({VIEW, persons.EDIT}))
ANNA, CLOSED = PersonValues("Иванова", "Анна"), PersonValues("Закрытый", "Пётр")


@pytest.fixture
def world(make_world):
    return make_world("shelf")


def collected(world, hook, **values):
    """What the hook brings in the world's school."""
    with world.enter() as unit:
        return modules.hooks().collect(hook, school=unit.school, **values)


def written(action):
    query = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id)
    return modules.context.session().scalars(query).all()


@pytest.mark.parametrize("name", HOOKS)
def test_school_hooks_take_the_school_first(name):
    parameters = list(inspect.signature(HOOKS[name]).parameters)
    assert parameters == [] if name in APP else parameters[0] == "school"


def test_the_tests_plugin_implements_every_hook(install):
    install("shelf")
    registry = boot.registry()
    callers = registry.manager.get_hookcallers(registry.plugins["shelf"].module)
    assert {caller.name for caller in callers} >= HOOKS.keys()


def test_a_school_hook_brings_nothing_where_the_plugin_is_off(world, make_world):
    off = make_world(on=False)
    off.migrate("shelf")
    asked = {"person_id": 1, "class_id": 1, "words": "books", "limit": 9, "permission": VIEW}
    asked |= {"actor": SECRETARY, "subject": persons.PersonRow(1, CLOSED), "entity": persons.Person.__table__}
    for name in sorted(HOOKS.keys() - APP):
        spec = inspect.signature(HOOKS[name])
        if spec.return_annotation == "None" or name in {"export_person", "visible"}:
            continue
        values = {key: asked[key] for key in list(spec.parameters)[1:]}
        with off.enter() as unit:
            caller = modules.hooks()._caller(name)
            assert "shelf" not in {one.plugin_name for one in caller.get_hookimpls()}
            assert not [
                one
                for one in modules.hooks().collect(name, school=unit.school, **values)
                if "shelf" in repr(one).lower()
            ]
        assert collected(world, name, **values), name


def test_plugins_that_put_books_on_the_shelf(make_world):
    world = make_world("shelf", "reader", "guest")
    with world.enter():
        assert api.books() == ["Азбука", "Букварь", "Сказки"]
        switching.disable("guest")
        assert api.books() == ["Азбука", "Букварь"]


def test_a_guest_lives_without_the_shelf(make_world):
    world = make_world("guest")
    assert [item.name for item in collected(world, "health")] == ["guest"]


def test_commands_hook(install):
    install("shelf")
    assert CliRunner().invoke(main, ["shelf"], catch_exceptions=False).output == "books\n"


def test_permissions_hook(world):
    found = world.registry.contributions.permissions["shelf:loan:view"]
    assert found.owner == "shelf"
    assert found.value == Permission("shelf:loan:view", "See loans", ("administrator", "director"))


def test_settings_hook(world):
    with world.enter():
        person = persons.add_person(ANNA)
        for book in ("А", "Б", "В"):
            services.lend(person, book)
        with pytest.raises(services.toolkit.Invalid, match="has 3 books"):
            services.lend(person, "Г")


def test_jobs_hook(world):
    owned = world.registry.contributions.jobs["shelf.remind"]
    with world.enter():
        services.toolkit.defer("shelf.remind", person_id=3)
    with world.enter():
        owned.value.run(person_id=3)
        assert [row.person_id for row in written("shelf.remind")] == [3]


def test_can_hook(world):
    with world.enter():
        anna, closed = persons.add_person(ANNA), persons.add_person(CLOSED)
        with access.acting(SECRETARY):
            assert persons.get(anna).values.surname == "Иванова"
            for act in (lambda: persons.get(closed), lambda: persons.correct(closed, ANNA)):
                with pytest.raises(Forbidden, match="keeps this person to itself"):
                    act()
        guard.allowed(VIEW, persons.get(closed))
        switching.disable("shelf")
        with access.acting(SECRETARY):
            assert persons.get(closed).id == closed


def test_visible_hook(world):
    with world.enter():
        anna, closed = persons.add_person(ANNA), persons.add_person(CLOSED)
        with access.acting(SECRETARY):
            assert [row.id for row in persons.listing(Paging()).rows] == [anna]
        assert persons.listing(Paging()).total == 2
        switching.disable("shelf")
        with access.acting(SECRETARY):
            assert {row.id for row in persons.listing(Paging()).rows} == {anna, closed}


def test_plugin_enabled_hook(make_world):
    world = make_world("shelf", "guest", on=False)
    world.migrate("shelf")
    with world.enter():
        switching.enable("shelf")
        switching.enable("guest")
        assert [row.after["name"] for row in written("shelf.saw_enabled")] == ["shelf", "guest"]


def test_plugin_disabled_hook(world):
    with world.enter():
        switching.disable("shelf")
        assert [row.after["name"] for row in written("shelf.saw_disabled")] == ["shelf"]


def test_demo_data_hook(world):
    with world.enter() as unit:
        person = persons.add_person(ANNA)
        modules.hooks().all_or_nothing("demo_data", school=unit.school, plan=person)
        assert services.loans(person) == ["Азбука"]


def test_export_person_hook(world):
    with world.enter():
        person = persons.add_person(ANNA)
        services.lend(person, "Азбука")
        found = {part.name: part for part in custody.export(person)}["shelf_loans"]
        assert (found.title, found.rows) == ("Books", ({"book": "Азбука"},))


def test_erase_person_hook(world):
    with world.enter():
        person = persons.add_person(ANNA)
        services.lend(person, "Азбука")
        custody.erase(person)
        assert services.loans(person) == []


def test_merge_persons_hook(world):
    with world.enter():
        kept, dropped = persons.add_person(ANNA), persons.add_person(ANNA)
        for person, book in ((kept, "Азбука"), (dropped, "Азбука"), (dropped, "Сказки")):
            services.lend(person, book)
        merging.merge(kept, dropped)
        assert services.loans(kept) == ["Азбука", "Сказки"]


def test_purge_hook(world):
    with world.enter() as unit:
        switching.disable("shelf")
        switching.purge("shelf")
        assert len(written("shelf.purge")) == 1
        assert unit.session.scalar(text("select to_regclass('shelf_loan')")) is None
