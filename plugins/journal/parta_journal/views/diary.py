"""The diary of a student, week by week."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, request
from parta.toolkit import gettext as _
from parta.toolkit import pages

from parta_journal.services import diary

blueprint = Blueprint("journal_diary", __name__, url_prefix="/journal/diary")
WEEK = timedelta(days=7)


@blueprint.get("")
def week() -> str:
    """A week of one's own diary or of one's child's; the address says whose and which."""
    asked = request.args.get("student", type=int)
    found = diary.week(asked, request.args.get("day", type=date.fromisoformat))
    return pages.page(
        "journal/diary.html",
        crumbs=[(_("Diary"), None)],
        week=found,
        earlier=found.first - WEEK,
        later=found.first + WEEK,
    )
