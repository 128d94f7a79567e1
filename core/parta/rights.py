"""The core's rights, and the roles that hold each until a school decides otherwise."""

from __future__ import annotations

from parta.kernel.contributions import Permission
from parta.kernel.i18n import lazy_gettext as _

STAFF = ("administrator", "director", "deputy", "secretary", "homeroom", "teacher", "psychologist")
LEADERS = ("administrator", "director", "deputy")
OFFICE = ("administrator", "secretary")
ADMINISTRATOR = ("administrator",)

PERMISSIONS = (
    Permission("school:structure:view", _("See years, subjects, classes and courses"), STAFF),
    Permission("school:structure:edit", _("Change years, subjects, classes and courses"), ADMINISTRATOR),
    Permission("school:modules:view", _("See the modules"), ("administrator", "director")),
    Permission("school:modules:edit", _("Switch modules on and off, and set them"), ADMINISTRATOR),
    Permission("people:person:view", _("See the people of the school"), STAFF),
    Permission("people:contacts:view", _("See phones and e-mail addresses"), (*LEADERS, "secretary")),
    Permission("people:person:edit", _("Enter and correct people"), OFFICE),
    Permission("people:import:run", _("Import people from a spreadsheet"), OFFICE),
    Permission("people:custody:export", _("Export all data of a person"), ADMINISTRATOR),
    Permission("people:custody:erase", _("Erase the data of a person"), ADMINISTRATOR),
    Permission("people:custody:merge", _("Merge two entries of the same person"), ADMINISTRATOR),
    Permission("accounts:user:view", _("See accounts and roles"), ("administrator", "director")),
    Permission("accounts:user:edit", _("Change accounts and grant roles"), ADMINISTRATOR),
    Permission("accounts:administrator:appoint", _("Appoint administrators"), ("director",)),
    Permission("accounts:code:issue", _("Issue access codes"), ADMINISTRATOR),
)
