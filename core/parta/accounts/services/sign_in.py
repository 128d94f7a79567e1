"""Signing in, slowed down for who guesses.

Failures are counted for each login from each address, and softly for each address: a school behind one
address is many people, and a hard lock-out would let pupils lock the director out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from parta.accounts.models import Attempt, User
from parta.accounts.services import passwords, sessions
from parta.kernel import access, audit, clock, context
from parta.kernel.errors import Invalid, TooMany
from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import ngettext

FREE_TRIES = 5
FREE_TRIES_OF_ADDRESS = 100
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_WAIT_OF_ADDRESS = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(hours=1)
NOBODY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def sign_in(login: str, password: str, *, address: str, agent: str) -> str:
    """Open a session and return its token.

    Raises TooMany with the seconds to wait, Invalid when login and password do not belong together; it does
    not say which of the two is wrong.
    """
    access.public()
    key = passwords.login_key(login)
    _check_patience(key, address)
    user = context.session().scalar(select(User).where(User.login_key == key))
    right = passwords.matches(user.password_hash if user else NOBODY_HASH, password)
    if user is None or not right or not user.is_active:
        context.survive(lambda: _count_failure(key, address))
        raise Invalid({"": _("The login or the password is wrong.")})
    if passwords.worth_rehashing(user.password_hash):
        user.password_hash = passwords.hashed(password)
    context.session().execute(delete(Attempt).where(Attempt.login_key == key, Attempt.address == address))
    token = sessions.start(user.id, address=address, agent=agent)
    with access.acting(
        access.Actor(user_id=user.id, person_id=user.person_id, name=user.login, address=address)
    ):
        audit.record("accounts.sign_in", "accounts_user", user.id, person_id=user.person_id)
    return token


def _check_patience(key: str, address: str) -> None:
    rows = context.session().scalars(
        select(Attempt).where(
            Attempt.address == address, or_(Attempt.login_key == key, Attempt.login_key == "")
        )
    )
    wait = max((_wait(row, clock.now()) for row in rows), default=0)
    if wait > 0:
        raise TooMany(
            ngettext(
                "Too many attempts. Try again in %(n)s second.",
                "Too many attempts. Try again in %(n)s seconds.",
                wait,
            ),
            wait=wait,
        )


def _wait(row: Attempt, now: datetime) -> int:
    """Seconds to wait because of one counter."""
    of_address = row.login_key == ""
    beyond = row.failures - (FREE_TRIES_OF_ADDRESS if of_address else FREE_TRIES)
    if beyond < 0 or now - row.failed_at > FORGOTTEN_AFTER:
        return 0
    longest = LONGEST_WAIT_OF_ADDRESS if of_address else LONGEST_WAIT
    patience = min(FIRST_WAIT * 2 ** min(beyond, 10), longest)
    left = (row.failed_at + patience - now).total_seconds()
    return max(0, -int(-left // 1))


def _count_failure(key: str, address: str) -> None:
    now = clock.now()
    for login_key in (key[:200], ""):
        statement = insert(Attempt).values(login_key=login_key, address=address, failures=1, failed_at=now)
        context.session().execute(
            statement.on_conflict_do_update(
                index_elements=["login_key", "address"],
                set_={
                    "failures": case(
                        (Attempt.failed_at < now - FORGOTTEN_AFTER, 1), else_=Attempt.failures + 1
                    ),
                    "failed_at": now,
                },
            )
        )
