"""The one module that plugins import from the core; what is listed in `__all__` keeps its meaning.

Within a major version names are only added. The core itself never imports this module.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from parta.accounts.models import User
from parta.kernel import audit, clock, files
from parta.kernel.access import Actor, public, require, signed_in
from parta.kernel.access import current as current_actor
from parta.kernel.bulk import as_table
from parta.kernel.context import School, school, session, survive
from parta.kernel.contributions import (
    Card,
    CardLine,
    ExportPart,
    Found,
    HealthItem,
    Job,
    Link,
    NavItem,
    Permission,
    Setting,
    Tab,
)
from parta.kernel.db import naming
from parta.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from parta.kernel.guard import allowed, visible
from parta.kernel.i18n import gettext, lazy_gettext, ngettext, pgettext
from parta.kernel.jobs import defer, defer_once
from parta.kernel.listing import Page, Paging, paginate
from parta.kernel.memory import changed, remembered
from parta.kernel.models import File
from parta.kernel.modules import enabled, hooks, setting
from parta.kernel.plugins import PluginInfo, hookimpl, hookspec
from parta.kernel.rows import need, remove
from parta.kernel.text import search_key, squeeze
from parta.people.models import (
    Enrolment,
    GroupMembership,
    Guardianship,
    Homeroom,
    Person,
    Staff,
    Student,
    Teaching,
)
from parta.people.services import persons, rosters
from parta.people.services.persons import PersonRow, Relative, guardians, wards
from parta.people.services.places import (
    Member,
    homeroom_teachers,
    students_of_class,
    students_of_group,
    teachers_of_course,
)
from parta.rest.base import Schema
from parta.school.models import Course, Group, Profile, SchoolClass, Subject, Term, Year
from parta.school.services import profile, subjects
from parta.school.services.classes import ClassRow, CourseRow, classes, courses
from parta.school.services.years import TermRow, YearRow, all_years, terms
from parta.web import answers, fields, pages
from parta.web.forms import Form
from parta.web.requests import roll_back

__all__ = [
    "REFERENCEABLE",
    "Actor",
    "Card",
    "CardLine",
    "ClassRow",
    "Conflict",
    "CourseRow",
    "DomainError",
    "ExportPart",
    "Forbidden",
    "Form",
    "Found",
    "HealthItem",
    "Invalid",
    "Job",
    "Link",
    "Member",
    "NavItem",
    "NotFound",
    "Page",
    "Paging",
    "Permission",
    "PersonRow",
    "PluginInfo",
    "Relative",
    "Schema",
    "School",
    "Setting",
    "Tab",
    "TermRow",
    "YearRow",
    "all_years",
    "allowed",
    "answers",
    "as_table",
    "audit",
    "changed",
    "classes",
    "clock",
    "courses",
    "current_actor",
    "defer",
    "defer_once",
    "enabled",
    "fields",
    "files",
    "gettext",
    "guardians",
    "homeroom_teachers",
    "hookimpl",
    "hooks",
    "hookspec",
    "lazy_gettext",
    "list_persons",
    "list_subjects",
    "need",
    "ngettext",
    "pages",
    "paginate",
    "person",
    "pgettext",
    "plugin_base",
    "public",
    "remembered",
    "remove",
    "require",
    "roll_back",
    "rosters",
    "school",
    "school_profile",
    "search_key",
    "session",
    "setting",
    "signed_in",
    "squeeze",
    "students_of_class",
    "students_of_group",
    "survive",
    "tables",
    "teachers_of_course",
    "terms",
    "visible",
    "wards",
]

list_persons = persons.listing
list_subjects = subjects.listing
person = persons.get
school_profile = profile.get


def plugin_base() -> type[DeclarativeBase]:
    """A base of its own for a plugin's tables, whose constraints are named as everywhere in Parta."""

    class PluginBase(DeclarativeBase):
        __abstract__ = True
        metadata = MetaData(naming_convention=naming)

    return PluginBase


def _table(model: Any) -> Table:
    return cast("Table", model.__table__)


class tables:  # noqa: N801 - a namespace, read as `tables.person.c.id`
    """Tables of the core that a plugin's tables may refer to: their names and keys do not change.

    A plugin may read them in its queries; it writes only through the core's services.
    """

    profile = _table(Profile)
    year = _table(Year)
    term = _table(Term)
    subject = _table(Subject)
    class_ = _table(SchoolClass)
    group = _table(Group)
    course = _table(Course)
    person = _table(Person)
    staff = _table(Staff)
    student = _table(Student)
    guardianship = _table(Guardianship)
    enrolment = _table(Enrolment)
    group_membership = _table(GroupMembership)
    teaching = _table(Teaching)
    homeroom = _table(Homeroom)
    user = _table(User)
    file = _table(File)


REFERENCEABLE = frozenset(table.name for table in vars(tables).values() if isinstance(table, Table))
