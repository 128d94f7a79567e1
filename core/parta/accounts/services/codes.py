"""One-time access codes, with which a person registers (A3, D7, P1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from parta.accounts.models import AccessCode, User
from parta.accounts.services import ISSUE, VIEW, passwords, sessions
from parta.kernel import access, audit, clock, context, signing
from parta.kernel.access import Actor
from parta.kernel.errors import Invalid, NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need
from parta.kernel.text import squeeze
from parta.people.models import Person

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16
GROUP = 4
VALID_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a code lets register, or renew the password of the account with this login."""

    person_id: int
    name: str
    login: str | None

    @property
    def registered(self) -> bool:
        """Whether the person has an account already."""
        return self.login is not None


def issue(person_id: int) -> str:
    """Make a code for a person, in place of earlier unused ones; 80 random bits, shown once (A3).

    Raises NotFound for an unknown person.
    """
    actor = access.require(ISSUE)
    need(Person, person_id, _("There is no such person."))
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    unused = (AccessCode.person_id == person_id) & AccessCode.used_at.is_(None)
    context.session().execute(delete(AccessCode).where(unused))
    row = AccessCode(
        code_hash=_digest(code),
        person_id=person_id,
        created_at=clock.now(),
        expires_at=clock.now() + VALID_FOR,
        issued_by=actor.user_id,
    )
    context.session().add(row)
    context.session().flush()
    audit.record("accounts.code.issue", "accounts_code", row.id, person_id=person_id)
    return "-".join(code[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def open_until(person_id: int) -> datetime | None:
    """Until when the person's unused code holds; None when there is none."""
    access.require(ISSUE, VIEW)
    mine = (AccessCode.person_id == person_id) & AccessCode.used_at.is_(None)
    query = select(func.max(AccessCode.expires_at)).where(mine, AccessCode.expires_at >= clock.now())
    return context.session().scalar(query)


def invitation(code: str) -> Invitation:
    """Whom the code invites.

    Raises NotFound for a code that is unknown, used or expired.
    """
    access.public()
    return _invitation(_code(code))


def register(code: str, login: str, password: str, *, address: str, agent: str) -> str:
    """Make the account of the person whom the code invites, or renew its password; returns a session's token.

    Raises NotFound for a code that does not hold (any more), Invalid naming each field at fault.
    """
    access.public()
    row = _code(code, lock=True)
    invited = _invitation(row)
    user = _account(invited, login, password)
    row.used_at = clock.now()
    context.session().flush()
    sessions.end_all_of(user.id)
    with access.acting(Actor(user_id=user.id, person_id=user.person_id, name=user.login, address=address)):
        audit.record("accounts.register", "accounts_user", user.id, person_id=user.person_id)
    return sessions.start(user.id, address=address, agent=agent)


def _account(invited: Invitation, login: str, password: str) -> User:
    wrong = {}
    if fault := passwords.password_fault(password, invited.login or login):
        wrong["password"] = fault
    query = select(User).where(User.person_id == invited.person_id)
    user = context.session().scalar(query)
    if user is None and (fault := passwords.login_fault(login) or _taken(login)):
        wrong["login"] = fault
    if wrong:
        raise Invalid(wrong)
    if user is None:
        return add_user(invited.person_id, login, password)
    user.password_hash = passwords.hashed(password)
    user.must_change_password = False
    return user


def add_user(person_id: int, login: str, password: str) -> User:
    """The account of a person, its login and password checked by the caller."""
    user = User(
        person_id=person_id,
        login=squeeze(login),
        login_key=passwords.login_key(login),
        password_hash=passwords.hashed(password),
        theme="auto",
        is_active=True,
        must_change_password=False,
        created_at=clock.now(),
    )
    context.session().add(user)
    context.session().flush()
    return user


def _taken(login: str) -> str | None:
    if context.session().scalar(select(User.id).where(User.login_key == passwords.login_key(login))):
        return _("The login “%(login)s” is taken, choose another.", login=squeeze(login))
    return None


def _code(code: str, *, lock: bool = False) -> AccessCode:
    query = select(AccessCode).where(AccessCode.code_hash == _digest(code), AccessCode.used_at.is_(None))
    row = context.session().scalar(query.with_for_update() if lock else query)
    if row is None or row.expires_at < clock.now():
        raise NotFound(_("This code is wrong or no longer valid. Ask the school for a new one."))
    return row


def _invitation(row: AccessCode) -> Invitation:
    person = need(Person, row.person_id, _("There is no such person."))
    login = context.session().scalar(select(User.login).where(User.person_id == row.person_id))
    return Invitation(person.id, squeeze(f"{person.first_name} {person.patronymic}"), login)


def _digest(code: str) -> str:
    return signing.digest("code", "".join(sign for sign in code.upper() if sign.isalnum()))
