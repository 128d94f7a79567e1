"""People: the list, the page of one, adding and correcting (A11, A16, A25)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from parta.accounts import services as accounts
from parta.accounts.services import roles, users
from parta.kernel import access, clock, context, modules
from parta.kernel.contributions import Link, Tab
from parta.kernel.i18n import gettext as _
from parta.people.services import EDIT, listing, persons, places, spans
from parta.people.services.persons import KINDS
from parta.school.services import classes, years
from parta.web import pages
from parta.web.answers import form_page, moved_on, submitted
from parta.web.forms_people import (
    RELATION_TITLES,
    PersonForm,
    PositionForm,
    StaffForm,
    StudentForm,
    person_values,
)
from parta.web.views import guardians as guardians_views
from parta.web.views import places as places_views

blueprint = Blueprint("people", __name__, url_prefix="/people")
blueprint.register_blueprint(guardians_views.blueprint)
blueprint.register_blueprint(places_views.blueprint)
HOME = Link("people.listing")


@blueprint.get("", endpoint="listing")
def show_list() -> str:
    """Everybody, or one kind of people."""
    kind = request.args.get("kind")
    kind = kind if kind in KINDS else None
    return pages.page(
        "parta/people.html",
        crumbs=[(_("People"), None)],
        page=listing.people(pages.paging(sort="name"), kind),
        kind=kind,
        may_edit=access.current().may(EDIT),
    )


@blueprint.get("/<int:person_id>")
def person(person_id: int) -> str:
    """One person: own data, places, guardians and wards, account."""
    found, standing = listing.one(person_id)
    held = spans.of_person(person_id)
    today = clock.today()
    guardians, wards = persons.family(person_id)
    return pages.page(
        "parta/person.html",
        crumbs=[(_("People"), HOME), (found.name, None)],
        found=found,
        standing=standing,
        now=[span for span in held if span.holds(today)],
        others=[span for span in held if not span.holds(today)],
        guardians=guardians,
        wards=wards,
        relations=RELATION_TITLES,
        account=_account(person_id),
        tabs=_tabs(person_id),
        may_edit=access.current().may(EDIT),
    )


def _tabs(person_id: int) -> list[Tab]:
    tabs: list[Tab] = modules.hooks().collect_contained(
        "person_tabs", school=context.school(), person_id=person_id
    )
    return sorted(tabs, key=lambda tab: (tab.order, tab.name))


def _account(person_id: int) -> dict[str, Any] | None:
    """The account and roles, for who may see them."""
    actor = access.current()
    if not actor.may(accounts.VIEW):
        return None
    return {
        "user": users.of_person(person_id),
        "titles": roles.TITLES,
        "grantable": roles.grantable(),
        "may_issue": actor.may(accounts.ISSUE),
        "may_close": actor.may(accounts.EDIT) and actor.person_id != person_id,
    }


@blueprint.route("/new/staff", methods=["GET", "POST"])
def new_staff() -> Any:
    """Add a member of staff."""
    access.require(EDIT)
    form = StaffForm()
    made: list[int] = []
    if submitted(form, lambda: made.append(persons.add_staff(form.person(), form.position.data or ""))):
        return moved_on(_("The person is added."), _page(made[0]))
    return _person_form(form, _("New member of staff"), first="position")


@blueprint.route("/new/student", methods=["GET", "POST"])
def new_student() -> Any:
    """Add a student, and place them in a class at once when it is known."""
    access.require(EDIT)
    known = years.all_years()
    year = years.of_today(known) if known else None
    offered = classes.classes(year.id) if year else []
    form = StudentForm(
        class_id=request.args.get("class", type=int),
        starts=year.nearest(clock.today()) if year else None,
    )
    form.class_id.offer((row.id, row.title) for row in offered)
    made: list[int] = []
    if submitted(form, lambda: made.append(_add_student(form))):
        return moved_on(_("The student is added. Add the guardians next."), _page(made[0]))
    return _person_form(form, _("New student"))


def _add_student(form: StudentForm) -> int:
    number = persons.add_student(form.person())
    if form.class_id.data:
        places.enrol(number, form.class_id.data, form.starts.data or clock.today())
    return number


def _person_form(form: PersonForm, title: str, first: str = "") -> tuple[str, int]:
    return form_page(
        form,
        title=title,
        crumbs=[(_("People"), HOME)],
        save=_("Add"),
        cancel=HOME,
        template="parta/person_edit.html",
        first=first,
    )


@blueprint.route("/<int:person_id>/edit", methods=["GET", "POST"])
def edit(person_id: int) -> Any:
    """Correct a person's own data."""
    access.require(EDIT)
    found = persons.get(person_id)
    form = PersonForm(**person_values(found.values))
    if submitted(form, lambda: persons.correct(person_id, form.person())):
        return moved_on(_("The person's data are saved."), _page(person_id))
    return form_page(
        form,
        title=_("Correct"),
        crumbs=[(_("People"), HOME), (found.name, _page(person_id))],
        save=_("Save"),
        cancel=_page(person_id),
        template="parta/person_edit.html",
    )


@blueprint.route("/<int:person_id>/position", methods=["GET", "POST"])
def position(person_id: int) -> Any:
    """Say in which position a person works at the school."""
    access.require(EDIT)
    found, standing = listing.one(person_id)
    form = PositionForm(position=standing.position)
    if submitted(form, lambda: persons.employ(person_id, form.position.data or "")):
        return moved_on(_("The position is saved."), _page(person_id))
    return form_page(
        form,
        title=_("Position"),
        crumbs=[(_("People"), HOME), (found.name, _page(person_id))],
        save=_("Save"),
        cancel=_page(person_id),
    )


def _page(person_id: int) -> Link:
    return Link("people.person", {"person_id": person_id})
