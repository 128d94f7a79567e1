"""The doors of the import: say what a file would change, and change it (A11, A16)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from parta.kernel import access, context
from parta.kernel.errors import Conflict, Invalid
from parta.kernel.i18n import gettext as _
from parta.people.imports import RUN, readers, writing
from parta.people.imports.classrooms import place_in_classes, title
from parta.people.imports.columns import STUDENTS, find_header
from parta.people.imports.entries import Entry, entries, tables
from parta.people.imports.families import place_guardians
from parta.people.imports.known import find_year, load
from parta.people.imports.plan import Plan
from parta.people.imports.planning import Draft, place_people
from parta.people.imports.readers import LEADING_ROWS, Sheet
from parta.people.imports.records import Applied
from parta.school.models import SchoolClass, Year
from parta.school.services import EDIT as EDIT_STRUCTURE

LOCKED = "people_person, people_student, people_staff, people_guardianship, people_enrolment, school_class"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an import may be for: the years, newest first, the one it is for unless told, and its classes."""

    years: tuple[str, ...]
    year: str | None
    classes: tuple[str, ...]


def offer() -> Offer:
    """What an import may be for."""
    access.require(RUN)
    names = context.session().scalars(select(Year.name).order_by(Year.starts.desc())).all()
    if not names:
        return Offer((), None, ())
    known = find_year(None)
    rows = select(SchoolClass.grade, SchoolClass.letter).where(SchoolClass.year_id == known.id)
    keys = context.session().execute(rows.order_by(SchoolClass.grade, SchoolClass.letter)).all()
    return Offer(tuple(names), known.name, tuple(title((grade, letter)) for grade, letter in keys))


def check(data: bytes, year: str | None = None) -> None:
    """Whether a file can be read as a list of people, without looking at its rows.

    Raises Invalid as `plan`.
    """
    access.require(RUN)
    tables(_sheets(data))
    find_year(year)


def plan(data: bytes, name: str, *, year: str | None = None, create_classes: bool = False) -> Plan:
    """What importing the file would change and what is wrong with it; nothing is written.

    `name` is the file's name, for show; `year` an academic year's name, by default the present one, else the
    next; with `create_classes`, for who may, a class that is not there yet is no fault. Raises Invalid, field
    `file`, for a file that cannot be read as a list of people, field `year` for an unknown year.
    """
    access.require(RUN)
    if create_classes:
        access.require(EDIT_STRUCTURE)
    found, skipped = tables(_sheets(data))
    chosen = find_year(year)
    draft = Draft(load(chosen))
    rows = [entry for table in found for entry in entries(table)]
    _fill(draft, rows, create_classes)
    return Plan(
        name,
        hashlib.sha256(data).hexdigest(),
        chosen.name,
        chosen.id,
        tuple(draft.row(entry) for entry in rows),
        tuple((table.sheet, table.header.unknown) for table in found if table.header.unknown),
        skipped,
        tuple(title(key) for key in sorted(draft.work.classes)),
        tuple(title(key) for key in sorted(draft.work.absent)),
        draft.known.classes,
        draft.work,
    )


def _sheets(data: bytes) -> list[Sheet]:
    sheets = readers.read(data)
    if not any(_has_header(sheet) for sheet in sheets) and any(
        map(_has_header, readers.in_other_encodings(data))
    ):
        raise readers.wrong_encoding()
    return sheets


def _has_header(sheet: Sheet) -> bool:
    return find_header(sheet.rows, LEADING_ROWS + 1) is not None


def _fill(draft: Draft, rows: list[Entry], create_classes: bool) -> None:
    """Recognise people by row, those of staff first, so that a teacher may also be a pupil's mother."""
    good = sorted((entry for entry in rows if not entry.problems), key=lambda entry: entry.kind == STUDENTS)
    place_people(draft, good)
    place_in_classes(draft, good, create_classes)
    place_guardians(draft, good)


def apply(
    data: bytes,
    name: str,
    *,
    year: str | None = None,
    create_classes: bool = False,
    expected: str | None = None,
) -> Applied:
    """Write everything that the file changes, or nothing; returns what was done.

    `expected` is the fingerprint of the plan that somebody agreed to. Raises Conflict, with the plan as it is
    now in `details`, when it would do something else by now, or when another import is running; Invalid as
    `plan`, and with field `rows` when a row is wrong.
    """
    access.require(RUN)
    _lock()
    made = plan(data, name, year=year, create_classes=create_classes)
    if expected is not None and made.fingerprint != expected:
        raise Conflict(
            _("The school's data has changed since this was shown; look at what would change now."), plan=made
        )
    if not made.is_good:
        rows = len({(problem.sheet, problem.row) for problem in made.problems})
        raise Invalid({"rows": _("Rows with mistakes: %(n)s; nothing was changed.", n=rows)})
    return Applied(made, None if made.is_idle else writing.write(made))


def _lock() -> None:
    """Let nobody change people between the look and the writing; readers go on."""
    try:
        context.session().execute(text(f"lock table {LOCKED} in share row exclusive mode"))
    except OperationalError:
        raise Conflict(_("Somebody else is changing people right now; try again in a minute.")) from None
