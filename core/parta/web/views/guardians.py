"""Who answers for a student: found among the people, or entered anew (A16)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Paging
from parta.people.services import EDIT, listing, persons
from parta.people.services.listing import PersonLine
from parta.web import pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_people import GuardianForm, RelationForm

blueprint = Blueprint("guardians", __name__, url_prefix="/<int:person_id>/guardians")
SHORTEST = 2
LOOKED_AT = 100
SHOWN = 10


@blueprint.route("/add", methods=["GET", "POST"])
def add(person_id: int) -> Any:
    """Make somebody of the people found the guardian."""
    access.require(EDIT)
    student = persons.get(person_id)
    form = RelationForm()
    words = request.args.get("q", "").strip()[:100]
    found = _adults(words, person_id)
    form.guardian_id.choices = [(row.id, row.name) for row in found]
    if submitted(form, lambda: _make(form, person_id)):
        return moved_on(_("The guardian is added."), _page(person_id))
    return form_page(
        form,
        title=_("Guardian"),
        crumbs=_crumbs(person_id, student.name),
        save=_("Add"),
        cancel=_page(person_id),
        template="parta/guardian_add.html",
        found=found,
        words=words,
        student=student,
    )


def _adults(words: str, person_id: int) -> list[PersonLine]:
    """People of this name who are no students."""
    if len(words) < SHORTEST:
        return []
    rows = listing.people(Paging(q=words, size=LOOKED_AT)).rows
    return [row for row in rows if not row.is_student and row.id != person_id][:SHOWN]


def _make(form: RelationForm, student_id: int) -> None:
    if not form.guardian_id.data:
        raise Invalid({"guardian": _("Choose who the guardian is.")})
    persons.add_guardian(form.guardian_id.data, student_id, form.relation.data or "")


@blueprint.route("/new", methods=["GET", "POST"])
def new(person_id: int) -> Any:
    """Enter a guardian who is not among the people yet."""
    access.require(EDIT)
    student = persons.get(person_id)
    form = GuardianForm()
    if submitted(form, lambda: _enter(form, person_id)):
        return moved_on(_("The guardian is added."), _page(person_id))
    return form_page(
        form,
        title=_("New guardian"),
        crumbs=_crumbs(person_id, student.name),
        save=_("Add"),
        cancel=_page(person_id),
        template="parta/person_edit.html",
        first="relation",
    )


def _enter(form: GuardianForm, student_id: int) -> None:
    persons.add_guardian(persons.add_person(form.person()), student_id, form.relation.data or "")


@blueprint.post("/<int:guardian_id>/remove")
def remove(person_id: int, guardian_id: int) -> Response:
    """Say that somebody does not answer for the student."""
    return act(
        lambda: persons.remove_guardian(guardian_id, person_id),
        _("The guardian is removed."),
        _page(person_id),
    )


def _page(person_id: int) -> Link:
    return Link("people.person", {"person_id": person_id})


def _crumbs(person_id: int, name: str) -> list[pages.Crumb]:
    return [(_("People"), Link("people.listing")), (name, _page(person_id))]
