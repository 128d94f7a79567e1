"""The school's list of kinds of work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, url_for
from parta.toolkit import Invalid, Link, NotFound, pages, require, roll_back
from parta.toolkit import gettext as _
from werkzeug.wrappers import Response

from parta_journal.forms import KindForm
from parta_journal.services import EDIT_LISTS, catalogue
from parta_journal.services.catalogue import KindValues

blueprint = Blueprint("journal_kinds", __name__, url_prefix="/journal/kinds")
KINDS = Link("journal_kinds.kinds")


@blueprint.get("")
def kinds() -> str:
    """The kinds of work with their weights, in the school's order, and the attendance letters."""
    require(EDIT_LISTS)
    return pages.page(
        "journal/kinds.html",
        crumbs=[(_("Kinds of work"), None)],
        kinds=catalogue.kinds(),
        codes=catalogue.codes(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new_kind() -> Any:
    """Add a kind of work."""
    require(EDIT_LISTS)
    form = KindForm(weight=Decimal(1))
    if form.sent() and _tried(form, catalogue.add_kind):
        pages.say(_("The kind of work is added."))
        return redirect(url_for("journal_kinds.kinds"))
    return _page(form, _("New kind of work"))


@blueprint.route("/<int:kind_id>", methods=["GET", "POST"])
def kind(kind_id: int) -> Any:
    """Change a kind of work."""
    require(EDIT_LISTS)
    shown = next((one.values for one in catalogue.kinds() if one.id == kind_id), None)
    if shown is None:
        raise NotFound(_("There is no such kind of work."))
    form = KindForm(name=shown.name, short=shown.short, weight=shown.weight)
    if form.sent() and _tried(form, lambda values: catalogue.change_kind(kind_id, values)):
        pages.say(_("The kind of work is changed."))
        return redirect(url_for("journal_kinds.kinds"))
    return _page(form, shown.name)


@blueprint.post("/<int:kind_id>/up")
def kind_up(kind_id: int) -> Response:
    """Move a kind of work up by one place; the first is that of a mark for which no work was named."""
    require(EDIT_LISTS)
    order = [one.id for one in catalogue.kinds()]
    if kind_id in order[1:]:
        place = order.index(kind_id)
        order[place - 1], order[place] = order[place], order[place - 1]
        catalogue.order_kinds(order)
    return redirect(url_for("journal_kinds.kinds"))


def _tried(form: KindForm, change: Any) -> bool:
    try:
        change(KindValues(form.name.data or "", form.short.data or "", form.weight.data or Decimal(0)))
    except Invalid as refusal:
        roll_back()
        form.take(refusal)
        return False
    return True


def _page(form: KindForm, heading: str) -> str:
    return pages.page(
        "journal/kind.html", crumbs=[(_("Kinds of work"), KINDS), (heading, None)], form=form, title=heading
    )
