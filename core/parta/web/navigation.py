"""The core's entries of the navigation."""

from __future__ import annotations

from parta.accounts import services as accounts
from parta.kernel import switching
from parta.kernel.contributions import Link, NavItem
from parta.kernel.i18n import lazy_gettext as _
from parta.people import services as people
from parta.people.imports import RUN as IMPORT
from parta.school import services as school

MODULES = (switching.VIEW, switching.EDIT)
STRUCTURE = (school.VIEW,)

ENTRIES = (
    NavItem("home", _("Today"), Link("home.home"), "home", "today", 0),
    NavItem("people", _("People"), Link("people.listing"), "users", "school", 10, (people.VIEW,)),
    NavItem("classes", _("Classes"), Link("classes.listing"), "school", "school", 20, STRUCTURE),
    NavItem("groups", _("Study groups"), Link("groups.listing"), "users-group", "school", 30, STRUCTURE),
    NavItem("courses", _("Courses"), Link("courses.listing"), "chalkboard", "school", 40, STRUCTURE),
    NavItem("subjects", _("Subjects"), Link("subjects.listing"), "books", "school", 50, STRUCTURE),
    NavItem("years", _("Academic years"), Link("years.listing"), "calendar", "school", 60, STRUCTURE),
    NavItem("profile", _("School profile"), Link("profile.profile"), "building", "school", 70, STRUCTURE),
    NavItem(
        "imports", _("Import of people"), Link("imports.upload"), "table-import", "school", 90, (IMPORT,)
    ),
    NavItem("modules", _("Modules"), Link("modules.listing"), "puzzle", "administration", 90, MODULES),
    NavItem("users", _("Accounts"), Link("users.listing"), "key", "administration", 10, (accounts.VIEW,)),
)
