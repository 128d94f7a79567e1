"""Which tables refer to a person: read from PostgreSQL itself, so that nobody's are forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnClause, Select, column, select, table, text

from parta.kernel import context, modules
from parta.kernel.migrations import CORE

PERSON = ("people_person", "id")

_KEYS = """
select r.relname, a.attname, t.relname, f.attname
from pg_constraint c
join pg_class r on r.oid = c.conrelid
join pg_class t on t.oid = c.confrelid
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
join pg_attribute f on f.attrelid = c.confrelid and f.attnum = c.confkey[1]
where c.contype = 'f' and cardinality(c.conkey) = 1 and r.relnamespace = current_schema()::regnamespace
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that refers to a column of another table."""

    table: str
    column: str
    target: str
    target_column: str


def references() -> list[Reference]:
    """Every foreign key of one column in the school entered."""
    return [Reference(*row) for row in context.session().execute(text(_KEYS))]


def pointing_at(name: str, key: str, among: list[Reference]) -> list[Reference]:
    """Those that refer to the column `key` of the table `name`."""
    return [found for found in among if (found.target, found.target_column) == (name, key)]


def person_columns(among: list[Reference]) -> list[Reference]:
    """Columns that hold a person's number: they refer to a person, or to a column that does."""
    found: list[Reference] = []
    waiting = [PERSON]
    while waiting:
        for reference in pointing_at(*waiting.pop(), among):
            if reference not in found:
                found.append(reference)
                waiting.append((reference.table, reference.column))
    return found


def held(reference: Reference, person_id: int) -> Select[*tuple[Any, ...]]:
    """The rows of the reference's table that refer to the person."""
    name: ColumnClause[Any] = column(reference.column)
    return select(name).select_from(table(reference.table, name)).where(name == person_id)


def still_referring(person_id: int) -> list[str]:
    """The tables outside the core in which a row refers to the person, by name."""
    session = context.session()
    found = {
        reference.table
        for reference in person_columns(references())
        if not reference.table.startswith(CORE.prefixes)
        and session.execute(held(reference, person_id).limit(1)).first()
    }
    return sorted(found)


def is_left_behind(name: str) -> bool:
    """Whether the table belongs to no plugin that runs."""
    return not name.startswith(tuple(f"{owner}_" for owner in modules.registry().plugins))
