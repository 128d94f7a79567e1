"""Courses of a year by class and by teacher, and the page of one (A14)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from parta.kernel import access, clock
from parta.kernel.contributions import Link
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import whole
from parta.people import services as people
from parta.people.services import overviews, places
from parta.people.services.overviews import CourseLine
from parta.school.services import EDIT, classes, courses
from parta.school.services.years import YearRow
from parta.web import choosing, pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_people import ChargeForm
from parta.web.forms_school import HoursForm

blueprint = Blueprint("courses", __name__, url_prefix="/courses")
HOME = Link("courses.listing")


@blueprint.get("")
def listing() -> str:
    """The courses of the year chosen, of one class or one teacher when the address says so."""
    chosen = choosing.year()
    year = chosen.chosen
    asked = {name: request.args.get(name, type=int) for name in ("class", "teacher")}
    rows = (
        overviews.courses(year.id, choosing.day(year), class_id=asked["class"], person_id=asked["teacher"])
        if year
        else []
    )
    return pages.page(
        "parta/courses.html",
        crumbs=[(_("Courses"), None)],
        years=chosen,
        page=whole(rows),
        asked=asked,
        hours=sum(row.hours_per_week for row in rows),
        classes=classes.classes(year.id) if year else [],
        staff=overviews.staff(),
        may_edit=access.current().may(EDIT),
    )


@blueprint.get("/<int:course_id>")
def course(course_id: int) -> str:
    """A course with everybody who teaches or taught it."""
    year = overviews.year_of_course(course_id)
    found = overviews.course(course_id, choosing.day(year))
    return pages.page(
        "parta/course.html",
        crumbs=[(_("Courses"), _list(year)), (_title(found), None)],
        found=found,
        title=_title(found),
        year=year,
        teachers=overviews.teachers(course_id),
        may_edit=access.current().may(EDIT),
        may_place=access.current().may(people.EDIT),
    )


@blueprint.route("/<int:course_id>/edit", methods=["GET", "POST"])
def edit(course_id: int) -> Any:
    """Change the hours a week."""
    access.require(EDIT)
    year = overviews.year_of_course(course_id)
    found = overviews.course(course_id, year.nearest(clock.today()))
    form = HoursForm(hours_per_week=found.hours_per_week)
    if submitted(form, lambda: courses.change_course(course_id, form.hours_per_week.hours)):
        return moved_on(_("The course is saved."), _page(course_id))
    return form_page(
        form,
        title=_("Hours a week"),
        crumbs=_crumbs(year, found),
        save=_("Save"),
        cancel=_page(course_id),
        remove=Link("courses.remove", {"course_id": course_id}),
        remove_question=_("Remove the course “%(title)s”?", title=_title(found)),
    )


@blueprint.post("/<int:course_id>/remove")
def remove(course_id: int) -> Response:
    """Remove a course that nobody has taught."""
    access.require(EDIT)
    back = _list(overviews.year_of_course(course_id))
    return act(lambda: courses.remove_course(course_id), _("The course is removed."), back)


@blueprint.route("/<int:course_id>/teachers/add", methods=["GET", "POST"])
def add_teacher(course_id: int) -> Any:
    """Let a member of staff teach the course from a day on."""
    access.require(people.EDIT)
    year = overviews.year_of_course(course_id)
    found = overviews.course(course_id, year.nearest(clock.today()))
    first = year.starts if not overviews.teachers(course_id) else year.nearest(clock.today())
    form = ChargeForm(starts=first)
    form.person_id.offer((row.id, f"{row.name}, {row.position}") for row in overviews.staff())
    if submitted(form, lambda: places.teach(form.person_id.data or 0, course_id, form.starts.day)):
        return moved_on(_("The teacher is added."), _page(course_id))
    return form_page(
        form, title=_("Teacher"), crumbs=_crumbs(year, found), save=_("Add"), cancel=_page(course_id)
    )


def _title(found: CourseLine) -> str:
    return f"{found.subject} · {found.learners}"


def _page(course_id: int) -> Link:
    return Link("courses.course", {"course_id": course_id})


def _list(year: YearRow) -> Link:
    return Link("courses.listing", {"year": year.id})


def _crumbs(year: YearRow, found: CourseLine) -> list[tuple[str, Link | None]]:
    return [(_("Courses"), _list(year)), (_title(found), _page(found.id))]
