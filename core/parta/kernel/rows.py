"""Fetching one row that must be there."""

from __future__ import annotations

from typing import TypeVar

from parta.kernel import context
from parta.kernel.errors import NotFound

Row = TypeVar("Row")


def need(table: type[Row], key: int, message: str) -> Row:
    """The row of `table` with the primary key `key`.

    Raises NotFound with `message`.
    """
    found = context.session().get(table, key)
    if found is None:
        raise NotFound(message)
    return found
