"""The class journal and the diary: lessons, marks, attendance, homework."""

from __future__ import annotations

from typing import Any

from parta.toolkit import ExportPart, Permission, PluginInfo, School, hookimpl, lazy_gettext

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
