"""Single rows: fetching one that must be there, deleting those that nothing needs."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from parta.kernel import context
from parta.kernel.errors import Conflict, NotFound

Row = TypeVar("Row")


def need(table: type[Row], key: int, message: str) -> Row:
    """The row of `table` with the primary key `key`.

    Raises NotFound with `message`.
    """
    found = context.session().get(table, key)
    if found is None:
        raise NotFound(message)
    return found


def remove(message: str, *rows: object) -> None:
    """Delete `rows`, in this order, unless something else refers to one of them.

    Raises Conflict with `message`, naming the table that refers; nothing is deleted then.
    """
    session = context.session()
    try:
        with session.begin_nested():
            for row in rows:
                session.delete(row)
                session.flush()
    except IntegrityError as error:
        table = error.orig.diag.table_name if error.orig else ""  # type: ignore[attr-defined]
        raise Conflict(message, tables=[table]) from None
