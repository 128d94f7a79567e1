"""Rows of a sheet become entries: a student with class and guardians, or a member of staff."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.people.imports import cells
from parta.people.imports.columns import (
    COLUMNS,
    GUARDIANS,
    RULES,
    STAFF,
    STUDENTS,
    TITLES,
    Column,
    Header,
    find_header,
)
from parta.people.imports.readers import LEADING_ROWS, MAX_ROWS, Cell, Sheet
from parta.people.services.persons import PersonValues, checked

EXAMPLE = re.compile(r"(пример|example)\b", re.IGNORECASE)
LONGEST_POSITION = 200
NAMES = ("surname", "first_name", "patronymic")
FACTS = ("birth_date", "sex", "phone", "email")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row: in which column, which value, and what is expected."""

    sheet: str
    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A guardian as named on a student's row; `slot` is 1 or 2."""

    slot: int
    values: PersonValues
    relation: str


@dataclass(slots=True, eq=False)
class Entry:
    """One row as read; what is wrong with it collects in `problems`."""

    kind: str
    sheet: str
    row: int
    values: PersonValues
    header: Header
    school_class: tuple[int, str] | None = None
    enrolled: date | None = None
    position: str = ""
    guardians: list[Mention] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)

    def blame(self, column: str, message: str) -> None:
        """Add a problem with a column of this row, one a column."""
        heading = self.header.written.get(column) or next(
            (str(c.ru) for c in COLUMNS[self.kind] if c.name == column), ""
        )
        if all(heading != problem.column for problem in self.problems):
            value = self.cells.get(column, "")
            self.problems.append(Problem(self.sheet, self.row, heading, value, message))

    @property
    def faults(self) -> tuple[Problem, ...]:
        """The problems in the order of the columns."""
        order = {heading: place for place, heading in enumerate(self.header.written.values())}
        return tuple(sorted(self.problems, key=lambda problem: order.get(problem.column, len(order))))


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose headings are known, with its rows of people and their numbers in the sheet."""

    sheet: str
    header: Header
    rows: list[tuple[int, list[Cell]]]


def tables(sheets: Sequence[Sheet]) -> tuple[list[Table], tuple[str, ...]]:
    """The sheets that list people, and the titles of the others that hold something.

    Raises Invalid, field `file`, when headings are nowhere to be found, doubled or missing, when nobody is
    listed, or too many.
    """
    found, skipped = [], []
    for sheet in sheets:
        header = find_header(sheet.rows, LEADING_ROWS + 1)
        if header:
            found.append(_table(sheet, header))
        elif any(sheet.rows) and sheet.title not in TITLES[RULES].values():
            skipped.append(sheet.title)
    if not found:
        raise Invalid({"file": _no_headings(sheets)})
    count = sum(len(table.rows) for table in found)
    if count == 0:
        raise Invalid({"file": _("Nobody is listed below the headings; the example row is not read.")})
    if count > MAX_ROWS:
        raise Invalid({"file": _("There are more than %(n)s rows; divide the file.", n=MAX_ROWS)})
    return [table for table in found if table.rows], tuple(skipped)


def _no_headings(sheets: Sequence[Sheet]) -> str:
    first = next((row for sheet in sheets for row in sheet.rows if any(row)), [])
    return _(
        "None of the first %(n)s rows holds the headings, such as “Фамилия”, “Имя”, “Класс”; the first row"
        " reads: %(row)s. Take the headings from the template.",
        n=LEADING_ROWS + 1,
        row=", ".join(cells.text(cell) for cell in first if cells.text(cell))[:200] or "—",
    )


def _table(sheet: Sheet, header: Header) -> Table:
    _check_header(sheet.title, header)
    rows = [
        (place + 1, row)
        for place, row in enumerate(sheet.rows)
        if place > header.row and _is_filled(row) and not _is_example(row)
    ]
    return Table(sheet.title, header, rows)


def _check_header(title: str, header: Header) -> None:
    wrong = _wrong_header(header)
    if wrong:
        raise Invalid(
            {"file": _("Sheet “%(title)s”. %(wrong)s", title=title, wrong=wrong) if title else wrong}
        )


def _wrong_header(header: Header) -> str:
    if header.twice:
        return _("These columns stand there twice: %(names)s.", names=", ".join(header.twice))
    missing = header.missing
    if any(column.name == "class" for column in missing):
        return _("There is neither a column “Класс” (students) nor “Должность” (staff).")
    if missing:
        return _("These columns are missing: %(names)s.", names=", ".join(column.ru for column in missing))
    return ""


def _is_filled(row: Sequence[Cell]) -> bool:
    return any(cells.text(cell) for cell in row)


def _is_example(row: Sequence[Cell]) -> bool:
    first = next((value for cell in row if (value := cells.text(cell))), "")
    return bool(EXAMPLE.match(first))


def entries(table: Table) -> Iterator[Entry]:
    """Each row of a table, read."""
    for number, row in table.rows:
        yield _entry(table, number, row)


def _entry(table: Table, number: int, row: Sequence[Cell]) -> Entry:
    kind = table.header.kind
    entry = Entry(kind, table.sheet, number, PersonValues("", ""), table.header)
    read = {column.name: _read(entry, column, row) for column in COLUMNS[kind]}
    entry.values = _person(entry, "", read)
    if kind == STAFF:
        entry.position = _position(entry, read["position"])
    if kind == STUDENTS:
        entry.school_class, entry.enrolled = read["class"], read["enrolled"]
        entry.guardians = [found for slot in GUARDIANS if (found := _mention(entry, slot, read))]
    return entry


def _read(entry: Entry, column: Column, row: Sequence[Cell]) -> Any:
    place = entry.header.places.get(column.name)
    cell: Cell = row[place] if place is not None and place < len(row) else ""
    written = cells.text(cell)
    entry.cells[column.name] = written
    try:
        value = cells.READERS[column.kind](cell)
    except ValueError as error:
        entry.blame(column.name, str(error))
        return None
    if column.required and not written:
        entry.blame(column.name, _("This cell must be filled in."))
    return value


def _person(entry: Entry, prefix: str, read: dict[str, Any]) -> PersonValues:
    """The person in the columns that begin with `prefix`, as stored."""
    named: dict[str, Any] = {name: read.get(prefix + name) or "" for name in NAMES}
    others: dict[str, Any] = {name: read.get(prefix + name) or None for name in FACTS}
    values = PersonValues(**named, **others)
    try:
        return checked(values)
    except Invalid as refusal:
        for name, message in refusal.fields.items():
            entry.blame(prefix + name, message)
        return values


def _mention(entry: Entry, slot: int, read: dict[str, Any]) -> Mention | None:
    prefix = f"guardian{slot}."
    if not any(value for name, value in entry.cells.items() if name.startswith(prefix)):
        return None
    relation = read[f"{prefix}relation"]
    if relation is None:
        entry.blame(
            f"{prefix}relation", _("Write mother, father, guardian or other (мать, отец, опекун, другое).")
        )
    return Mention(slot, _person(entry, prefix, read), relation or "other")


def _position(entry: Entry, written: str) -> str:
    if len(written) > LONGEST_POSITION:
        entry.blame("position", _("At most %(n)s letters.", n=LONGEST_POSITION))
    return written
