"""Cells as they are typed: a batch of entries is one request, one transaction, a fixed number of statements.

Each entry is judged by itself: those that are right are saved, each other one comes back with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from parta.toolkit import DomainError, Invalid, allowed, clock, require, session, tables
from parta.toolkit import gettext as _
from sqlalchemy import select

from parta_journal.services import WRITE_ABSENCES, WRITE_MARKS, storing
from parta_journal.services.desk import NOTHING, Desk, LessonAt, Stored, read_desk, stored
from parta_journal.services.marking import Unreadable, Written, read_cell

MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell as typed, with the versions its writer saw.

    `id` is made by the browser, anew for each edit, and kept when it is sent again; `follows` are earlier
    edits of the same cell whose answers never arrived. `work_id` None is the lesson's default work. A version
    of 0 is an empty cell, None leaves that part of the cell as it is.
    """

    id: UUID
    lesson_id: int
    student_id: int
    text: str
    work_id: int | None = None
    mark_version: int | None = None
    attendance_version: int | None = None
    follows: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry, and what stands in the cell now; in a conflict, put there by `by` at `at`."""

    id: UUID
    state: Literal["saved", "refused", "conflict"]
    message: str = ""
    warning: str = ""
    text: str = ""
    work_id: int | None = None
    mark_version: int = 0
    attendance_version: int = 0
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry goes: a lesson and a student, in the class that they are in."""

    lesson: LessonAt
    name: str
    class_id: int | None

    def __str__(self) -> str:
        return f"{self.name} ({self.lesson.title})"


@dataclass(slots=True)
class _Plan:
    """An entry that may be saved as far as can be told without what is stored."""

    entry: Entry
    place: _Place
    written: Written
    work_id: int
    marks: Stored = NOTHING
    letter: Stored = NOTHING
    saved_marks: int = field(default=0)
    saved_letter: int = field(default=0)


def save(entries: Sequence[Entry]) -> list[Outcome]:
    """Save what may be saved of `entries`; one outcome each, in their order (T5, T8, H16).

    Raises Forbidden for who writes in no journal, Invalid for more than 500 entries.
    """
    require(WRITE_MARKS, WRITE_ABSENCES)
    if len(entries) > MOST_ENTRIES:
        raise Invalid({"entries": _("Send at most %(n)s entries at once.", n=MOST_ENTRIES)})
    desk = read_desk({entry.lesson_id for entry in entries})
    judged = _judge_all(desk, entries)
    plans = [plan for plan in judged if isinstance(plan, _Plan)]
    _fill(plans)
    outcomes = {plan.entry.id: _clash(plan) for plan in plans}
    _store([plan for plan in plans if outcomes[plan.entry.id] is None], desk)
    return [plan if isinstance(plan, Outcome) else outcomes[plan.entry.id] or _saved(plan) for plan in judged]


def _judge_all(desk: Desk, entries: Sequence[Entry]) -> list[_Plan | Outcome]:
    """Every entry as a plan or as its refusal; a cell that is entered twice is refused the second time."""
    strangers = _strangers(desk, entries)
    locks = {number: _lock(lesson) for number, lesson in desk.lessons.items()}
    taken: set[tuple[str, int, int]] = set()
    judged: list[_Plan | Outcome] = []
    for entry in entries:
        try:
            plan = _judge(desk, entry, strangers, locks)
            cells = _cells(plan)
            if cells & taken:
                raise Invalid({"": _("%(cell)s: entered twice at once.", cell=plan.place)})
            taken |= cells
            judged.append(plan)
        except DomainError as refusal:
            judged.append(Outcome(entry.id, "refused", refusal.message, text=entry.text))
    return judged


def _judge(desk: Desk, entry: Entry, strangers: dict[int, str], locks: dict[int, str]) -> _Plan:
    lesson = desk.lessons.get(entry.lesson_id)
    if lesson is None:
        raise Invalid({"": _("There is no such lesson; it may have been removed.")})
    place = _place(desk, entry, lesson, strangers)
    if entry.work_id is not None and entry.work_id not in lesson.works:
        raise Invalid({"": _("%(cell)s: the lesson has no such work; it may have been removed.", cell=place)})
    try:
        written = read_cell(entry.text, desk.scale, desk.codes)
    except Unreadable as reason:
        raise Invalid({"": f"{place}: {reason}"}) from None
    _check_right(desk, entry, place, written)
    if locks[lesson.id]:
        raise Invalid({"": f"{place}: {locks[lesson.id]}"})
    return _Plan(entry, place, written, entry.work_id or lesson.default_work)


def _place(desk: Desk, entry: Entry, lesson: LessonAt, strangers: dict[int, str]) -> _Place:
    """Where the entry goes; refused when the student is not on the course on the day of the lesson."""
    seat = desk.seat(lesson, entry.student_id)
    known = seat or desk.seen(lesson.course_id, entry.student_id)
    name = f"{known.surname} {known.first_name}" if known else strangers.get(entry.student_id, "")
    place = _Place(
        lesson, name or _("student no. %(n)s", n=entry.student_id), seat.class_id if seat else None
    )
    if seat is None:
        raise Invalid({"": _("%(cell)s: the student is not on this course on that day.", cell=place)})
    return place


