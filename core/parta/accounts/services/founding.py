"""The first access to a school, given from the server: its director's (A8, D7)."""

from __future__ import annotations

from parta.accounts.services import codes, roles
from parta.kernel.i18n import gettext as _
from parta.people.services import persons
from parta.people.services.persons import PersonValues


def named(written: str) -> PersonValues:
    """A person from a name written as surname, first name, patronymic.

    Raises Invalid when a part is missing or is no name.
    """
    surname, first_name, patronymic = (*written.split(maxsplit=2), "", "", "")[:3]
    return persons.checked(PersonValues(surname, first_name, patronymic))


def appoint_director(director: PersonValues) -> str:
    """Enter the director as staff with that role; returns the access code with which they register.

    Raises Invalid naming each field at fault.
    """
    number = persons.add_staff(director, _("director"))
    roles.grant(number, "director")
    return codes.issue(number)
