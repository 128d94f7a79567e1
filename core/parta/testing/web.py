"""Fixtures for tests of pages and of the JSON API: the whole application on a school with people in it."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from parta import boot
from parta.accounts.models import RoleGrant, User
from parta.accounts.services import codes, passwords, sessions
from parta.app import create_app
from parta.kernel import access, clock, installation, migrations, settings, signing
from parta.kernel.context import School
from parta.kernel.db import Database
from parta.kernel.modules import ON, PluginRow
from parta.kernel.plugins import Registry
from parta.people.services import persons
from parta.people.services.persons import PersonValues

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


class Client(FlaskClient):
    """A browser of one school: it sends the CSRF token with every change."""

    csrf = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As Flask's, with the token in the header."""
        if self.csrf:
            kwargs.setdefault("headers", {})
            kwargs["headers"] = {"X-CSRF-Token": self.csrf, **dict(kwargs["headers"])}
        return super().open(*args, **kwargs)


class Site:
    """The application, seen from one school."""

    def __init__(self, app: Flask, database: Database, school: School) -> None:
        self.app = app
        self.database = database
        self.school = school

    def enter(self) -> Any:
        """A unit of work in the school, as the system."""
        return _as_system(self.database, self.school)

    def person(self, *roles: str, surname: str = "Иванова", kind: str = "staff") -> int:
        """A new person with granted roles; `kind` is staff, student or person."""
        add = {
            "staff": lambda values: persons.add_staff(values, "учитель"),
            "student": persons.add_student,
            "person": persons.add_person,
        }[kind]
        with self.enter() as unit:
            number = add(PersonValues(surname, "Анна", "Петровна"))
            for role in roles:
                unit.session.add(RoleGrant(person_id=number, role=role, granted_at=clock.now()))
        return number

    def account(self, person_id: int, login: str | None = None) -> str:
        """An account with `PASSWORD` for a person; returns its login."""
        chosen = login or f"user{next(_numbers)}"
        with self.enter():
            codes.add_user(person_id, chosen, PASSWORD)
        return chosen

    def client(self, person_id: int | None = None) -> Client:
        """A browser, signed in as the person (who is given an account at need)."""
        client: Client = self.app.test_client()  # type: ignore[assignment]
        token = "anonymous-" + "x" * 40
        if person_id is not None:
            token = self._session(person_id)
        path = f"/{self.school.slug}"
        client.set_cookie(f"parta_session_{self.school.id}", token, path=path)
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        with self.enter():
            client.csrf = signing.digest("csrf", token)
        return client

    def as_role(self, role: str) -> Client:
        """A browser signed in as a new person with a granted role."""
        return self.client(self.person(role))

    def url(self, path: str) -> str:
        """An address of the school."""
        return f"/{self.school.slug}{path}"

    def _session(self, person_id: int) -> str:
        with self.enter() as unit:
            user = unit.session.query(User).filter_by(person_id=person_id).one_or_none()
            if user is None:
                user = codes.add_user(person_id, f"user{next(_numbers)}", PASSWORD)
            return sessions.start(user.id, address="127.0.0.1", agent="test")


class _as_system:  # noqa: N801 - reads as a phrase
    """Enters a school as the system."""

    def __init__(self, database: Database, school: School) -> None:
        self._entered = database.enter(school)
        self._acting = access.acting(access.SYSTEM)

    def __enter__(self) -> Any:
        self._acting.__enter__()
        return self._entered.__enter__()

    def __exit__(self, *error: Any) -> Any:
        try:
            return self._entered.__exit__(*error)
        finally:
            self._acting.__exit__(*error)


@pytest.fixture(scope="session", autouse=True)
def parta_cheap_passwords() -> Iterator[None]:
    """Hash passwords in a millisecond instead of a tenth of a second."""
    kept, passwords.hasher = passwords.hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.hasher = kept


@pytest.fixture(scope="session")
def parta_registry() -> Registry:
    """The core and every plugin installed."""
    return boot.registry()


@pytest.fixture(scope="session")
def parta_full_database(parta_database: Database, parta_registry: Registry) -> Iterator[Database]:
    """The test process's database, known to all plugins."""
    folder = Path(tempfile.mkdtemp(prefix="parta-files-"))
    url = parta_database.url.render_as_string(hide_password=False)
    database = Database(url, registry=parta_registry, secret="a secret of the tests", files=folder)
    installation.prepare(database)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def parta_app(parta_full_database: Database, parta_registry: Registry) -> Flask:
    """The whole application."""
    folder = tempfile.mkdtemp(prefix="parta-web-")
    chosen = settings.load({"PARTA_DATA": folder})
    app = create_app(chosen, parta_registry, parta_full_database)
    app.test_client_class = Client
    app.config["TESTING"] = False
    return app


@pytest.fixture
def make_site(
    parta_app: Flask, parta_full_database: Database, make_school: Any, parta_registry: Registry
) -> Any:
    """A function that makes a school with the given plugins on, and the application seen from it."""

    def make(*plugins: str, slug: str | None = None) -> Site:
        school = make_school(slug)
        site = Site(parta_app, parta_full_database, school)
        owners = [owner for owner in installation.owners(parta_registry) if owner.name in {"core", *plugins}]
        migrations.upgrade_school(parta_full_database, school, owners)
        with site.enter() as unit:
            for name in plugins:
                unit.session.add(PluginRow(name=name, state=ON, reason="", changed_at=clock.now()))
        return site

    return make


@pytest.fixture
def site(make_site: Any) -> Site:
    """A school with no plugin on."""
    made: Site = make_site()
    return made
