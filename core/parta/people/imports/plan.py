"""What an import would do, as shown before it is done."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from parta.kernel.i18n import lazy_gettext as _l
from parta.people.imports.entries import Problem
from parta.people.imports.known import Party, Place

State = Literal["wrong", "new", "changed", "unchanged"]
STATES: tuple[State, ...] = ("wrong", "new", "changed", "unchanged")
ClassKey = tuple[int, str]

CODES = {
    "student.new": _l("New student"),
    "staff.new": _l("New member of staff"),
    "staff.position": _l("Position"),
    "guardian.new": _l("New guardian"),
    "guardian.link": _l("Joined as guardian"),
    "guardian.relation": _l("Relation"),
    "class.join": _l("Joins the class"),
    "class.move": _l("Moves to another class"),
    "class.correct": _l("Class corrected"),
    "person.patronymic": _l("Patronymic"),
    "person.birth_date": _l("Birth date"),
    "person.sex": _l("Sex"),
    "person.phone": _l("Phone"),
    "person.email": _l("E-mail"),
}
TOTALS = {
    "student.new": _l("New students"),
    "staff.new": _l("New staff"),
    "staff.position": _l("Positions changed"),
    "guardian.new": _l("New guardians"),
    "guardian.link": _l("Known guardians joined to students"),
    "guardian.relation": _l("Relations changed"),
    "class.join": _l("Students placed in classes"),
    "class.move": _l("Moves to another class"),
    "class.correct": _l("Classes corrected"),
    "person.patronymic": _l("Patronymics filled in"),
    "person.birth_date": _l("Birth dates changed"),
    "person.sex": _l("Sex changed"),
    "person.phone": _l("Phones changed"),
    "person.email": _l("E-mail addresses changed"),
    "class.new": _l("New classes"),
}
WORDS = {
    "mother": _l("mother"),
    "father": _l("father"),
    "guardian": _l("legal guardian"),
    "other": _l("other"),
    "f": _l("female"),
    "m": _l("male"),
}
WORDED = {"guardian.new", "guardian.link", "guardian.relation", "person.sex"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change for a person: `code` is of CODES, `before` is empty when nothing was."""

    code: str
    person: str
    before: str
    after: str

    @property
    def title(self) -> str:
        """What changes, in the reader's language."""
        return str(CODES[self.code])

    @property
    def values(self) -> tuple[str, str]:
        """Before and after, in the reader's language."""
        words = WORDS if self.code in WORDED else {}
        return str(words.get(self.before, self.before)), str(words.get(self.after, self.after))


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row: what it would change, what is wrong with it, what to look at (`notes`).

    `person_id` is the person's number, None for one whom the school does not know.
    """

    sheet: str
    row: int
    kind: str
    name: str
    school_class: str
    state: State
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """A student's new place in a class; `ended` is the place that ends the day before.

    `corrected` is one that was entered for the same day and only changes its class.
    """

    student: Party
    school_class: ClassKey
    starts: date
    ended: Place | None = None
    corrected: Place | None = None


@dataclass(frozen=True, slots=True)
class Bond:
    """A guardian answers for a student; `before` is the relation so far, None when there was none."""

    guardian: Party
    student: Party
    relation: str
    before: str | None


@dataclass(slots=True)
class Work:
    """Everything to write, each person once; `staff` maps to the position before and after."""

    parties: dict[Party, None] = field(default_factory=dict)
    students: list[Party] = field(default_factory=list)
    staff: dict[Party, tuple[str | None, str]] = field(default_factory=dict)
    bonds: dict[tuple[Party, Party], Bond] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    classes: dict[ClassKey, None] = field(default_factory=dict)
    absent: dict[ClassKey, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file would do, row by row in the order of the file.

    `digest` names the file's content; `unknown` are the columns that mean nothing here, by sheet;
    `skipped` the sheets without headings; `classes` those to be added, `absent` those that could be;
    `class_ids` and `work` help to write.
    """

    file: str
    digest: str
    year: str
    year_id: int
    rows: tuple[RowPlan, ...]
    unknown: tuple[tuple[str, tuple[str, ...]], ...]
    skipped: tuple[str, ...]
    classes: tuple[str, ...]
    absent: tuple[str, ...]
    class_ids: Mapping[ClassKey, int] = field(repr=False, compare=False)
    work: Work = field(repr=False, compare=False)

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def is_idle(self) -> bool:
        """Whether nothing would change."""
        return not any(row.changes for row in self.rows)

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong, in the order of the file."""
        return [problem for row in self.rows for problem in row.problems]

    @property
    def states(self) -> dict[State, int]:
        """How many rows are wrong, new, changed, unchanged."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in STATES}

    @property
    def faults(self) -> list[tuple[str, int]]:
        """In how many rows something is wrong with each column, the worst first."""
        return Counter(problem.column for problem in self.problems).most_common()

    @property
    def sheets(self) -> int:
        """How many sheets hold people."""
        return len({row.sheet for row in self.rows})

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each code of TOTALS."""
        found = Counter(change.code for row in self.rows for change in row.changes)
        return {**{code: found[code] for code in TOTALS}, "class.new": len(self.classes)}

    @property
    def fingerprint(self) -> str:
        """The same for two plans that would do the same, in any language."""
        told = [
            (row.sheet, row.row, row.state, [(c.code, c.person, c.before, c.after) for c in row.changes])
            for row in self.rows
        ]
        return hashlib.sha256(repr((self.digest, self.year_id, self.classes, told)).encode()).hexdigest()
