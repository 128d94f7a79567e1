"""Personal tokens for the JSON API."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from parta.accounts.models import Token, User
from parta.accounts.services import EDIT
from parta.accounts.services.passwords import login_key
from parta.kernel import access, audit, clock, context, signing
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.text import squeeze


def make(login: str, name: str = "command line") -> str:
    """Make a token with all the rights of a user; it is shown once and kept nowhere.

    Raises NotFound for an unknown login.
    """
    access.require(EDIT)
    user = context.session().scalar(select(User).where(User.login_key == login_key(login), User.is_active))
    if user is None:
        raise NotFound(_("There is no active account “%(login)s”.", login=login))
    token = secrets.token_urlsafe(32)
    row = Token(
        token_hash=signing.digest("token", token),
        user_id=user.id,
        name=squeeze(name),
        created_at=clock.now(),
    )
    context.session().add(row)
    context.session().flush()
    audit.record("accounts.token.make", "accounts_token", row.id, person_id=user.person_id)
    return token
