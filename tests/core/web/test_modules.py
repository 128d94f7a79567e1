"""The page on which a school switches its modules on and off and sets them."""

import re

import pytest
from parta.app import create_app
from parta.kernel import clock, modules, settings, switching
from parta.kernel.plugins import Refused
from parta.testing.web import Client, Site


@pytest.fixture
def make_page(make_world, tmp_path):
    """A function that makes the application with plugins of the tests, seen from a school without any on."""

    def make(*names, migrated=True):
        world = make_world(*names, on=False)
        if migrated:
            world.migrate(*names)
        app = create_app(settings.load({"PARTA_DATA": str(tmp_path / "web")}), world.registry, world.database)
        app.test_client_class = Client
        return Site(app, world.database, world.school), world

    return make


def switches(page):
    """The switches of a page: (name, on)."""
    found = re.findall(r'id="switch-(\w+)" role="switch" aria-checked="(\w+)"', page.text)
    return {name: on == "true" for name, on in found}


def test_modules_are_listed_with_switches_for_the_administrator(make_page):
    site, _world = make_page("shelf", "reader", "guest")
    page = site.as_role("administrator").get(site.url("/modules"))
    assert switches(page) == {"shelf": False, "reader": False, "guest": False}
    for text in ("Bookshelf", "What the library lends.", "version 1.0", "needs: Bookshelf"):
        assert text in page.text
    assert f'href="{site.url("/modules")}"' in page.text
    assert "hx-trigger" not in page.text.partition('id="modules"')[2].partition(">")[0]


def test_the_director_sees_and_does_not_switch(make_page):
    site, _world = make_page("guest")
    client = site.as_role("director")
    page = client.get(site.url("/modules"))
    assert "Brings a book if there is a shelf." in page.text
    assert switches(page) == {}
    for path in ("/modules/guest/on", "/modules/guest/off"):
        assert client.post(site.url(path)).status_code == 403
    assert client.get(site.url("/modules/guest/settings")).status_code == 403


@pytest.mark.parametrize("role", ["teacher", "secretary", "deputy"])
def test_nobody_else_sees_it(make_page, role):
    site, _world = make_page("guest")
    client = site.client(site.person(role))
    assert client.get(site.url("/modules")).status_code == 403
    assert site.url("/modules") not in client.get(site.url("/")).text


def test_switching_on_and_off(make_page):
    site, world = make_page("shelf", "reader")
    client = site.as_role("administrator")
    answer = client.post(site.url("/modules/reader/on"))
    assert (answer.status_code, answer.location) == (302, site.url("/modules"))
    page = client.get(site.url("/modules"))
    assert "“Reader” is on." in page.text
    assert switches(page) == {"shelf": True, "reader": True}
    assert client.get(site.url("/shelf/")).status_code == 200
    assert "“Bookshelf” goes off together with what needs it: Reader." in page.text
    client.post(site.url("/modules/shelf/off"))
    assert switches(client.get(site.url("/modules"))) == {"shelf": False, "reader": False}
    assert client.get(site.url("/shelf/")).status_code == 404
    with world.enter():
        assert modules.enabled() == frozenset()


def test_the_page_looks_again_while_a_module_is_being_switched_on(make_page, monkeypatch):
    site, world = make_page("shelf", migrated=False)
    client = site.as_role("administrator")
    client.post(site.url("/modules/shelf/on"))
    page = client.get(site.url("/modules"))
    assert "“Bookshelf” is being switched on" in page.text
    assert f'hx-get="{site.url("/modules")}" hx-trigger="every 2s"' in page.text
    monkeypatch.setenv("DATABASE_URL", world.url)
    with world.enter():
        switching.enable_when_migrated("shelf")
    again = client.get(site.url("/modules"), headers={"HX-Request": "true"})
    assert "every 2s" not in again.text
    assert switches(again) == {"shelf": True}


def test_why_a_module_could_not_be_switched_on(make_page, monkeypatch):
    site, _world = make_page("guest")
    client = site.as_role("administrator")

    def object_to(self, hook, **values):
        raise ValueError("the shelf is full")

    monkeypatch.setattr(switching.SchoolHooks, "all_or_nothing", object_to)
    client.post(site.url("/modules/guest/on"))
    page = client.get(site.url("/modules"))
    assert "ValueError: the shelf is full" in page.text
    assert switches(page) == {"guest": False}


def test_refused_modules_stand_below_with_the_reason(make_page):
    site, world = make_page("guest")
    world.registry.refused.append(
        Refused("old", "parta-old", "0.1", "it needs parta >=9, installed is 0.1.0")
    )
    page = site.as_role("director").get(site.url("/modules"))
    assert "it needs parta &gt;=9, installed is 0.1.0" in page.text
    assert "parta-old" in page.text
    assert "not installed any more" not in page.text
    with world.enter() as unit:
        unit.session.add(modules.PluginRow(name="old", state="on", reason="", changed_at=clock.now()))
    page = site.as_role("administrator").get(site.url("/modules"))
    assert "Why it cannot run is said below." in page.text
    assert switches(page) == {"guest": False, "old": True}
    world.registry.refused.clear()
    page = site.as_role("administrator").get(site.url("/modules"))
    assert "not installed any more" in page.text


def test_without_modules_the_page_says_what_to_do(make_page):
    site, _world = make_page()
    assert "No module is installed" in site.as_role("administrator").get(site.url("/modules")).text


def test_settings_are_a_form_of_what_the_plugin_declares(make_page):
    site, world = make_page("shelf")
    client = site.as_role("administrator")
    address = site.url("/modules/shelf/settings")
    assert client.get(address).status_code == 404
    client.post(site.url("/modules/shelf/on"))
    assert f'href="{address}"' in client.get(site.url("/modules")).text
    page = client.get(address)
    assert 'name="shelf.most"' in page.text
    assert 'value="3"' in page.text
    sent = {"shelf.most": "5", "shelf.open": "y", "shelf.room": "12", "shelf.order": "age"}
    assert client.post(address, data=sent).location == site.url("/modules")
    with world.enter():
        found = [modules.setting(name) for name in sent]
        assert found == [5, True, "12", "age"]
    del sent["shelf.open"]
    client.post(address, data=sent)
    with world.enter():
        assert modules.setting("shelf.open") is False


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("shelf.most", "21", "Write a number of at most 20."),
        ("shelf.most", "many", "Write a whole number."),
        ("shelf.room", "x" * 1001, "Write at most 1000 letters."),
        ("shelf.order", "colour", "Choose one from the list."),
    ],
)
def test_a_bad_setting_is_shown_at_its_field_and_changes_nothing(make_page, name, value, said):
    site, world = make_page("shelf")
    client = site.as_role("administrator")
    client.post(site.url("/modules/shelf/on"))
    good = {"shelf.most": "7", "shelf.room": "12", "shelf.order": "age"}
    answer = client.post(site.url("/modules/shelf/settings"), data={**good, name: value})
    assert answer.status_code == 422
    assert said in answer.text
    with world.enter():
        assert modules.setting("shelf.most") == 3


@pytest.mark.parametrize("path", ["/modules/absent/on", "/modules/absent/off", "/modules/absent/settings"])
def test_an_unknown_module_is_not_found(make_page, path):
    site, _world = make_page("guest")
    client = site.as_role("administrator")
    answer = client.get(site.url(path)) if path.endswith("settings") else client.post(site.url(path))
    assert answer.status_code == 404
