"""The class journal and the diary: lessons, marks, attendance, homework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from parta.toolkit import (
    Card,
    ExportPart,
    Link,
    NavItem,
    Permission,
    PluginInfo,
    School,
    Tab,
    hookimpl,
    lazy_gettext,
)

from parta_journal import cards, rest, wire
from parta_journal.demo import filling
from parta_journal.services import (
    DIARY,
    EDIT_LISTS,
    VIEW,
    VIEW_ALL,
    WRITE_ABSENCES,
    WRITE_MARKS,
    catalogue,
    custody,
)
from parta_journal.views import pages

info = PluginInfo(
    name="journal",
    title=lazy_gettext("Journal and diary"),
    summary=lazy_gettext("Lessons, marks, attendance and homework; what students and guardians read."),
)


@hookimpl
def permissions() -> list[Permission]:
    """Teachers write, homeroom teachers write absences, leaders read (T-R1, H-R1, A-R1, D-R1, Z-R1, P-R1)."""
    leaders = ("administrator", "director", "deputy")
    return [
        Permission(WRITE_MARKS, lazy_gettext("Write lessons and marks of own courses"), ("teacher",)),
        Permission(WRITE_ABSENCES, lazy_gettext("Write absences"), ("teacher", "homeroom")),
        Permission(VIEW, lazy_gettext("Read journals of own courses and class"), ("teacher", "homeroom")),
        Permission(VIEW_ALL, lazy_gettext("Read every journal and diary"), leaders),
        Permission(DIARY, lazy_gettext("Read own diary or that of own children"), ("student", "guardian")),
        Permission(EDIT_LISTS, lazy_gettext("Edit kinds of work"), ("administrator",)),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Journals, lessons, diary, kinds of work."""
    return pages.blueprints()


@hookimpl
def rest_blueprints() -> list[Any]:
    """Lessons, marks, attendance, grid and diary as JSON."""
    return [rest.blueprint]


@hookimpl
def template_filters() -> dict[str, Callable[..., Any]]:
    """Weights as people write them."""
    return {"journal_weight": wire.weight}


@hookimpl
def navigation(school: School) -> list[NavItem]:
    """My day and journals for who teaches or leads, the diary for who has one, the list of kinds."""
    return [
        NavItem(
            "journal_day",
            lazy_gettext("My day"),
            Link("journal_day.day"),
            "calendar-event",
            "today",
            20,
            (WRITE_MARKS,),
        ),
        NavItem(
            "journal_diary", lazy_gettext("Diary"), Link("journal_diary.week"), "notes", "today", 30, (DIARY,)
        ),
        NavItem(
            "journal",
            lazy_gettext("Journals"),
            Link("journal.journals"),
            "book",
            "teaching",
            10,
            (VIEW, VIEW_ALL),
        ),
        NavItem(
            "journal_kinds",
            lazy_gettext("Kinds of work"),
            Link("journal_kinds.kinds"),
            "list-details",
            "administration",
            60,
            (EDIT_LISTS,),
        ),
    ]


@hookimpl
def home_cards(school: School) -> list[Card]:
    """Today's lessons for who teaches, what is new for students and guardians."""
    return cards.home()


@hookimpl
def class_tabs(school: School, class_id: int) -> list[Tab]:
    """The journals of the class."""
    return cards.class_tabs(class_id)


@hookimpl
def person_tabs(school: School, person_id: int) -> list[Tab]:
    """The diary of a student."""
    return cards.person_tabs(person_id)


@hookimpl
def plugin_enabled(school: School, name: str) -> None:
    """Give the school the usual kinds of work and attendance letters."""
    if name == "journal":
        catalogue.seed()


@hookimpl
def demo_data(school: School, plan: Any) -> None:
    """Fill the demonstration school with lessons, marks and absences up to today."""
    filling.fill(plan)


@hookimpl
def export_person(school: School, person_id: int) -> list[ExportPart]:
    """Marks and absences of a student."""
    return custody.export(person_id)


@hookimpl
def erase_person(school: School, person_id: int) -> None:
    """Delete them; take a teacher's name off those they set."""
    custody.erase(person_id)


@hookimpl
def merge_persons(school: School, kept_id: int, dropped_id: int) -> None:
    """One row for one work or lesson."""
    custody.merge(kept_id, dropped_id)
