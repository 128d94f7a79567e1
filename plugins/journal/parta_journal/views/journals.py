"""Choosing a journal, and the grid."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from parta.toolkit import Invalid, Link, clock, pages, require, roll_back, rosters
from parta.toolkit import gettext as _

from parta_journal import wire
from parta_journal.forms import NewLessonForm
from parta_journal.services import WRITE_MARKS, grid, lessons, opening
from parta_journal.services.lessons import LessonValues

blueprint = Blueprint("journal", __name__, url_prefix="/journal")
JOURNALS = Link("journal.journals")


@blueprint.get("")
def journals() -> str:
    """The journals that may be opened: own courses, own class, and of a class that was chosen."""
    found = opening.openable()
    chosen = request.args.get("class", type=int)
    return pages.page(
        "journal/journals.html",
        crumbs=[(_("Journals"), None)],
        found=found,
        classes=_classes(found.others),
        chosen=chosen,
        of_class=opening.openable_of_class(chosen) if chosen else [],
    )


@blueprint.get("/courses/<int:course_id>")
def course(course_id: int) -> str:
    """The grid of a course in a term."""
    found = grid.grid(course_id, request.args.get("term", type=int), request.args.get("class", type=int))
    return pages.page(
        "journal/grid.html",
        crumbs=[(_("Journals"), JOURNALS), (title(found.course), None)],
        grid=found,
        data=wire.grid(found),
        title=title(found.course),
    )


@blueprint.route("/courses/<int:course_id>/lessons/new", methods=["GET", "POST"])
def new_lesson(course_id: int) -> Any:
    """Add a lesson of a course."""
    require(WRITE_MARKS)
    found = grid.grid(course_id)
    form = NewLessonForm(day=clock.today())
    if form.sent() and form.day.data and form.number.data is not None:
        values = LessonValues(form.topic.data or "", form.homework.data or "")
        try:
            lesson_id = lessons.add_lesson(course_id, form.day.data, form.number.data, values)
        except Invalid as refusal:
            roll_back()
            form.take(refusal)
        else:
            pages.say(_("The lesson is added."))
            return redirect(url_for("journal.lesson", lesson_id=lesson_id))
    back = Link("journal.course", {"course_id": course_id})
    return pages.page(
        "journal/new_lesson.html",
        crumbs=[(_("Journals"), JOURNALS), (title(found.course), back), (_("New lesson"), None)],
        form=form,
        title=title(found.course),
    )


def title(course: rosters.CourseInfo) -> str:
    """What a journal is called: Математика 5А."""
    return f"{course.subject} {course.learners}"


def _classes(courses: tuple[rosters.CourseInfo, ...]) -> dict[int, str]:
    """Titles of the classes that have courses, by number, in order."""
    return {course.class_id: course.learners for course in courses if course.class_id is not None}