def _check_right(desk: Desk, entry: Entry, place: _Place, written: Written) -> None:
    """Marks are for who teaches the course that day, absences also for who leads the class (T-R1, H-R1)."""
    lesson = place.lesson
    marks, letter = entry.mark_version is not None, entry.attendance_version is not None
    if marks and not desk.reach.teaches(lesson.course_id, lesson.day):
        raise Invalid({"": _("%(cell)s: you do not teach this course on that day.", cell=place)})
    if letter and not desk.reach.notes_absence(lesson.course_id, place.class_id, lesson.day):
        raise Invalid({"": _("%(cell)s: you neither teach this course nor lead this class.", cell=place)})
    if not marks and written.marks:
        raise Invalid({"": _("%(cell)s: only an attendance letter may stand here.", cell=place)})
    if not letter and written.letter:
        raise Invalid({"": _("%(cell)s: attendance is written in the lesson's first column.", cell=place)})
    if written.marks and lesson.day > clock.today():
        raise Invalid({"": _("%(cell)s: the lesson is yet to come.", cell=place)})


def _lock(lesson: LessonAt) -> str:
    """Why a plugin of the school does not let the lesson be written now, "" when it does."""
    try:
        allowed(WRITE_MARKS, lesson)
    except DomainError as refusal:
        return refusal.message
    return ""


def _strangers(desk: Desk, entries: Sequence[Entry]) -> dict[int, str]:
    """Names of students who are on none of the courses they are entered for, to say who is meant."""
    missing = {
        entry.student_id
        for entry in entries
        if (lesson := desk.lessons.get(entry.lesson_id)) is not None
        and desk.seen(lesson.course_id, entry.student_id) is None
    }
    if not missing:
        return {}
    person, student = tables.person, tables.student
    query = (
        select(person.c.id, person.c.surname, person.c.first_name)
        .join(student, student.c.person_id == person.c.id)
        .where(person.c.id.in_(missing))
    )
    return {number: f"{surname} {first}" for number, surname, first in session().execute(query)}


def _cells(plan: _Plan) -> set[tuple[str, int, int]]:
    """The cells an entry writes."""
    entry, cells = plan.entry, set()
    if entry.mark_version is not None:
        cells.add(("mark", plan.work_id, entry.student_id))
    if entry.attendance_version is not None:
        cells.add(("attendance", plan.place.lesson.id, entry.student_id))
    return cells


def _fill(plans: Sequence[_Plan]) -> None:
    """Let each plan know what stands in its cell now."""
    if not plans:
        return
    works = {plan.work_id for plan in plans}
    students = {plan.entry.student_id for plan in plans}
    marks, letters = stored(works, {plan.place.lesson.id for plan in plans}, students)
    for plan in plans:
        plan.marks = marks.get((plan.work_id, plan.entry.student_id), NOTHING)
        plan.letter = letters.get((plan.place.lesson.id, plan.entry.student_id), NOTHING)
        plan.saved_marks, plan.saved_letter = plan.marks.version, plan.letter.version


def _clash(plan: _Plan) -> Outcome | None:
    """The conflict between an entry and what somebody else put into its cell, if there is one."""
    entry, written = plan.entry, plan.written
    theirs = None
    if entry.attendance_version is not None and written.letter != plan.letter.letter:
        theirs = _newer(entry, entry.attendance_version, plan.letter)
    if theirs is None and entry.mark_version is not None and written.marks != plan.marks.marks:
        theirs = _newer(entry, entry.mark_version, plan.marks)
    if theirs is None:
        return None
    now = _now(plan)
    message = _(
        "%(cell)s: %(by)s has put “%(theirs)s” here; yours is “%(yours)s”.",
        cell=plan.place,
        by=theirs.by or _("somebody else"),
        theirs=now,
        yours=written.text,
    )
    return Outcome(
        entry.id,
        "conflict",
        message,
        text=now,
        work_id=plan.work_id,
        mark_version=plan.marks.version,
        attendance_version=plan.letter.version,
        by=theirs.by,
        at=theirs.at,
    )


def _newer(entry: Entry, seen: int, now: Stored) -> Stored | None:
    """`now` unless it is what the writer saw, or what this writer's own earlier edit left."""
    if seen == now.version or now.entry in (entry.id, *entry.follows):
        return None
    return now


def _now(plan: _Plan) -> str:
    """What stands in the cell, of the parts that the entry writes."""
    marks = plan.marks.marks if plan.entry.mark_version is not None else ()
    letter = plan.letter.letter if plan.entry.attendance_version is not None else ""
    return Written(marks, letter).text


def _store(plans: Sequence[_Plan], desk: Desk) -> None:
    """Write what differs from what stands there, and the record of it."""
    marks = [
        plan
        for plan in plans
        if plan.entry.mark_version is not None and plan.written.marks != plan.marks.marks
    ]
    letters = [
        plan
        for plan in plans
        if plan.entry.attendance_version is not None and plan.written.letter != plan.letter.letter
    ]
    for plan in marks:
        plan.saved_marks += 1
    for plan in letters:
        plan.saved_letter += 1
    storing.write(
        [
            storing.MarkCell(p.work_id, p.entry.student_id, p.written.marks, p.marks, p.entry.id)
            for p in marks
        ],
        [
            storing.LetterCell(
                p.place.lesson.id,
                p.entry.student_id,
                p.written.letter,
                desk.codes.get(p.written.letter),
                p.letter,
                p.entry.id,
            )
            for p in letters
        ],
    )


def _saved(plan: _Plan) -> Outcome:
    letter = plan.written.letter if plan.entry.attendance_version is not None else plan.letter.letter
    marks = plan.written.marks if plan.entry.mark_version is not None else plan.marks.marks
    warning = ""
    if letter and marks:
        warning = _(
            "%(cell)s: marked and “%(letter)s” at once.",
            cell=plan.place,
            letter=letter,
        )
    return Outcome(
        plan.entry.id,
        "saved",
        warning=warning,
        text=plan.written.text,
        work_id=plan.work_id,
        mark_version=plan.saved_marks,
        attendance_version=plan.saved_letter,
    )
