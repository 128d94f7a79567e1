"""My day: the lessons that one teaches, and those that wait to be written up."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, request
from parta.toolkit import clock, pages
from parta.toolkit import gettext as _

from parta_journal.services import today

blueprint = Blueprint("journal_day", __name__, url_prefix="/journal/day")


@blueprint.get("")
def day() -> str:
    """The lessons that one teaches on a day, and those of the last week that are not written up."""
    chosen = _day()
    found = today.my_lessons(min(chosen, clock.today() - today.ENTRY_DAYS), max(chosen, clock.today()))
    return pages.page(
        "journal/day.html",
        crumbs=[(_("My day"), None)],
        day=chosen,
        is_today=chosen == clock.today(),
        lessons=[lesson for lesson in found if lesson.day == chosen],
        late=[lesson for lesson in found if lesson.day < clock.today() and not lesson.topic],
    )


def _day() -> date:
    """The day that the address asks for, by default today; the calendar's ends have no neighbours."""
    asked = request.args.get("day", clock.today(), type=date.fromisoformat)
    return clock.today() if asked in {date.min, date.max} else asked
