"""Turns entries into a plan: who is new, who is known, what changes, and what contradicts what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from parta.kernel import access
from parta.kernel.i18n import gettext as _
from parta.kernel.text import search_key, squeeze
from parta.people.imports.columns import STAFF, STUDENTS
from parta.people.imports.entries import Entry
from parta.people.imports.known import Known, Party, names, share_contact
from parta.people.imports.plan import Change, RowPlan, State, Work
from parta.people.services import CONTACTS
from parta.people.services.persons import PersonValues

CONTACT_FIELDS = ("phone", "email")
FILLED = ("patronymic", "birth_date", "sex", "phone", "email")


class Draft:
    """A plan in the making: the people of school and file, and what each row changes."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.work = Work()
        self.people: dict[Entry, Party] = {}
        self.changes: dict[Entry, list[Change]] = defaultdict(list)
        self.notes: dict[Entry, list[str]] = defaultdict(list)

    def change(self, entry: Entry, code: str, party: Party, before: Any, after: Any) -> None:
        """Let a row change something."""
        self.changes[entry].append(Change(code, party.name, shown(before), shown(after)))

    def note(self, entry: Entry, message: str) -> None:
        """Let a row say something that is worth a look."""
        self.notes[entry].append(message)

    def fill(self, entry: Entry, prefix: str, party: Party, values: PersonValues) -> None:
        """Take from a row what it says of a person; an empty cell says nothing.

        Two rows that say different things of one person are at fault.
        """
        for field in FILLED:
            new, old = getattr(values, field), getattr(party.after, field)
            if not new or _differs_not(field, new, old):
                if new:
                    party.said.setdefault(field, source(entry))
            elif field in party.said:
                entry.blame(
                    prefix + field,
                    _(
                        "%(where)s says “%(other)s” of the same person.",
                        where=party.said[field],
                        other=shown(old),
                    ),
                )
            else:
                self._set(entry, party, field, old, new)

    def _set(self, entry: Entry, party: Party, field: str, old: Any, new: Any) -> None:
        party.after = replace(party.after, **{field: new})
        party.said[field] = source(entry)
        self.work.parties[party] = None
        if party.person_id is not None:
            hidden = old and field in CONTACT_FIELDS and not access.current().may(CONTACTS)
            self.change(entry, f"person.{field}", party, "…" if hidden else old, new)

    def add(self, entry: Entry, values: PersonValues) -> Party:
        """A person that the school does not know yet."""
        said = {field: source(entry) for field in FILLED if getattr(values, field)}
        party = Party(None, None, values, source=source(entry), said=said)
        self.work.parties[party] = None
        return self.known.add(party)

    def row(self, entry: Entry) -> RowPlan:
        """A row as it is shown."""
        changes = tuple(self.changes[entry]) if not entry.problems else ()
        grade, letter = entry.school_class or ("", "")
        return RowPlan(
            entry.sheet,
            entry.row,
            entry.kind,
            squeeze(f"{entry.values.surname} {entry.values.first_name} {entry.values.patronymic}"),
            f"{grade}{letter}",
            self._state(entry, changes),
            changes,
            entry.faults,
            tuple(self.notes[entry]),
            self.people[entry].person_id if entry in self.people else None,
        )

    def _state(self, entry: Entry, changes: Sequence[Change]) -> State:
        if entry.problems:
            return "wrong"
        if any(change.code in {"student.new", "staff.new"} for change in changes):
            return "new"
        return "changed" if changes else "unchanged"


def _differs_not(field: str, new: Any, old: Any) -> bool:
    return new == old or (field == "patronymic" and search_key(new) == search_key(old))


def source(entry: Entry) -> str:
    """Where in the file an entry stands."""
    if entry.sheet:
        return _("Row %(n)s of sheet “%(sheet)s”", n=entry.row, sheet=entry.sheet)
    return _("Row %(n)s", n=entry.row)


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if value is None:
        return ""
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else str(value)


def place_people(draft: Draft, entries: Iterable[Entry]) -> None:
    """Find or add the student or member of staff of every row."""
    for entry in entries:
        candidates = _students(draft, entry) if entry.kind == STUDENTS else _staff(draft, entry)
        party = _claimed(draft, entry, candidates)
        if party:
            draft.people[entry] = party
            draft.fill(entry, "", party, entry.values)
            _give_role(draft, entry, party)


def _claimed(draft: Draft, entry: Entry, candidates: list[Party]) -> Party | None:
    """The person a row means, added when nobody is found; None when the row is at fault."""
    if len(candidates) > 1:
        entry.blame("surname", _("This may be any of: %(people)s.", people=names(candidates)))
        return None
    if not candidates:
        return draft.add(entry, entry.values)
    found = candidates[0]
    if found.said.get(entry.kind):
        entry.blame("surname", _("%(where)s has the same person already.", where=found.said[entry.kind]))
        return None
    return found


def _students(draft: Draft, entry: Entry) -> list[Party]:
    """Who may be meant: name and birth date agree, or no birth date is known of a student so named."""
    named, born = draft.known.named(entry.values), entry.values.birth_date
    exact = [party for party in named if party.after.birth_date == born]
    patronymic = search_key(entry.values.patronymic)
    best = [party for party in exact if search_key(party.after.patronymic) == patronymic] or exact
    found = best or [party for party in named if party.is_student and party.after.birth_date is None]
    if not found:
        _warn(draft, entry, [party for party in named if party.is_student])
    return found


def _staff(draft: Draft, entry: Entry) -> list[Party]:
    """Who may be meant: name and birth date or phone agree, or nothing known of a colleague contradicts."""
    named, values = draft.known.named(entry.values), entry.values
    adults = [party for party in named if not party.is_student]
    exact = [party for party in adults if _agrees(party.after, values)]
    colleagues = [party for party in adults if party.position is not None]
    found = exact or [party for party in colleagues if not _contradicts(party.after, values)]
    if not found:
        _warn(draft, entry, colleagues)
    return found


def _agrees(one: PersonValues, other: PersonValues) -> bool:
    return any(getattr(one, f) and getattr(one, f) == getattr(other, f) for f in ("birth_date", "phone"))


def _contradicts(one: PersonValues, other: PersonValues) -> bool:
    return any(
        getattr(one, f) and getattr(other, f) and getattr(one, f) != getattr(other, f)
        for f in ("birth_date", "phone")
    )


def _warn(draft: Draft, entry: Entry, namesakes: list[Party]) -> None:
    if namesakes:
        draft.note(entry, _("Of the same name already: %(people)s. This row adds another person.",
                            people=names(namesakes)))  # fmt: skip


def _give_role(draft: Draft, entry: Entry, party: Party) -> None:
    party.said[entry.kind] = source(entry)
    if entry.kind == STUDENTS and not party.is_student:
        party.is_student = True
        draft.work.students.append(party)
        draft.change(entry, "student.new", party, "", party.name)
    if entry.kind == STAFF and party.position != entry.position:
        new = party.position is None
        draft.change(entry, "staff.new" if new else "staff.position", party, party.position, entry.position)
        draft.work.staff[party] = party.position, entry.position
        party.position = entry.position


def share(party: Party, values: PersonValues) -> bool:
    """Whether a person has, or had before this file, a phone or e-mail address of `values`."""
    return share_contact(party.after, values) or bool(party.before and share_contact(party.before, values))
