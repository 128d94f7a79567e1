"""Work put off until after the request: queued in the unit's own transaction, done or undone with it.

The queue is procrastinate's, in schema `jobs`; nobody else touches it. A job's arguments are ids and names of
the program, never personal data. `parta.kernel.worker` runs what is queued here.
"""

from __future__ import annotations

import functools
import re
from typing import Any, cast

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager, migrations_path
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from parta.kernel import clock, context
from parta.kernel.contributions import Job
from parta.kernel.models import Pending
from parta.kernel.modules import registry

SCHEMA = "jobs"
SCHOOL = "school"
NAME = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,62}")

_APPLIED = "create table jobs.applied (name text primary key)"


class NoSuchJob(RuntimeError):
    """Nobody contributes a job of this name; a fault of the program."""


def prepare(connection: Connection) -> None:
    """Make the queue in a fresh database, or bring it to the installed procrastinate's version."""
    known = sorted(path.name for path in migrations_path.glob("*.sql"))
    if connection.execute(text("select to_regclass('jobs.applied')")).scalar() is None:
        connection.execute(text(f"create schema if not exists {SCHEMA}"))
        connection.execute(text(_APPLIED))
        scripts, names = [SchemaManager.get_schema()], known
    else:
        applied = set(connection.execute(text("select name from jobs.applied")).scalars())
        names = [name for name in known if name not in applied]
        scripts = [(migrations_path / name).read_text(encoding="utf-8") for name in names]
    for script in scripts:
        _run_script(connection, script)
    for name in names:
        connection.execute(text("insert into jobs.applied values (:name)"), {"name": name})


def _run_script(connection: Connection, script: str) -> None:
    """Run statements that name no schema inside the queue's."""
    connection.execute(text(f"set local search_path = {SCHEMA}"))
    _driver(connection).execute(script.encode())
    connection.execute(text("set local search_path = ''"))


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def defer(name: str, **ids: int | str) -> int:
    """Queue the job `name` in this unit of work: it runs when the unit has committed, never otherwise.

    Returns the job's number in the queue. Raises NoSuchJob, or ValueError for an argument that is neither an
    id nor a name of the program.
    """
    job = _contributed(name)
    for key, value in ids.items():
        _check(key, value)
    session, school = context.session(), context.school()
    connection = session.connection()
    _point(session, SCHEMA)
    queued = _queue().configure_task(name, queue=job.queue, connection=_driver(connection))
    number = queued.defer(**{SCHOOL: school.id, **ids})
    _point(session, f'"{school.schema}"')
    return number


def defer_once(key: str, name: str, **ids: int | str) -> None:
    """Queue the job `name` unless one queued under `key` still waits in this school.

    Whoever asks while the waiting one is being fetched waits for that moment, so that nothing is missed.
    """
    session = context.session()
    while not _claim(session, key, name, ids):
        waiting = select(Pending.key).where(Pending.key == key).with_for_update(read=True)
        if session.execute(waiting).first():
            return
    number = defer(name, **ids)
    session.execute(update(Pending).where(Pending.key == key).values(job_id=number))


def _claim(session: Session, key: str, name: str, ids: dict[str, int | str]) -> bool:
    row = {"key": key, "name": name, "arguments": ids, "created_at": clock.now()}
    claimed = insert(Pending).values(row).on_conflict_do_nothing().returning(Pending.key)
    return session.execute(claimed).first() is not None


def queue_again() -> int:
    """Queue anew what waited under a key in a school brought back from a back-up; returns how many."""
    session, known = context.session(), registry().contributions.jobs
    session.execute(delete(Pending).where(Pending.name.not_in(known)))
    waiting = session.scalars(select(Pending).order_by(Pending.created_at)).all()
    for row in waiting:
        row.job_id = defer(row.name, **row.arguments)
    session.flush()
    return len(waiting)


def take(number: int) -> None:
    """Let another job be queued under the key of the one that begins now."""
    context.session().execute(delete(Pending).where(Pending.job_id == number))


def _contributed(name: str) -> Job:
    owned = registry().contributions.jobs.get(name)
    if owned is None:
        raise NoSuchJob(name)
    return owned.value


def _check(key: str, value: int | str) -> None:
    named = isinstance(value, str) and NAME.fullmatch(value)
    if not (isinstance(value, int) or named) or key == SCHOOL:
        raise ValueError(f"{key}={value!r} may not be the argument of a job: give an id")


def _point(session: Session, path: str) -> None:
    session.execute(text("select set_config('search_path', :path, true)"), {"path": path})


@functools.cache
def _queue() -> App:
    """procrastinate without a connection of its own: everything goes through the unit's."""
    return App(connector=PsycopgConnector())
