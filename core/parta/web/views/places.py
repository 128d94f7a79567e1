"""Places of people from a day to a day: moving, leaving, correcting (A17, A25)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from parta.kernel import access, clock
from parta.kernel.contributions import Link
from parta.kernel.i18n import gettext as _
from parta.people.services import EDIT, persons, places, spans
from parta.people.services.spans import Span
from parta.school.services import classes, years
from parta.web import pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_people import LeaveForm, MoveForm, SpanForm

blueprint = Blueprint("places", __name__)
TARGETS = {
    "class": ("classes.class", "class_id"),
    "homeroom": ("classes.class", "class_id"),
    "group": ("groups.group", "group_id"),
    "course": ("courses.course", "course_id"),
}


@blueprint.route("/<int:person_id>/move", methods=["GET", "POST"])
def move(person_id: int) -> Any:
    """Place a student in a class, or move them to another one, from a day on."""
    access.require(EDIT)
    student = persons.get(person_id)
    known = years.all_years()
    if not known:
        return moved_on(_("Add an academic year first."), Link("years.new"))
    year = years.of_today(known)
    form = MoveForm(starts=year.nearest(clock.today()))
    form.class_id.offer((row.id, row.title) for row in classes.classes(year.id))
    if submitted(form, lambda: places.enrol(person_id, form.class_id.data or 0, form.starts.day)):
        return moved_on(_("The student is placed."), _person(person_id))
    return form_page(
        form,
        title=_("Place in a class"),
        crumbs=_crumbs(person_id, student.name),
        save=_("Save"),
        cancel=_person(person_id),
        subtitle=_("A place held so far ends the day before."),
    )


@blueprint.route("/<int:person_id>/leave", methods=["GET", "POST"])
def leave(person_id: int) -> Any:
    """End a student's places with a last day."""
    access.require(EDIT)
    student = persons.get(person_id)
    form = LeaveForm(last_day=clock.today())
    if submitted(form, lambda: places.leave(person_id, form.last_day.day)):
        return moved_on(_("The last day at the school is saved."), _person(person_id))
    return form_page(
        form,
        title=_("Leaving the school"),
        crumbs=_crumbs(person_id, student.name),
        save=_("Save"),
        cancel=_person(person_id),
        subtitle=_("The places in class and study groups end; everything entered stays."),
    )


@blueprint.route("/places/<kind>/<int:span_id>", methods=["GET", "POST"])
def span(kind: str, span_id: int) -> Any:
    """Correct the days of a place, or end it."""
    access.require(EDIT)
    found = spans.get(kind, span_id)
    holder = persons.get(found.person_id)
    form = SpanForm(starts=found.starts, ends=found.ends)
    if submitted(form, lambda: spans.correct(kind, span_id, form.starts.day, form.ends.data)):
        return moved_on(_("The days are saved."), _back(found))
    return form_page(
        form,
        title=found.title,
        crumbs=_crumbs(found.person_id, holder.name),
        save=_("Save"),
        cancel=_back(found),
        subtitle=holder.name,
        remove=Link("people.places.take_back", {"kind": kind, "span_id": span_id, "from": _from()}),
        remove_text=_("Entered by mistake"),
        remove_question=_("Remove this entry? Do so only if it was never true; to end it, set the last day."),
    )


@blueprint.post("/places/<kind>/<int:span_id>/remove")
def take_back(kind: str, span_id: int) -> Response:
    """Remove a place that was entered by mistake."""
    access.require(EDIT)
    back = _back(spans.get(kind, span_id))
    return act(lambda: spans.take_back(kind, span_id), _("The entry is removed."), back)


def _from() -> str | None:
    """Whether the page of the class, group or course led here, and not the person's."""
    return "target" if request.args.get("from") == "target" else None


def _back(found: Span) -> Link:
    if _from() is None:
        return _person(found.person_id)
    endpoint, key = TARGETS[found.kind]
    return Link(endpoint, {key: found.target_id})


def _person(person_id: int) -> Link:
    return Link("people.person", {"person_id": person_id})


def _crumbs(person_id: int, name: str) -> list[pages.Crumb]:
    return [(_("People"), Link("people.listing")), (name, _person(person_id))]
