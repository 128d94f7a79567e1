"""What a process remembers of a school, as long as the school's revision in the directory stays the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from parta.kernel import context, directory

T = TypeVar("T")
CHANGED = "memory changed"


def remembered(name: str, read: Callable[[], T]) -> T:
    """What `read` found in this school the last time, here or in an earlier unit of work.

    What it reads changes only together with a call of `changed`.
    """
    cache, key = context.unit().cache, f"memory {name}"
    if key not in cache:
        cache[key] = _kept(name, read)
    found: T = cache[key]
    return found


def _kept(name: str, read: Callable[[], T]) -> T:
    """From the process's memory, or read; what this unit has changed is not yet everybody's."""
    unit = context.unit()
    key = unit.school.id, name
    revision, value = unit.memory.get(key, (None, None))
    mine = CHANGED in unit.cache
    if revision == unit.school.revision and not mine:
        return cast("T", value)
    found = read()
    if not mine:
        unit.memory[key] = unit.school.revision, found
    return found


def changed() -> None:
    """Let this unit of work, and every process once it commits, read anew what is remembered."""
    unit = context.unit()
    for key in [key for key in unit.cache if key.startswith("memory ")]:
        del unit.cache[key]
    unit.cache[CHANGED] = True
    directory.bump_revision(unit.session.connection(), unit.school.id)
