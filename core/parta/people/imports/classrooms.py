"""Places the students of a file in their classes; who is there already stays, others move (A17)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from parta.kernel import clock
from parta.kernel.i18n import gettext as _
from parta.people.imports.entries import Entry
from parta.people.imports.known import Known, Party, Place
from parta.people.imports.plan import ClassKey, Move
from parta.people.imports.planning import Draft, shown
from parta.school.services.classes import LONGEST_LETTER

GRADES = range(1, 12)


def place_in_classes(draft: Draft, entries: Iterable[Entry], create_classes: bool) -> None:
    """Decide for each student of the file whether they join a class, move or stay."""
    today = clock.today()
    for entry in entries:
        student = draft.people.get(entry)
        if student and entry.school_class and _has_class(draft, entry, entry.school_class, create_classes):
            _place(draft, entry, student, entry.school_class, today)


def _has_class(draft: Draft, entry: Entry, key: ClassKey, create: bool) -> bool:
    """Whether the class is there or may be made."""
    known = draft.known
    if key in known.classes or key in draft.work.classes:
        return True
    possible = key[0] in GRADES and len(key[1]) <= LONGEST_LETTER
    if possible:
        (draft.work.classes if create else draft.work.absent)[key] = None
    if create and possible:
        return True
    entry.blame("class", _no_class(known, key))
    return False


def _no_class(known: Known, key: ClassKey) -> str:
    """Says that a class is not there, and which of its grade are."""
    same_grade = [known.titles[number] for there, number in known.classes.items() if there[0] == key[0]]
    if not same_grade:
        return _("There is no class %(title)s in %(year)s.", title=title(key), year=known.year.name)
    return _(
        "There is no class %(title)s in %(year)s; there are: %(there)s.",
        title=title(key),
        year=known.year.name,
        there=", ".join(same_grade),
    )


def title(key: ClassKey) -> str:
    """What people call a class."""
    return f"{key[0]}{key[1]}"


def _place(draft: Draft, entry: Entry, student: Party, key: ClassKey, today: date) -> None:
    places = draft.known.places.get(student, [])
    starts = entry.enrolled or _first_day(draft, student, places, today)
    year = draft.known.year
    if not year.starts <= starts <= year.ends:
        entry.blame(
            "enrolled",
            _("Write a day of the year %(name)s: %(starts)s to %(ends)s.",
              name=year.name, starts=shown(year.starts), ends=shown(year.ends)),
        )  # fmt: skip
        return
    held = [place for place in places if place.ends is None or place.ends >= starts]
    same = [place for place in held if place.class_id == draft.known.classes.get(key)]
    if same:
        _keep(draft, entry, same[-1])
    else:
        _move(draft, entry, Move(student, key, starts), held)


def _first_day(draft: Draft, student: Party, places: list[Place], today: date) -> date:
    """The day when none is given: the first of the year for a new student, today for a move."""
    first = draft.known.year.starts
    if student.person_id is None or not places:
        return first
    return max(first, today, *(place.starts for place in places))


def _keep(draft: Draft, entry: Entry, place: Place) -> None:
    if entry.enrolled and entry.enrolled != place.starts:
        message = _(
            "In this class since %(day)s already; the date in the file is not taken.", day=shown(place.starts)
        )
        draft.note(entry, message)


def _move(draft: Draft, entry: Entry, move: Move, held: list[Place]) -> None:
    former = held[-1] if held else None
    if former is None:
        draft.work.moves.append(move)
        draft.change(entry, "class.join", move.student, "", _since(move))
        return
    before = draft.known.titles[former.class_id]
    if former.starts > move.starts:
        entry.blame(
            "enrolled",
            _("The student is in %(title)s from %(day)s on; choose a later day.",
              title=before, day=shown(former.starts)),
        )  # fmt: skip
    elif former.starts == move.starts:
        draft.work.moves.append(Move(move.student, move.school_class, move.starts, corrected=former))
        draft.change(entry, "class.correct", move.student, before, title(move.school_class))
    else:
        draft.work.moves.append(Move(move.student, move.school_class, move.starts, ended=former))
        draft.change(entry, "class.move", move.student, before, _since(move))


def _since(move: Move) -> str:
    return f"{title(move.school_class)}, {shown(move.starts)}"
