"""Classes of a year, and the page of one class (A15, A17)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from parta.kernel import access, clock, context, modules
from parta.kernel.contributions import Link
from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import ngettext
from parta.kernel.listing import whole
from parta.people import services as people
from parta.people.services import overviews, places
from parta.school.services import EDIT, classes, courses, subjects, years
from parta.school.services.classes import ClassRow
from parta.web import choosing, pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_people import ChargeForm, TicksForm
from parta.web.forms_school import SCHEME_TITLES, ClassesForm, ClassForm, entered_plan, plan_form

blueprint = Blueprint("classes", __name__, url_prefix="/classes")
HOME = Link("classes.listing")


@blueprint.get("")
def listing() -> str:
    """The classes of the year chosen."""
    chosen = choosing.year()
    rows = overviews.classes(chosen.chosen.id, choosing.day(chosen.chosen)) if chosen.chosen else []
    return pages.page(
        "parta/classes.html",
        crumbs=[(_("Classes"), None)],
        years=chosen,
        page=whole(rows),
        students=sum(row.students for row in rows),
        schemes=SCHEME_TITLES,
        may_edit=access.current().may(EDIT),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Add several classes to the year chosen."""
    access.require(EDIT)
    chosen = choosing.year().chosen
    if chosen is None:
        return moved_on(_("Add an academic year first."), Link("years.new"))
    back = Link("classes.listing", {"year": chosen.id})
    form = ClassesForm()
    added: list[int] = []
    if submitted(
        form,
        lambda: added.extend(classes.add_classes(chosen.id, form.titles.data or "", form.scheme.data or "")),
    ):
        return moved_on(ngettext("%(n)s class is added.", "%(n)s classes are added.", len(added)), back)
    return form_page(
        form,
        title=_("New classes of %(year)s", year=chosen.name),
        crumbs=[(_("Classes"), back)],
        save=_("Add"),
        cancel=back,
    )


@blueprint.get("/<int:class_id>", endpoint="class")
def show(class_id: int) -> str:
    """A class as of a day: students, homeroom teacher, courses."""
    found = classes.get(class_id)
    year = years.get(found.year_id)
    day = choosing.day(year)
    tabs = modules.hooks().collect_contained("class_tabs", school=context.school(), class_id=class_id)
    return pages.page(
        "parta/class.html",
        crumbs=[(_("Classes"), _list(found)), (found.title, None)],
        found=found,
        year=year,
        day=day,
        scheme=SCHEME_TITLES[found.scheme],
        students=overviews.classmates(class_id, day),
        homeroom=overviews.homeroom(class_id),
        courses=overviews.courses(found.year_id, day, class_id=class_id),
        tabs=sorted(tabs, key=lambda tab: (tab.order, tab.name)),
        may_edit=access.current().may(EDIT),
        may_place=access.current().may(people.EDIT),
    )


@blueprint.route("/<int:class_id>/edit", methods=["GET", "POST"])
def edit(class_id: int) -> Any:
    """Change a class's title and scheme of terms."""
    access.require(EDIT)
    found = classes.get(class_id)
    form = ClassForm(grade=found.grade, letter=found.letter, scheme=found.scheme)
    if submitted(
        form,
        lambda: classes.change_class(
            class_id, form.grade.data or 0, form.letter.data or "", form.scheme.data or ""
        ),
    ):
        return moved_on(_("The class is saved."), _page(class_id))
    return form_page(
        form,
        title=_("Change the class"),
        crumbs=_crumbs(found),
        save=_("Save"),
        cancel=_page(class_id),
        remove=Link("classes.remove", {"class_id": class_id}),
        remove_question=_("Remove the class %(title)s?", title=found.title),
    )


@blueprint.post("/<int:class_id>/remove")
def remove(class_id: int) -> Response:
    """Remove a class in which nobody has been."""
    access.require(EDIT)
    back = _list(classes.get(class_id))
    return act(lambda: classes.remove_class(class_id), _("The class is removed."), back)


@blueprint.route("/<int:class_id>/homeroom", methods=["GET", "POST"])
def homeroom(class_id: int) -> Any:
    """Choose the homeroom teacher from a day on."""
    access.require(people.EDIT)
    found = classes.get(class_id)
    year = years.get(found.year_id)
    former = overviews.homeroom(class_id)
    form = ChargeForm(starts=year.nearest(clock.today()) if former else year.starts)
    form.person_id.offer((row.id, f"{row.name}, {row.position}") for row in overviews.staff())
    if submitted(form, lambda: places.lead_class(form.person_id.data or 0, class_id, form.starts.day)):
        return moved_on(_("The homeroom teacher is set."), _page(class_id))
    return form_page(
        form,
        title=_("Homeroom teacher"),
        crumbs=_crumbs(found),
        save=_("Save"),
        cancel=_page(class_id),
        subtitle=_("The present homeroom teacher's time ends the day before.") if former else None,
    )


@blueprint.route("/<int:class_id>/students/add", methods=["GET", "POST"])
def add_students(class_id: int) -> Any:
    """Place students who are in no class."""
    access.require(people.EDIT)
    found = classes.get(class_id)
    year = years.get(found.year_id)
    day = choosing.day(year)
    form = TicksForm(starts=day)
    form.students.choices = [(row.id, row.name) for row in overviews.unplaced(day)]
    chosen = form.students
    if submitted(form, lambda: places.enrol_all(class_id, chosen.data or [], form.starts.day)):
        said = ngettext("%(n)s student is placed.", "%(n)s students are placed.", len(chosen.data or []))
        return moved_on(said, _page(class_id))
    return form_page(
        form,
        title=_("Place students"),
        crumbs=_crumbs(found),
        save=_("Place in %(title)s", title=found.title),
        cancel=_page(class_id),
        template="parta/class_add.html",
        found=found,
    )


@blueprint.route("/<int:class_id>/plan", methods=["GET", "POST"])
def plan(class_id: int) -> Any:
    """Say which subjects the class is taught, and how many hours a week."""
    access.require(EDIT)
    found = classes.get(class_id)
    offered = subjects.all_subjects()
    planned = {row.subject_id: row.hours_per_week for row in courses.plan(class_id)}
    form = plan_form(offered)(**{f"hours-{number}": hours for number, hours in planned.items()})
    if submitted(form, lambda: courses.set_plan(class_id, entered_plan(form, offered))):
        return moved_on(_("The courses are saved."), _page(class_id))
    return form_page(
        form,
        title=_("Courses"),
        crumbs=_crumbs(found),
        save=_("Save"),
        cancel=_page(class_id),
        template="parta/class_plan.html",
        found=found,
        planned=planned,
    )


def _page(class_id: int) -> Link:
    return Link("classes.class", {"class_id": class_id})


def _list(found: ClassRow) -> Link:
    return Link("classes.listing", {"year": found.year_id})


def _crumbs(found: ClassRow) -> list[tuple[str, Link | None]]:
    return [(_("Classes"), _list(found)), (found.title, _page(found.id))]
