"""What keeps pages safe: cookies of one school, CSRF tokens, headers."""

from __future__ import annotations

import secrets

from flask import current_app, g, request
from itsdangerous import URLSafeSerializer
from werkzeug.wrappers import Response

from parta.kernel import context, signing
from parta.kernel.errors import Forbidden
from parta.kernel.i18n import gettext as _

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self'"
)
MESSAGES = "said"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE_SECONDS = 60 * 60 * 24 * 60


def cookie_name(purpose: str = "session") -> str:
    """The name of a cookie of the school entered: another school's cookie is another cookie."""
    return f"parta_{purpose}_{context.school().id}"


def session_token() -> str:
    """The token that this browser shows for this school, empty when it has none."""
    return request.cookies.get(cookie_name(), "")


def csrf_token() -> str:
    """The token that forms and scripts of this browser must send back; it holds as long as the session.

    A browser that has shown no cookie is given one with the answer.
    """
    token = session_token()
    if not token:
        token = g.setdefault("new_token", secrets.token_urlsafe(32))
    return csrf_token_of(token)


def csrf_token_of(token: str) -> str:
    """The token that belongs to a session's token."""
    return signing.digest("csrf", token)


def check_csrf() -> None:
    """Refuse a request that changes something and does not carry this browser's token.

    Raises Forbidden.
    """
    if request.method in SAFE_METHODS:
        return
    shown = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    token = session_token()
    if not token or not signing.same(shown, csrf_token_of(token)):
        raise Forbidden(_("This page is too old to be sent. Reload it and try again."), csrf=True)


def keep_session(token: str) -> None:
    """Give this browser a new token with the answer: after signing in or registering."""
    g.new_token = token


def forget_session() -> None:
    """Take the token from this browser with the answer."""
    g.new_token = ""


def set_cookies(response: Response) -> None:
    """Set or take the cookies as the request decided."""
    _carry_messages(response)
    token = g.get("new_token")
    if token == "":
        response.delete_cookie(cookie_name(), path=request.script_root or "/")
    elif token is not None:
        set_cookie(response, cookie_name(), token)


def take_messages() -> tuple[tuple[str, str], ...]:
    """What is to be said on this page: said now, or by the request that redirected here."""
    genuine, carried = _serializer().loads_unsafe(request.cookies.get(cookie_name(MESSAGES), ""))
    kept = carried if genuine else ()
    said = g.pop("messages", ())
    return tuple((str(kind), str(text)) for kind, text in (*kept, *said))


def _carry_messages(response: Response) -> None:
    """Let what was said travel over a redirect, for a minute; once shown, it is taken from the browser."""
    name = cookie_name(MESSAGES)
    said = g.get("messages")
    if said:
        set_cookie(response, name, str(_serializer().dumps(said)), seconds=60)
    elif name in request.cookies and 200 <= response.status_code < 300:
        response.delete_cookie(name, path=request.script_root or "/")


def _serializer() -> URLSafeSerializer:
    unit = context.unit()
    return URLSafeSerializer(unit.secret, salt=f"messages:{unit.school.id}")


def set_cookie(response: Response, name: str, value: str, *, seconds: int = COOKIE_SECONDS) -> None:
    """A cookie of this school's addresses only, out of scripts' reach."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=request.script_root or "/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["PARTA"].secure_cookies,
    )


def set_headers(response: Response) -> None:
    """The headers that every answer carries."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cache-Control", "no-store")
