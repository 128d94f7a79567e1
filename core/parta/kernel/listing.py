"""Lists that search, sort and page, one statement each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, SQLColumnExpression, func

from parta.kernel import context
from parta.kernel.text import search_key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """What a reader asked of a list: words to find, column to sort by, page (from 1) and its size in rows."""

    q: str = ""
    sort: str = ""
    desc: bool = False
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list with what is needed to offer the others."""

    rows: list[T]
    total: int
    paging: Paging

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.paging.size))


def whole(rows: Sequence[T]) -> Page[T]:
    """A list that is short enough to be shown at once."""
    return Page(list(rows), len(rows), Paging(size=max(1, len(rows))))


def paginate(
    query: Select[*tuple[Any, ...]],
    paging: Paging,
    make: Callable[[Any], T],
    *,
    sorts: Mapping[str, SQLColumnExpression[Any]],
    default: str,
    search: SQLColumnExpression[str] | None = None,
    tie: SQLColumnExpression[Any],
) -> Page[T]:
    """Run `query` for one page.

    `sorts` are the columns that may be sorted by, `default` the one used when none (or an unknown one) was
    asked for, `search` the stored search key, `tie` a unique column that makes the order total, `make` turns
    a row into a plain value. A page beyond the last answers the first one.
    """
    if search is not None and paging.q:
        for word in search_key(paging.q).split():
            query = query.where(search.contains(word, autoescape=True))
    order = sorts.get(paging.sort, sorts[default])
    ordered = query.order_by(order.desc() if paging.desc else order.asc(), tie)
    counted = ordered.add_columns(func.count().over().label("total_rows"))
    rows = _fetch(counted, paging.page, paging.size)
    if not rows and paging.page > 1:
        paging = Paging(paging.q, paging.sort, paging.desc, 1, paging.size)
        rows = _fetch(counted, 1, paging.size)
    return Page([make(row) for row in rows], rows[0].total_rows if rows else 0, paging)


def _fetch(query: Select[*tuple[Any, ...]], page: int, size: int) -> Sequence[Any]:
    return context.session().execute(query.limit(size).offset((page - 1) * size)).all()
