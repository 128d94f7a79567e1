"""Which school an address belongs to: by host name, or by the first segment of the path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError

from parta.kernel import directory
from parta.kernel.context import School
from parta.kernel.db import Database

WITHOUT_SCHOOL = frozenset({"healthz", "static"})
KEY = "parta.location"
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a request stands: its school, or the choice of schools, or the reason why none can be told."""

    school: School | None = None
    choice: tuple[School, ...] = ()
    failure: Exception | None = None


class Locator:
    """WSGI middleware: finds the school and makes its slug, where the path begins with it, the SCRIPT_NAME.

    An installation with one school needs no slug in its addresses.
    """

    def __init__(self, application: Application, database: Database) -> None:
        self.application = application
        self.database = database

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        if first in WITHOUT_SCHOOL:
            environ[KEY] = Location()
            return self.application(environ, start_response)
        location = self._locate(_host(environ), first if first.isprintable() else "")
        environ[KEY] = location
        if location.school is not None and location.school.slug == first:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/" + first
            environ["PATH_INFO"] = path[len(first) + 1 :] or "/"
        return self.application(environ, start_response)

    def _locate(self, host: str, slug: str) -> Location:
        try:
            candidates = self.database.ask(
                lambda connection: directory.candidates(connection, host=host, slug=slug)
            )
        except DBAPIError as error:
            return Location(failure=error)
        for school in candidates:
            if school.host == host or school.slug == slug:
                return Location(school)
        shared = tuple(school for school in candidates if school.host is None)
        return Location(shared[0]) if len(candidates) == 1 and shared else Location(choice=shared)


def _host(environ: Environ) -> str:
    host: str = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return host.rsplit(":", 1)[0].lower()
