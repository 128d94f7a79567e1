"""Study groups of a year, and the page of one (A15)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import whole
from parta.people import services as people
from parta.people.services import overviews, places
from parta.people.services.overviews import GroupMate
from parta.school.services import EDIT, classes, groups, subjects, years
from parta.school.services.classes import ClassRow
from parta.school.services.groups import GroupRow
from parta.web import choosing, pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_people import TicksForm
from parta.web.forms_school import GroupForm, GroupNameForm, HoursForm

blueprint = Blueprint("groups", __name__, url_prefix="/groups")
HOME = Link("groups.listing")


@blueprint.get("")
def listing() -> str:
    """The study groups of the year chosen, by subject."""
    chosen = choosing.year()
    rows = overviews.groups(chosen.chosen.id, choosing.day(chosen.chosen)) if chosen.chosen else []
    return pages.page(
        "parta/groups.html",
        crumbs=[(_("Study groups"), None)],
        years=chosen,
        page=whole(rows),
        may_edit=access.current().may(EDIT),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Add a study group to the year chosen."""
    access.require(EDIT)
    chosen = choosing.year().chosen
    if chosen is None:
        return moved_on(_("Add an academic year first."), Link("years.new"))
    back = Link("groups.listing", {"year": chosen.id})
    form = GroupForm()
    form.subject_id.offer((row.id, row.name) for row in subjects.all_subjects())
    made: list[int] = []
    if submitted(
        form,
        lambda: made.append(classes.add_group(chosen.id, form.subject_id.data or 0, form.name.data or "")),
    ):
        return moved_on(_("The study group is added. Choose its students next."), _page(made[0]))
    return form_page(
        form,
        title=_("New study group of %(year)s", year=chosen.name),
        crumbs=[(_("Study groups"), back)],
        save=_("Add"),
        cancel=back,
    )


@blueprint.get("/<int:group_id>")
def group(group_id: int) -> str:
    """A study group as of a day."""
    found = groups.get(group_id)
    year = years.get(found.year_id)
    day = choosing.day(year)
    return pages.page(
        "parta/group.html",
        crumbs=[(_("Study groups"), _list(found)), (found.name, None)],
        found=found,
        year=year,
        day=day,
        students=overviews.groupmates(group_id, day),
        course=overviews.course_of_group(group_id, day),
        may_edit=access.current().may(EDIT),
        may_place=access.current().may(people.EDIT),
    )


@blueprint.route("/<int:group_id>/edit", methods=["GET", "POST"])
def edit(group_id: int) -> Any:
    """Rename a study group."""
    access.require(EDIT)
    found = groups.get(group_id)
    form = GroupNameForm(name=found.name)
    if submitted(form, lambda: groups.rename(group_id, form.name.data or "")):
        return moved_on(_("The study group is saved."), _page(group_id))
    return form_page(
        form,
        title=_("Rename the study group"),
        crumbs=_crumbs(found),
        save=_("Save"),
        cancel=_page(group_id),
        remove=Link("groups.remove", {"group_id": group_id}),
        remove_question=_("Remove the study group “%(name)s”?", name=found.name),
    )


@blueprint.post("/<int:group_id>/remove")
def remove(group_id: int) -> Response:
    """Remove a study group that nobody has been in."""
    access.require(EDIT)
    back = _list(groups.get(group_id))
    return act(lambda: groups.remove_group(group_id), _("The study group is removed."), back)


@blueprint.route("/<int:group_id>/members", methods=["GET", "POST"])
def members(group_id: int) -> Any:
    """Tick the members among the students of a class."""
    access.require(people.EDIT)
    found = groups.get(group_id)
    year = years.get(found.year_id)
    day = choosing.day(year)
    offered = classes.classes(year.id)
    there = overviews.groupmates(group_id, day)
    chosen = _class_to_tick(offered, there)
    form = TicksForm(starts=day, students=[mate.person_id for mate in there])
    mates = overviews.classmates(chosen.id, day) if chosen else []
    form.students.choices = [(mate.person_id, mate.name) for mate in mates]
    if chosen and submitted(
        form,
        lambda: places.tick_group(group_id, chosen.id, form.students.data or [], form.starts.day),
    ):
        return moved_on(_("The members are saved."), _page(group_id))
    return form_page(
        form,
        title=_("Members"),
        crumbs=_crumbs(found),
        save=_("Save"),
        cancel=_page(group_id),
        template="parta/group_members.html",
        classes=offered,
        chosen=chosen,
    )


def _class_to_tick(offered: list[ClassRow], there: list[GroupMate]) -> ClassRow | None:
    """The class that the address asks for, else the one most members come from, else the first."""
    asked = request.args.get("class", type=int)
    titles = [mate.class_title for mate in there]
    by_members = sorted(offered, key=lambda row: -titles.count(row.title))
    return next((row for row in offered if row.id == asked), by_members[0] if by_members else None)


@blueprint.route("/<int:group_id>/course", methods=["GET", "POST"])
def course(group_id: int) -> Any:
    """Let the study group be taught its subject."""
    access.require(EDIT)
    found = groups.get(group_id)
    form = HoursForm()
    if submitted(
        form,
        lambda: classes.add_course(found.subject_id, form.hours_per_week.hours, group_id=group_id),
    ):
        return moved_on(_("The course is added."), _page(group_id))
    return form_page(
        form,
        title=_("Course: %(subject)s", subject=found.subject),
        crumbs=_crumbs(found),
        save=_("Add"),
        cancel=_page(group_id),
    )


def _page(group_id: int) -> Link:
    return Link("groups.group", {"group_id": group_id})


def _list(found: GroupRow) -> Link:
    return Link("groups.listing", {"year": found.year_id})


def _crumbs(found: GroupRow) -> list[tuple[str, Link | None]]:
    return [(_("Study groups"), _list(found)), (found.name, _page(found.id))]
