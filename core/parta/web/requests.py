"""The life of a request: a school is entered, somebody acts, all is committed before the answer leaves."""

from __future__ import annotations

import functools
import logging
from contextlib import ExitStack
from datetime import timedelta

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as AnyResponse

from parta.accounts.services import sessions
from parta.accounts.services.sessions import SignedIn
from parta.kernel import access, context, i18n, installation, memory, migrations, modules
from parta.kernel.access import Actor
from parta.kernel.context import School, Unit
from parta.kernel.db import Database
from parta.kernel.errors import NotFound, SchoolUnavailable, Unauthenticated
from parta.kernel.i18n import gettext as _
from parta.web import characters, locating, security
from parta.web.locating import Location

log = logging.getLogger(__name__)

ALWAYS_ON = frozenset({"core", "kernel"})
BEARER = "Bearer "
LANGUAGE_COOKIE = "language"
HEALTH = "outside.healthz"
EXEMPT_FROM_CHANGE = frozenset({"account.password", "auth.sign_out", "auth.csrf"})


def install(app: Flask) -> None:
    """Let every request of `app` run inside the frame."""
    app.before_request(_open)
    app.after_request(_end)
    app.teardown_request(_drop)


def database() -> Database:
    """The database of this application."""
    found: Database = current_app.extensions["parta_database"]
    return found


def _open() -> AnyResponse | None:
    g.stack = ExitStack()
    location: Location = request.environ[locating.KEY]
    g.stack.enter_context(i18n.reading(_language_of_browser()))
    if location.failure is not None:
        raise SchoolUnavailable(_("The database does not answer. Nothing is lost; try again in a minute."))
    if location.school is None:
        return _outside(location)
    _enter(location.school)
    return _before_view()


def _outside(location: Location) -> AnyResponse | None:
    """A request outside any school: how the installation does, the choice of schools, an old address."""
    if request.endpoint == HEALTH:
        return None
    if not location.choice:
        raise NotFound(_("There is no such page."))
    if request.path == "/":
        page = render_template("parta/choice.html", schools=location.choice, language=i18n.language())
        return make_response(page)
    if request.method != "GET":
        raise NotFound(_("There is no such page."))
    return redirect(f"/{location.choice[0].slug}{request.full_path.rstrip('?')}")


def _enter(school: School) -> None:
    unit = database().open_unit(school)
    g.unit = unit
    g.stack.enter_context(context.standing_in(unit))
    g.stack.enter_context(access.watching())
    memory.remembered("schema", _check_schema)
    signed_in = _who()
    g.signed_in = signed_in
    g.stack.enter_context(access.acting(signed_in.actor))
    if signed_in.actor.language:
        g.stack.enter_context(i18n.reading(signed_in.actor.language))
    elif chosen := request.cookies.get(security.cookie_name(LANGUAGE_COOKIE)):
        g.stack.enter_context(i18n.reading(chosen))


def _check_schema() -> None:
    """Refuse a school whose tables are older than this program; the others work.

    Raises SchoolUnavailable, and is then not remembered.
    """
    owners = installation.owners(modules.registry())
    if not migrations.is_current(context.session().connection(), owners):
        raise SchoolUnavailable(
            _("This school is being upgraded. Nothing is lost; try again in a few minutes.")
        )


def _who() -> SignedIn:
    address = request.remote_addr or ""
    nobody = SignedIn(Actor(address=address))
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith(BEARER):
        g.by_token = True
        found = sessions.by_api_token(bearer[len(BEARER) :].strip(), address=address)
        if found is None:
            raise Unauthenticated(_("This token is not known here."))
        return found
    token = security.session_token()
    if not token:
        return nobody
    idle = timedelta(minutes=current_app.config["PARTA"].idle_minutes)
    return sessions.resume(token, address=address, idle=idle) or nobody


def _before_view() -> AnyResponse | None:
    owner = current_app.extensions["parta_owners"].get(request.blueprint or "", "core")
    if request.endpoint == HEALTH or (owner not in ALWAYS_ON and owner not in modules.enabled()):
        raise NotFound(_("There is no such page."))
    if not g.get("by_token"):
        security.check_csrf()
    characters.check()
    if g.signed_in.must_change_password and request.endpoint not in EXEMPT_FROM_CHANGE:
        access.public()
        return redirect(url_for("account.password"))
    return None


def _language_of_browser() -> str:
    return _best_language(request.headers.get("Accept-Language", ""))


@functools.lru_cache(maxsize=256)
def _best_language(header: str) -> str:
    accepted = parse_accept_header(header, LanguageAccept)
    return i18n.best_language(tag for tag, _quality in accepted)


def _end(response: Response) -> Response:
    """Commit, unless the answer says otherwise, before anything of it leaves."""
    security.set_headers(response)
    unit: Unit | None = g.get("unit")
    if unit is None:
        return response
    if g.get("rollback"):
        unit.session.rollback()
    else:
        _assert_checked(response)
        unit.session.commit()
    security.set_cookies(response)
    return response


def _assert_checked(response: Response) -> None:
    if response.status_code < 400 and not access.was_checked():
        raise AssertionError(f"{request.endpoint} answered without checking any right")


def roll_back() -> None:
    """Undo what this request did, and let its answer change nothing."""
    g.rollback = True
    unit: Unit | None = g.get("unit")
    if unit is not None:
        unit.session.rollback()
        unit.cache.clear()


def _drop(error: BaseException | None) -> None:
    unit: Unit | None = g.pop("unit", None)
    if unit is not None:
        unit.session.close()
    stack: ExitStack | None = g.pop("stack", None)
    try:
        if unit is not None:
            database().finish(unit)
    except DBAPIError:
        log.exception("what should have been kept of %s is lost", request.path)
    finally:
        if stack is not None:
            stack.close()
