"""What the address chooses on pages of a year: the year, and the day as of which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from parta.kernel import clock
from parta.school.services import years
from parta.school.services.years import YearRow


@dataclass(frozen=True, slots=True)
class Years:
    """Every year of the school, the newest first, and the one chosen; None when there is none yet."""

    all: list[YearRow]
    chosen: YearRow | None


def year() -> Years:
    """The year that the address asks for (`year`), else the present one."""
    rows = years.all_years()
    asked = request.args.get("year", type=int)
    chosen = next((row for row in rows if row.id == asked), None)
    return Years(rows, chosen or (years.of_today(rows) if rows else None))


def day(within: YearRow) -> date:
    """The day that the address asks for (`day`), else today; outside the year its nearest day."""
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        asked = clock.today()
    return within.nearest(asked)
