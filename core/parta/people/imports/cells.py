"""What a cell means; each reader raises ValueError saying what was wrong and what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.text import search_key, squeeze
from parta.people.contacts import phone_number
from parta.people.imports.columns import RELATIONS, SEXES
from parta.people.imports.readers import Cell
from parta.school.services.classes import parse_title

EXCEL_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(10_000, 73_051)  # 1927 to 2099; smaller numbers are more likely years
DATES = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: ?г\.?| 0?0:00(?::00)?)?"), (3, 2, 1)),
)


def text(cell: Cell) -> str:
    """A cell as one reads it: whole numbers without a fraction, dates as 31.12.2015."""
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return squeeze(str(cell))


def day(cell: Cell) -> date | None:
    """A date cell, an Excel number, or a date written as 2015-12-31, 31.12.2015 or 31/12/2015.

    Raises ValueError.
    """
    if isinstance(cell, date):
        return cell
    written = text(cell)
    if not written:
        return None
    if written.isdecimal() and int(written) in EXCEL_DAYS:
        return EXCEL_ZERO + timedelta(days=int(written))
    for pattern, order in DATES:
        if found := pattern.fullmatch(written):
            return _date(written, *(int(found[place]) for place in order))
    raise ValueError(_("“%(value)s” is not a date; an example: 31.12.2015.", value=written))


def _date(written: str, year: int, month: int, day_: int) -> date:
    try:
        return date(year, month, day_)
    except ValueError:
        raise ValueError(_("There is no such day as “%(value)s”.", value=written)) from None


def phone(cell: Cell) -> str | None:
    """A phone in E.164 from any spelling, a number cell too.

    Raises ValueError.
    """
    return phone_number(text(cell))


def _choice(choices: Mapping[str, tuple[str, ...]], cell: Cell) -> str | None:
    key = search_key(text(cell)).rstrip(".")
    return next((value for value, words in choices.items() if key in words), None)


def sex(cell: Cell) -> str | None:
    """`f` or `m` from what people write.

    Raises ValueError.
    """
    found = _choice(SEXES, cell)
    if found is None and text(cell):
        raise ValueError(_("“%(value)s” is neither female (ж) nor male (м).", value=text(cell)))
    return found


def relation(cell: Cell) -> str | None:
    """The kind of relation from what people write.

    Raises ValueError.
    """
    found = _choice(RELATIONS, cell)
    if found is None and text(cell):
        raise ValueError(
            _("“%(value)s” is unknown; write mother, father, guardian or other (мать, отец, опекун, другое).",
              value=text(cell))
        )  # fmt: skip
    return found


def school_class(cell: Cell) -> tuple[int, str] | None:
    """Grade and letter of a class.

    Raises ValueError.
    """
    written = text(cell)
    if not written:
        return None
    try:
        return parse_title(written)
    except Invalid as refusal:
        raise ValueError(refusal.message) from None


READERS: dict[str, Callable[[Cell], Any]] = {
    "text": text,
    "date": day,
    "phone": phone,
    "sex": sex,
    "relation": relation,
    "class": school_class,
}
