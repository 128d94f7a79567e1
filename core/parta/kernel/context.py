"""Which school, which unit of work: what the code running now stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from parta.kernel.plugins import Registry


@dataclass(frozen=True, slots=True)
class School:
    """A row of the directory of schools.

    `schema` is the PostgreSQL schema that holds everything of the school and never changes; `slug` is its
    name in addresses; `revision` grows whenever something cached about the school changes.
    """

    id: int
    schema: str
    slug: str
    name: str
    timezone: str
    database: str
    revision: int
    host: str | None = None


@dataclass(slots=True)
class Unit:
    """One unit of work in one school: a request's, a job's or a command's transaction.

    `registry` holds the plugins of this process, `secret` signs tokens, `files` is the folder of attachments;
    `memory` keeps what this process remembers of schools (`parta.kernel.memory`), `cache` what was read once
    in this unit; `surviving` is work for a second, short unit, done even when this one is rolled back.
    """

    school: School
    session: Session
    registry: Registry | None = None
    secret: str = ""
    files: Path | None = None
    memory: dict[tuple[int, str], tuple[int, Any]] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)
    surviving: list[Callable[[], None]] = field(default_factory=list)


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


class NoSchoolEntered(RuntimeError):
    """Code asked for the school's data outside any school; a fault of the program."""


def unit() -> Unit:
    """The unit of work running now.

    Raises NoSchoolEntered outside any.
    """
    current = _unit.get()
    if current is None:
        raise NoSchoolEntered("no school has been entered")
    return current


def school() -> School:
    """The school entered."""
    return unit().school


def school_or_none() -> School | None:
    """The school entered, or None."""
    current = _unit.get()
    return current.school if current else None


def session() -> Session:
    """The database session of the school entered."""
    return unit().session


def survive(work: Callable[[], None]) -> None:
    """Have `work` done in a unit of its own after this one, committed or not: to count a failed sign-in."""
    unit().surviving.append(work)


@contextmanager
def standing_in(current: Unit) -> Iterator[Unit]:
    """Run the block inside `current`; the former unit, if any, comes back after it."""
    token = _unit.set(current)
    try:
        yield current
    finally:
        _unit.reset(token)
