"""The shelf's implementations of every hook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Blueprint
from parta import toolkit
from parta.toolkit import hookimpl

from parta_shelf import hookspecs, models, resources, services, views

info = toolkit.PluginInfo("shelf", "Bookshelf", "What the library lends.", hookspecs=hookspecs)
ORDERS = {"title": "Title", "age": "Age"}
HOME = toolkit.Link("shelf.index")


@click.command("shelf")
def command() -> None:
    """Say what the shelf is for."""
    click.echo("books")


@hookimpl
def commands() -> list[click.Command]:
    return [command]


@hookimpl
def blueprints() -> list[Blueprint]:
    return [views.blueprint]


@hookimpl
def rest_blueprints() -> list[Any]:
    return [resources.blueprint]


@hookimpl
def permissions() -> list[toolkit.Permission]:
    return [
        toolkit.Permission(services.VIEW, "See loans", ("administrator", "director")),
        toolkit.Permission(services.EDIT, "Lend books", ("administrator",)),
    ]


@hookimpl
def settings() -> list[toolkit.Setting]:
    return [
        toolkit.Setting("shelf.most", "Books a person may have", "number", 3, least=1, most=20),
        toolkit.Setting("shelf.open", "Open in the holidays", "yes_no", False),
        toolkit.Setting("shelf.room", "Room", "text", ""),
        toolkit.Setting(
            "shelf.order", "Sorted by", "choice", "title", choices={"title": "Title", "age": "Age"}
        ),
    ]


@hookimpl
def jobs() -> list[toolkit.Job]:
    return [toolkit.Job("shelf.remind", remind)]


def remind(person_id: int) -> None:
    """Write down that a person was reminded of their books."""
    toolkit.audit.record("shelf.remind", "shelf_loan", None, person_id=person_id)


@hookimpl
def template_filters() -> dict[str, Callable[..., Any]]:
    return {"shelf_title": str.title}


@hookimpl
def navigation(school: toolkit.School) -> list[toolkit.NavItem]:
    return [toolkit.NavItem("shelf", "Bookshelf", HOME, "books", "school", permissions=(services.VIEW,))]


@hookimpl
def home_cards(school: toolkit.School) -> list[toolkit.Card]:
    return [toolkit.Card("shelf", "Books", (toolkit.CardLine("Bring them back"),), more=HOME)]


@hookimpl
def person_tabs(school: toolkit.School, person_id: int) -> list[toolkit.Tab]:
    return [toolkit.Tab("shelf", "Books", HOME)]


@hookimpl
def class_tabs(school: toolkit.School, class_id: int) -> list[toolkit.Tab]:
    return [toolkit.Tab("shelf", "Textbooks", HOME)]


@hookimpl
def search(school: toolkit.School, words: str, limit: int) -> list[toolkit.Found]:
    found = [toolkit.Found("Bookshelf", "what is lent", HOME)] if words in "bookshelf" else []
    return found[:limit]


@hookimpl
def health(school: toolkit.School) -> list[toolkit.HealthItem]:
    return [toolkit.HealthItem("shelf", "Bookshelf", "ok")]


@hookimpl
def can(school: toolkit.School, actor: toolkit.Actor, permission: str, subject: Any) -> list[str]:
    locked = isinstance(subject, toolkit.PersonRow) and subject.values.surname == "Закрытый"
    return ["The shelf keeps this person to itself."] if locked and not actor.is_system else []


@hookimpl
def visible(school: toolkit.School, actor: toolkit.Actor, permission: str, entity: Any) -> list[Any]:
    if entity is not toolkit.tables.person or actor.is_system:
        return []
    return [toolkit.tables.person.c.surname != "Закрытый"]


@hookimpl
def plugin_enabled(school: toolkit.School, name: str) -> None:
    toolkit.audit.record("shelf.saw_enabled", "kernel_plugin", None, after={"name": name})


@hookimpl
def plugin_disabled(school: toolkit.School, name: str) -> None:
    toolkit.audit.record("shelf.saw_disabled", "kernel_plugin", None, after={"name": name})


@hookimpl
def demo_data(school: toolkit.School, plan: Any) -> None:
    toolkit.session().add(models.Loan(person_id=plan, book="Азбука"))
    toolkit.session().flush()


@hookimpl
def export_person(school: toolkit.School, person_id: int) -> list[toolkit.ExportPart]:
    rows = tuple({"book": book} for book in services.loans(person_id))
    return [toolkit.ExportPart("shelf_loans", "Books", rows)]


@hookimpl
def erase_person(school: toolkit.School, person_id: int) -> None:
    services.forget(person_id)


@hookimpl
def merge_persons(school: toolkit.School, kept_id: int, dropped_id: int) -> None:
    services.join(kept_id, dropped_id)


@hookimpl
def purge(school: toolkit.School) -> None:
    toolkit.audit.record("shelf.purge", "shelf_loan", None)


@hookimpl
def shelf_books(school: toolkit.School) -> list[str]:
    return ["Азбука"]
