"""Keyed digests: tokens and codes are kept only as these, and what is signed holds in one school only."""

from __future__ import annotations

import hashlib
import hmac

from parta.kernel import context


def digest(purpose: str, value: str) -> str:
    """A keyed SHA-256 of `value`, in hex, salted with the school entered and with `purpose`."""
    unit = context.unit()
    message = f"{purpose}:{unit.school.id}:{value}".encode()
    return hmac.new(unit.secret.encode(), message, hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
