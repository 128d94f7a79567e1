"""What a service says when it cannot do what was asked.

Services raise these; the frame turns each into a page or an RFC 9457 problem in one place.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Base of all answers that are the caller's to mend, never a fault of the program."""

    status = 400
    title = "Bad request"

    def __init__(self, message: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Invalid(DomainError):
    """Input that breaks a rule: `fields` maps each field to what is wrong; "" is the whole form."""

    status = 422
    title = "Invalid input"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(str(text) for text in fields.values()))
        self.fields = fields


class Conflict(DomainError):
    """Somebody else changed the same thing first; `details` carries both values."""

    status = 409
    title = "Conflict"


class Unauthenticated(DomainError):
    """The caller has to sign in first."""

    status = 401
    title = "Sign-in needed"


class Forbidden(DomainError):
    """The thing exists and the caller may know it, but may not do this."""

    status = 403
    title = "Forbidden"


class NotFound(DomainError):
    """There is no such thing, or the caller may not know of it."""

    status = 404
    title = "Not found"


class TooMany(DomainError):
    """The caller tries too often; `details["wait"]` is the seconds to wait."""

    status = 429
    title = "Too many attempts"


class SchoolUnavailable(DomainError):
    """The school is not ready to be entered, for example not yet upgraded."""

    status = 503
    title = "School unavailable"
