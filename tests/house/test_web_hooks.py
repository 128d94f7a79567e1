"""Hooks that a page or the JSON API shows, over HTTP: there where a plugin is on, absent where it is off."""

from datetime import date

import pytest
from flask import render_template_string
from parta.app import create_app
from parta.kernel import settings, switching
from parta.school.services import classes, years
from parta.testing.web import Client, Site

PAGE, PART = "/shelf/", "/api/v1/shelf/loans/1"


@pytest.fixture
def make_shelf(make_world, tmp_path):
    """A function that makes the application with the shelf, seen from a school that has it on or off."""

    def make(*beside):
        world = make_world("shelf", *beside)
        app = create_app(settings.load({"PARTA_DATA": str(tmp_path / "web")}), world.registry, world.database)
        app.test_client_class = Client
        return Site(app, world.database, world.school)

    return make


@pytest.fixture
def shelf(make_shelf):
    return make_shelf()


def as_administrator(site):
    return site.client(site.person("administrator"))


def without_shelf(site):
    with site.enter():
        switching.disable("shelf")


def shown_and_gone(shelf, path, words):
    """That the page says `words`, and no more once the shelf is off."""
    client = as_administrator(shelf)
    page = client.get(shelf.url(path))
    assert page.status_code == 200
    assert words in page.text
    without_shelf(shelf)
    assert words not in client.get(shelf.url(path)).text


def test_blueprints_hook(shelf):
    client = as_administrator(shelf)
    assert client.get(shelf.url(PAGE)).text == "shelf: 3"
    assert shelf.as_role("secretary").get(shelf.url(PAGE)).status_code == 403
    without_shelf(shelf)
    assert client.get(shelf.url(PAGE)).status_code == 404


def test_rest_blueprints_hook(shelf):
    client = as_administrator(shelf)
    assert client.get(shelf.url(PART)).json == {"books": []}
    described = client.get(shelf.url("/api/v1/openapi.json")).json
    assert "/api/v1/shelf/loans/{person_id}" in described["paths"]
    without_shelf(shelf)
    gone = client.get(shelf.url(PART))
    assert (gone.status_code, gone.mimetype) == (404, "application/problem+json")
    assert "shelf" not in client.get(shelf.url("/api/v1/openapi.json")).text


def test_template_filters_hook(shelf):
    with shelf.app.app_context():
        assert render_template_string("{{ 'the abc' | shelf_title }}") == "The Abc"


def test_navigation_hook(shelf):
    link = f'href="{shelf.url(PAGE)}"'
    assert link not in shelf.as_role("secretary").get(shelf.url("/account")).text
    shown_and_gone(shelf, "/account", link)


def test_home_cards_hook(shelf):
    shown_and_gone(shelf, "/", "Bring them back")


def test_search_hook(shelf):
    shown_and_gone(shelf, "/search?q=bookshelf", "what is lent")


@pytest.mark.parametrize("hook", ["navigation", "home_cards", "search"])
def test_around_a_page_a_plugin_that_fails_is_left_out_and_written_down(shelf, monkeypatch, caplog, hook):
    client = as_administrator(shelf)
    for caller in shelf.app.extensions["parta_registry"].manager.get_hookcallers(
        shelf.app.extensions["parta_registry"].plugins["shelf"].module
    ):
        for one in caller.get_hookimpls():
            if one.plugin_name == "shelf" and caller.name == hook:
                monkeypatch.setattr(one, "function", fail)
    page = client.get(shelf.url("/search?q=bookshelf" if hook == "search" else "/"))
    assert page.status_code == 200
    assert f"plugin shelf failed in {hook}" in caplog.text


def fail(*values):
    raise LookupError("a plugin's fault")


def test_health_hook(make_shelf):
    site = make_shelf("guest")
    client = as_administrator(site)
    page = client.get(site.url("/modules")).text
    assert "Seat: the guest stands" in page
    assert "look here" in page
    assert "in order" not in page, "of the shelf, which is well"
    with site.enter():
        switching.disable("guest")
    assert "the guest stands" not in client.get(site.url("/modules")).text


def test_person_tabs_hook(shelf):
    person = shelf.person(surname="Петрова", kind="person")
    shown_and_gone(shelf, f"/people/{person}", f'<a href="{shelf.url(PAGE)}">Books</a>')


def test_class_tabs_hook(shelf):
    with shelf.enter():
        year = years.add_year("2026/27", date(2026, 9, 1), date(2027, 8, 31))
        number = classes.add_class(year, 5, "А", "quarters")
    shown_and_gone(shelf, f"/classes/{number}", f'<a href="{shelf.url(PAGE)}">Textbooks</a>')


def test_off_means_off_in_one_school_and_on_in_the_other(make_shelf, make_world):
    shelf = make_shelf()
    off = Site(shelf.app, shelf.database, make_world("guest", on=False).school)
    client, other = as_administrator(shelf), as_administrator(off)
    for path in (PAGE, PART):
        assert client.get(shelf.url(path)).status_code == 200
        assert other.get(off.url(path)).status_code == 404
