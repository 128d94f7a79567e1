"""Accounts: one's own and, for administrators, everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, Text, cast, func, select

from parta.accounts.models import AccessCode, User
from parta.accounts.services import EDIT, VIEW, passwords, roles, sessions
from parta.accounts.services.passwords import login_key
from parta.kernel import access, audit, clock, context, i18n
from parta.kernel.errors import Conflict, Invalid, NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Page, Paging, paginate
from parta.kernel.rows import need
from parta.people.models import Person
from parta.people.naming import full_name

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account as shown; `login` is None for a person who has none yet.

    `code_until` is there while an unused access code holds.
    """

    person_id: int
    name: str
    user_id: int | None
    login: str | None
    is_active: bool
    roles: tuple[str, ...]
    code_until: datetime | None = None


def listing(paging: Paging, role: str | None = None, registered: bool | None = None) -> Page[UserRow]:
    """People with their accounts and roles, by surname.

    `role` leaves those who hold it today, `registered` those who have an account or have none.
    """
    access.require(VIEW)
    held = roles.held_by(Person.id)
    query = _accounts(held)
    if role is not None:
        query = query.where(func.array_position(held, cast(role, Text)).is_not(None))
    if registered is not None:
        query = query.where(User.id.is_not(None) if registered else User.id.is_(None))
    return paginate(
        query,
        paging,
        _row,
        sorts={"name": Person.sort_key, "login": User.login_key},
        default="name",
        search=Person.sort_key,
        tie=Person.id,
    )


def find(words: str) -> list[UserRow]:
    """The person with this login, else the people whose names hold these words; at most ten."""
    access.require(VIEW)
    query = _accounts(roles.held_by(Person.id))
    known = context.session().execute(query.where(User.login_key == login_key(words))).all()
    return [_row(row) for row in known] or listing(Paging(q=words, size=10)).rows


def of_person(person_id: int) -> UserRow:
    """The account of one person, with the roles held today.

    Raises NotFound for an unknown person.
    """
    access.require(VIEW)
    query = _accounts(roles.held_by(Person.id)).where(Person.id == person_id)
    row = context.session().execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such person."))
    return _row(row)


def set_active(user_id: int, active: bool) -> None:
    """Close an account or open it again; closing ends its sessions.

    Raises NotFound; Conflict when one closes one's own, or when no administrator would remain (D1).
    """
    actor = access.require(EDIT)
    user = need(User, user_id, _("There is no such account."))
    if user.id == actor.user_id:
        raise Conflict(_("You cannot close your own account."))
    if not active and "administrator" in roles.roles_of(user.person_id):
        roles.check_administrator_beside(user.person_id)
    before, user.is_active = user.is_active, active
    context.session().flush()
    if not active:
        sessions.end_all_of(user_id)
    audit.record(
        "accounts.user.set_active",
        "accounts_user",
        user_id,
        person_id=user.person_id,
        before={"is_active": before},
        after={"is_active": active},
    )


def change_password(old: str, new: str) -> None:
    """Change one's own password and sign out everywhere else.

    Raises Invalid naming the field at fault.
    """
    user = _own()
    if not passwords.matches(user.password_hash, old):
        raise Invalid({"old": _("This is not your present password.")})
    if fault := passwords.password_fault(new, user.login):
        raise Invalid({"new": fault})
    user.password_hash = passwords.hashed(new)
    user.must_change_password = False
    context.session().flush()
    sessions.end_others()
    audit.record("accounts.password.change", "accounts_user", user.id, person_id=user.person_id)


def own_login() -> str:
    """The login of whoever acts."""
    return _own().login


def set_preferences(language: str | None = None, theme: str | None = None) -> None:
    """Choose one's own language (`ru`, `en`) and theme (`auto`, `light`, `dark`); None leaves as it is.

    Raises Invalid for others.
    """
    user = _own()
    if language is not None and language not in i18n.LANGUAGES:
        raise Invalid({"language": _("Choose one of the languages offered.")})
    if theme is not None and theme not in THEMES:
        raise Invalid({"theme": _("Choose one of the themes offered.")})
    user.language = language or user.language
    user.theme = theme or user.theme
    context.session().flush()


def _own() -> User:
    actor = access.signed_in()
    return need(User, actor.user_id or 0, _("There is no such account."))


def _accounts(held: ScalarSelect[Any]) -> Select[*tuple[Any, ...]]:
    """People with their accounts; `held` is the subquery of their roles."""
    code = select(func.max(AccessCode.expires_at)).where(
        AccessCode.person_id == Person.id,
        AccessCode.used_at.is_(None),
        AccessCode.expires_at >= clock.now(),
    )
    return select(
        Person.id,
        Person.surname,
        Person.first_name,
        Person.patronymic,
        User.id.label("user_id"),
        User.login,
        User.is_active,
        held.label("roles"),
        code.scalar_subquery().label("code_until"),
    ).outerjoin(User, User.person_id == Person.id)


def _row(row: Any) -> UserRow:
    name = full_name(row.surname, row.first_name, row.patronymic)
    held = tuple(roles.in_order(row.roles or ()))
    return UserRow(row.id, name, row.user_id, row.login, bool(row.is_active), held, row.code_until)
