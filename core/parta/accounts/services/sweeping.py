"""What accounts no longer need is removed every night: dead sessions, codes that ran out, old failures."""

from __future__ import annotations

from sqlalchemy import delete

from parta.accounts.models import AccessCode, Attempt, SignInSession
from parta.accounts.services.sessions import FAMILY_IDLE
from parta.accounts.services.sign_in import FORGOTTEN_AFTER
from parta.kernel import clock, context


def sweep() -> None:
    """The nightly job; once more does no harm."""
    session, now = context.session(), clock.now()
    session.execute(delete(SignInSession).where(SignInSession.seen_at < now - FAMILY_IDLE))
    session.execute(delete(Attempt).where(Attempt.failed_at < now - FORGOTTEN_AFTER))
    unused = AccessCode.used_at.is_(None)
    session.execute(delete(AccessCode).where(unused, AccessCode.expires_at < now))
