"""Subjects (A14)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import ngettext
from parta.school.services import EDIT, subjects
from parta.web import pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_school import SubjectForm

blueprint = Blueprint("subjects", __name__, url_prefix="/subjects")
HOME = Link("subjects.listing")


@blueprint.get("")
def listing() -> str:
    """The subjects, by name."""
    return pages.page(
        "parta/subjects.html",
        crumbs=[(_("Subjects"), None)],
        page=subjects.listing(pages.paging(sort="name")),
        may_edit=access.current().may(EDIT),
    )


@blueprint.post("/usual")
def usual() -> Response:
    """Add the subjects that most schools teach."""
    added = subjects.add_usual()
    pages.say(ngettext("%(n)s subject is added.", "%(n)s subjects are added.", added))
    return redirect(pages.address(HOME))


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Add a subject."""
    access.require(EDIT)
    form = SubjectForm()
    if submitted(form, lambda: subjects.save(form.name.data or "", form.short_name.data or "")):
        return moved_on(_("The subject is added."), HOME)
    return form_page(form, title=_("New subject"), crumbs=[(_("Subjects"), HOME)], save=_("Add"), cancel=HOME)


@blueprint.route("/<int:subject_id>/edit", methods=["GET", "POST"])
def edit(subject_id: int) -> Any:
    """Rename a subject."""
    access.require(EDIT)
    found = subjects.get(subject_id)
    form = SubjectForm(name=found.name, short_name=found.short_name)
    if submitted(form, lambda: subjects.save(form.name.data or "", form.short_name.data or "", subject_id)):
        return moved_on(_("The subject is saved."), HOME)
    return form_page(
        form,
        title=found.name,
        crumbs=[(_("Subjects"), HOME)],
        save=_("Save"),
        cancel=HOME,
        remove=Link("subjects.remove", {"subject_id": subject_id}),
        remove_question=_("Remove the subject “%(name)s”?", name=found.name),
    )


@blueprint.post("/<int:subject_id>/remove")
def remove(subject_id: int) -> Response:
    """Remove a subject that nobody is taught."""
    return act(lambda: subjects.remove_subject(subject_id), _("The subject is removed."), HOME)
