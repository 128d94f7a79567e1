"""Every refusal becomes a page or an RFC 9457 problem, here and nowhere else."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, redirect, request, url_for
from psycopg.errors import (
    DatetimeFieldOverflow,
    DiskFull,
    ForeignKeyViolation,
    NumericValueOutOfRange,
    QueryCanceled,
    UniqueViolation,
)
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from parta.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    SchoolUnavailable,
    TooMany,
    Unauthenticated,
)
from parta.kernel.i18n import gettext as _
from parta.web import pages
from parta.web.requests import roll_back

API = "/api/"
log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every exception of `app`."""
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(TimeoutError, _database)
    app.register_error_handler(OverflowError, _too_large)
    app.register_error_handler(Exception, _fault)


def answer(error: DomainError) -> AnyResponse:
    """A problem where JSON is wanted, the sign-in page for who must sign in, else the page of the refusal."""
    roll_back()
    if request.path.startswith(API) or request.accept_mimetypes.best == "application/json":
        return problem(error)
    if isinstance(error, Unauthenticated) and request.method == "GET" and not _partial():
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))
    response = make_response(pages.error_page(error.status, _title(error), str(error)), error.status)
    return _with_wait(response, error)


def problem(error: DomainError) -> Response:
    """A refusal as RFC 9457 problem JSON; `errors` maps fields to what is wrong."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(error),
        "status": error.status,
        "detail": str(error),
    }
    if isinstance(error, Invalid):
        body["errors"] = error.fields
    elif error.details:
        body["details"] = error.details
    response = jsonify(body)
    response.status_code = error.status
    response.content_type = "application/problem+json"
    return _with_wait(response, error)


def _partial() -> bool:
    return "HX-Request" in request.headers


def _with_wait(response: Response, error: DomainError) -> Response:
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.details["wait"])
    return response


def _title(error: DomainError) -> str:
    titles = {
        Invalid: _("This cannot be saved as it is"),
        Unauthenticated: _("Please sign in"),
        Forbidden: _("This is not open to you"),
        NotFound: _("Not found"),
        TooMany: _("Too many attempts"),
        SchoolUnavailable: _("The school cannot be reached now"),
    }
    return next((text for kind, text in titles.items() if isinstance(error, kind)), _("This cannot be done"))


def _http(error: HTTPException) -> AnyResponse:
    """Flask's own refusals, as unknown addresses and oversized uploads, and what failed at the very end."""
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return _at_the_end(error.original_exception)
    code = error.code or 500
    if code < 400:
        return error.get_response(request.environ)
    places = getattr(error, "data", {}).get("messages", {}).values()
    fields = {name: texts for place in places if isinstance(place, dict) for name, texts in place.items()}
    if code == 422 and fields:
        return answer(Invalid({name: "; ".join(map(str, texts)) for name, texts in _flat(fields)}))
    message = {
        404: _("There is no such page."),
        405: _("This address does not take such a request."),
        413: _("The file is too large."),
        415: _("This kind of content is not understood here; expected is JSON."),
    }.get(code, _("The request could not be understood."))
    refusal = NotFound(message) if code == 404 else DomainError(message)
    refusal.status = code
    return answer(refusal)


def _at_the_end(error: BaseException) -> AnyResponse:
    """What failed after the view was through: the commit itself, when the database went away or is full."""
    if isinstance(error, DomainError):
        return answer(error)
    return _database(error) if isinstance(error, DBAPIError | TimeoutError) else _fault(error)


def _flat(fields: dict[Any, Any], path: str = "") -> list[tuple[str, list[Any]]]:
    """Messages of nested fields, `entries.3.text` for the third entry's text."""
    found: list[tuple[str, list[Any]]] = []
    for name, inner in fields.items():
        full = f"{path}.{name}" if path else str(name)
        found += _flat(inner, full) if isinstance(inner, dict) else [(full, inner)]
    return found


def _database(error: Exception) -> AnyResponse:
    """The database is away, full, or took too long: said so, nothing changed."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, NumericValueOutOfRange | DatetimeFieldOverflow):
        return _too_large(error)
    if isinstance(cause, UniqueViolation | ForeignKeyViolation):
        return _at_the_same_moment(error)
    log.error("the database failed in %s", request.path, exc_info=error)
    if isinstance(cause, DiskFull):
        return answer(
            SchoolUnavailable(_("The database's disk is full. Nothing was saved; tell the administrator."))
        )
    if isinstance(cause, QueryCanceled):
        return answer(SchoolUnavailable(_("This took too long and was stopped. Nothing was changed.")))
    if isinstance(error, OperationalError | TimeoutError):
        _forget_unit()
        return answer(
            SchoolUnavailable(_("The database does not answer. Nothing is lost; try again in a minute."))
        )
    return _fault_page()


def _too_large(error: Exception) -> AnyResponse:
    """A number or day beyond what can be counted with, found where it was used."""
    log.warning("%s %s: %s", request.method, request.path, error)
    return answer(Invalid({"": _("A number or day here is far too large or too small.")}))


def _at_the_same_moment(error: Exception) -> AnyResponse:
    """Two changes that fit the school each alone and not together: the other one was saved first."""
    log.warning("%s %s: %s", request.method, request.path, error)
    return answer(Conflict(_("The same was changed at this very moment, or sent twice. Look at it again.")))


def _forget_unit() -> None:
    """A broken connection: nothing more can be asked in this request."""
    unit = g.get("unit")
    if unit is not None:
        unit.session.invalidate()


def _fault(error: BaseException) -> AnyResponse:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return _fault_page()


def _fault_page() -> AnyResponse:
    refusal = DomainError(_("Something went wrong here; it has been written down. Nothing was changed."))
    refusal.status = 500
    return answer(refusal)
