"""Who acts, and what they may do.

Services call `require` before they read or write; the frame refuses to answer a request in which nothing
was checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from parta.kernel.errors import Forbidden, Unauthenticated
from parta.kernel.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in user, nobody yet, or the system itself.

    `for_user_id` is the user in whose place the actor acts, `address` the network address he acts from.
    """

    user_id: int | None = None
    person_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    language: str | None = None
    is_system: bool = False
    session_id: int | None = field(default=None, compare=False)
    for_user_id: int | None = None
    address: str = field(default="", compare=False)

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody has signed in."""
        return self.user_id is not None

    def may(self, *permissions: str) -> bool:
        """Whether any of `permissions` is granted."""
        return self.is_system or any(name in self.permissions for name in permissions)


ANONYMOUS = Actor()
SYSTEM = Actor(name="system", is_system=True)

_actor: ContextVar[Actor] = ContextVar("actor", default=ANONYMOUS)
_checked: ContextVar[bool] = ContextVar("checked", default=False)


def current() -> Actor:
    """Who acts now."""
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Run the block as `actor`."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


@contextmanager
def watching() -> Iterator[None]:
    """Start a request in which nothing has been checked yet."""
    token = _checked.set(False)
    try:
        yield
    finally:
        _checked.reset(token)


def was_checked() -> bool:
    """Whether anything was checked since the request began."""
    return _checked.get()


def public() -> Actor:
    """Declare what follows open to everybody."""
    _checked.set(True)
    return current()


def signed_in() -> Actor:
    """Let any signed-in person pass.

    Raises Unauthenticated.
    """
    _checked.set(True)
    actor = current()
    if not (actor.is_authenticated or actor.is_system):
        raise Unauthenticated(_("Please sign in."))
    return actor


def require(*permissions: str) -> Actor:
    """Let pass whoever holds any of `permissions`.

    Raises Unauthenticated, or Forbidden with what is missing.
    """
    actor = signed_in()
    if not actor.may(*permissions):
        raise Forbidden(_("You do not have the right to do this."), needs=list(permissions))
    return actor
