"""Signed-in browsers: opened, found by their token, listed, ended (T6)."""

from __future__ import annotations

import functools
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, Row, Select, bindparam, delete, select, update

from parta.accounts.models import SignInSession, Token, User
from parta.accounts.services import roles
from parta.kernel import access, audit, clock, context, signing
from parta.kernel.access import Actor
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.text import squeeze
from parta.people.models import Person

FAMILY_IDLE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a token, and how the person likes pages to look."""

    actor: Actor
    theme: str = "auto"
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser as shown to its person; `current` is the one asking."""

    id: int
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool


def start(user_id: int, *, address: str, agent: str) -> str:
    """Open a session for a user whose right to it has been checked; returns its token, kept nowhere else."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    context.session().add(
        SignInSession(
            token_hash=signing.digest("session", token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            address=address,
            agent=agent[:LONGEST_AGENT],
        )
    )
    context.session().flush()
    return token


def resume(token: str, *, address: str, idle: timedelta) -> SignedIn | None:
    """Who is behind a session's token; None when it is unknown, ended or was idle for too long.

    Staff are signed out after `idle`, students and guardians, who use their own phones, after two weeks.
    """
    values = {"digest": signing.digest("session", token), "today": clock.today()}
    row = context.session().execute(_by_session(), values).one_or_none()
    if row is None:
        return None
    patience = idle if roles.STAFF_ROLES.intersection(row.roles or ()) else FAMILY_IDLE
    silence = clock.now() - row.seen_at
    if silence > patience:
        return None
    if silence > SEEN_EVERY:
        seen = update(SignInSession).where(SignInSession.id == row[0]).values(seen_at=clock.now())
        context.session().execute(seen)
    return _signed_in(row, address, session_id=row[0])


def by_api_token(token: str, *, address: str) -> SignedIn | None:
    """Who is behind a personal API token, None when nobody is."""
    values = {"digest": signing.digest("token", token), "today": clock.today()}
    row = context.session().execute(_by_token(), values).one_or_none()
    return _signed_in(row, address, session_id=None) if row else None


@functools.cache
def _by_session() -> Select[*tuple[Any, ...]]:
    """Built once: every request asks it."""
    query = _who(SignInSession.id, SignInSession.seen_at)
    query = query.join(SignInSession, SignInSession.user_id == User.id)
    return query.where(SignInSession.token_hash == bindparam("digest"))


@functools.cache
def _by_token() -> Select[*tuple[Any, ...]]:
    query = _who(Token.id).join(Token, Token.user_id == User.id)
    return query.where(Token.token_hash == bindparam("digest"))


def _who(*columns: Any) -> Select[*tuple[Any, ...]]:
    held = roles.held_by(User.person_id, bindparam("today", type_=Date))
    return (
        select(
            *columns,
            User.id.label("user_id"),
            User.person_id,
            User.language,
            User.theme,
            User.must_change_password,
            Person.surname,
            Person.first_name,
            Person.patronymic,
            held.label("roles"),
        )
        .join(Person, Person.id == User.person_id)
        .where(User.is_active)
    )


def _signed_in(row: Row[*tuple[Any, ...]], address: str, session_id: int | None) -> SignedIn:
    actor = Actor(
        user_id=row.user_id,
        person_id=row.person_id,
        name=squeeze(f"{row.surname} {row.first_name} {row.patronymic}"),
        roles=frozenset(row.roles or ()),
        permissions=roles.permissions_of(row.roles or ()),
        language=row.language,
        session_id=session_id,
        address=address,
    )
    return SignedIn(actor, row.theme, row.must_change_password)


def mine() -> list[SessionRow]:
    """The browsers in which whoever acts is signed in, the last used first."""
    actor = access.signed_in()
    query = select(SignInSession).where(SignInSession.user_id == actor.user_id)
    rows = context.session().scalars(query.order_by(SignInSession.seen_at.desc()))
    return [
        SessionRow(row.id, row.created_at, row.seen_at, row.address, row.agent, row.id == actor.session_id)
        for row in rows
    ]


def end(session_id: int) -> None:
    """Sign one of one's own browsers out.

    Raises NotFound for another's.
    """
    actor = access.signed_in()
    mine_only = (SignInSession.id == session_id) & (SignInSession.user_id == actor.user_id)
    if not context.session().scalar(delete(SignInSession).where(mine_only).returning(SignInSession.id)):
        raise NotFound(_("There is no such session."))
    audit.record("accounts.session.end", "accounts_session", session_id, person_id=actor.person_id)


def end_others() -> int:
    """Sign out everywhere but here; returns how many browsers that were."""
    actor = access.signed_in()
    others = (SignInSession.user_id == actor.user_id) & (SignInSession.id != (actor.session_id or 0))
    ended = context.session().scalars(delete(SignInSession).where(others).returning(SignInSession.id)).all()
    audit.record("accounts.session.end_others", "accounts_session", None, person_id=actor.person_id)
    return len(ended)


def end_all_of(user_id: int) -> None:
    """Sign a user out everywhere, after a change of password or a closed account; the caller has checked."""
    context.session().execute(delete(SignInSession).where(SignInSession.user_id == user_id))
