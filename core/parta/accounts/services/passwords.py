"""Passwords and logins: their rules, and how passwords are kept (T6)."""

from __future__ import annotations

import re

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from parta.kernel.i18n import gettext as _
from parta.kernel.text import search_key, squeeze

SHORTEST = 8
LONGEST = 200
LOGIN = re.compile(r"[\w.@+-]{3,100}")

hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The argon2 hash under which a password is kept."""
    return hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether `password` is the one kept; false for a hash that cannot be read."""
    try:
        return hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def worth_rehashing(password_hash: str) -> bool:
    """Whether the hash was made with older settings."""
    return hasher.check_needs_rehash(password_hash)


def password_fault(password: str, login: str = "") -> str | None:
    """What is wrong with a new password, None when nothing is."""
    if not SHORTEST <= len(password) <= LONGEST:
        return _("The password has at least %(n)s characters.", n=SHORTEST)
    if len(set(password)) < 4:
        return _("The password repeats the same characters; choose a longer word or phrase.")
    if login and password.casefold() == login.casefold():
        return _("The password must differ from the login.")
    return None


def login_fault(login: str) -> str | None:
    """What is wrong with a login, None when nothing is."""
    if not LOGIN.fullmatch(squeeze(login)):
        return _("The login has 3 to 100 letters, digits and the signs . @ + - _")
    return None


def login_key(login: str) -> str:
    """A login as compared."""
    return search_key(login)
