"""Counts the SQL statements of a request, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

ENTERING = ("select set_config(", "from parta.schools")


@contextmanager
def counted(engine: Any) -> Iterator[list[str]]:
    """The statements sent over `engine` inside the block, without those that find and enter the school."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not any(mark in statement.lower() for mark in ENTERING):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
