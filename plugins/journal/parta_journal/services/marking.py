"""How a cell is written and what marks come to: rules without a database."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from parta.toolkit import gettext as _
from parta.toolkit import squeeze

UNCOUNTED = ("ЗЧ", "НЗ", "ОСВ", "Н/А")
MOST_MARKS = 2
LOOK_ALIKES = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
NOT_ATTESTED = re.compile(r"(?<!\w)Н\s*/\s*А(?!\w)")
HUNDREDTH = Decimal("0.01")


class Unreadable(ValueError):
    """What was typed is no mark and no attendance letter here; the message says what is."""


@dataclass(frozen=True, slots=True)
class Written:
    """A cell as typed: marks in order, and the attendance letter or ""."""

    marks: tuple[str, ...] = ()
    letter: str = ""

    @property
    def text(self) -> str:
        """The cell as shown: letter first, marks joined by a stroke."""
        return " ".join(part for part in (self.letter, "/".join(self.marks)) if part)


def read_cell(typed: str, scale: Collection[str], letters: Collection[str]) -> Written:
    """What `typed` means: an attendance letter, a mark, two marks as in `4/5`, or a letter with marks.

    Small letters and Latin look-alikes are read as the Cyrillic letters that were meant. Raises Unreadable.
    """
    upper = NOT_ATTESTED.sub("НА", squeeze(typed).upper().translate(LOOK_ALIKES))
    known = {mark.replace("/", ""): mark for mark in (*scale, *UNCOUNTED)}
    marks: list[str] = []
    found: list[str] = []
    for token in re.split(r"[\s/,;]+", upper):
        for part in _parts(token, known, letters):
            if part in known:
                marks.append(known[part])
            elif part in letters:
                found.append(part)
            else:
                raise Unreadable(_no_mark(token, scale, letters))
    if len(marks) > MOST_MARKS or len(found) > 1:
        raise Unreadable(_("A cell holds one attendance letter and at most two marks, such as 4/5."))
    return Written(tuple(marks), "".join(found))


def _parts(token: str, known: Collection[str], letters: Collection[str]) -> list[str]:
    """A token, or the letter and the mark that were written together: Н4, 4Н."""
    if not token:
        return []
    if token in known or token in letters:
        return [token]
    for letter in letters:
        if token.startswith(letter) and token[len(letter) :] in known:
            return [letter, token[len(letter) :]]
        if token.endswith(letter) and token[: -len(letter)] in known:
            return [token[: -len(letter)], letter]
    return [token]


def _no_mark(token: str, scale: Collection[str], letters: Collection[str]) -> str:
    return _(
        "“%(text)s” is not a mark. Marks: %(marks)s; attendance: %(letters)s; two marks: 4/5.",
        text=token,
        marks=" ".join((*scale, *UNCOUNTED)),
        letters=" ".join(letters),
    )


def average(weighted: Iterable[tuple[str, Decimal]]) -> Decimal | None:
    """Σ(mark·weight)/Σ(weight) to two places, half up; what is not a number does not count."""
    total = weights = Decimal(0)
    for mark, weight in weighted:
        if mark.isdecimal():
            total += int(mark) * weight
            weights += weight
    return (total / weights).quantize(HUNDREDTH, ROUND_HALF_UP) if weights else None
