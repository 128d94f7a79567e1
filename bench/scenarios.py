"""The requests that are measured, on the demonstration school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from parta.accounts.models import User
from parta.accounts.services import sessions
from parta.kernel import access, directory, signing
from parta.kernel.context import School
from parta.kernel.db import Database
from sqlalchemy import select

from bench.client import Request

SLUG = "demo-school"


class Visitor:
    """Somebody signed in to the demonstration school."""

    def __init__(self, database: Database, school: School, login: str) -> None:
        with database.enter(school) as unit, access.acting(access.SYSTEM):
            user = unit.session.scalars(select(User).where(User.login == login)).one()
            token = sessions.start(user.id, address="127.0.0.1", agent="bench")
            csrf = signing.digest("csrf", token)
            self.person_id = user.person_id
        self.headers = {
            "Cookie": f"parta_session_{school.id}={token}",
            "X-CSRF-Token": csrf,
            "Accept-Language": "ru",
            "Accept-Encoding": "gzip",
        }


def all_of(database: Database, port: int) -> dict[str, Request]:
    """Every request measured, by the name of its page."""
    with database.directory() as connection:
        school = directory.find_by_slug(connection, SLUG)
    assert school is not None
    visitors = {login: Visitor(database, school, login) for login in ("teacher", "student", "parent")}
    return {
        "sign-in page": Request(port, "/sign-in", headers={"Accept-Encoding": "gzip"}),
        "home": Request(port, "/", headers=visitors["teacher"].headers),
    }


def count_statements(app: Flask, database: Database, request: Request, counted: Callable[..., Any]) -> int:
    """How many SQL statements a request takes besides finding and entering the school, when caches are warm."""
    client = app.test_client(use_cookies=False)
    values = {"method": request.method, "headers": request.headers, "data": request.bodies[0] or None}
    client.open(request.path, **values)
    values["data"] = request.bodies[-1] or None
    with counted(database.engine()) as seen:
        answer = client.open(request.path, **values)
    assert answer.status_code == request.expected, answer.text[:500]
    return len(seen)
