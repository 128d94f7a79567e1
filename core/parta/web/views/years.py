"""Academic years and their terms (A12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.school.services import EDIT, usual, years
from parta.school.services.years import SCHEMES, TermDates, YearRow
from parta.web import pages
from parta.web.answers import act, form_page, moved_on, submitted
from parta.web.forms_school import SCHEME_TITLES, YearForm, entered_terms, terms_form, terms_values

blueprint = Blueprint("years", __name__, url_prefix="/years")
HOME = Link("years.listing")


@blueprint.get("")
def listing() -> str:
    """The years, the newest first."""
    return pages.page(
        "parta/years.html",
        crumbs=[(_("Academic years"), None)],
        years=years.all_years(),
        may_edit=access.current().may(EDIT),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Add a year; the next one is offered."""
    access.require(EDIT)
    offered = usual.next_year(years.all_years())
    form = YearForm(name=offered.name, starts=offered.starts, ends=offered.ends)
    made: list[int] = []
    if submitted(form, lambda: made.append(years.add_year(*_values(form)))):
        return moved_on(_("The year is added. Enter its terms next."), _page(made[0]))
    return form_page(
        form, title=_("New year"), crumbs=[(_("Academic years"), HOME)], save=_("Add"), cancel=HOME
    )


@blueprint.get("/<int:year_id>")
def year(year_id: int) -> str:
    """A year with the terms of every scheme."""
    found = years.get(year_id)
    terms = years.terms(year_id)
    return pages.page(
        "parta/year.html",
        crumbs=[(_("Academic years"), HOME), (found.name, None)],
        year=found,
        schemes=[
            (name, SCHEME_TITLES[name], [row for row in terms if row.scheme == name]) for name in SCHEMES
        ],
        may_edit=access.current().may(EDIT),
    )


@blueprint.route("/<int:year_id>/edit", methods=["GET", "POST"])
def edit(year_id: int) -> Any:
    """Change a year's name and days."""
    access.require(EDIT)
    found = years.get(year_id)
    form = YearForm(name=found.name, starts=found.starts, ends=found.ends)
    if submitted(form, lambda: years.change_year(year_id, *_values(form))):
        return moved_on(_("The year is saved."), _page(year_id))
    return form_page(
        form, title=_("Change the year"), crumbs=_crumbs(found), save=_("Save"), cancel=_page(year_id)
    )


@blueprint.post("/<int:year_id>/remove")
def remove(year_id: int) -> Response:
    """Remove a year in which nothing stands."""
    return act(lambda: years.remove_year(year_id), _("The year is removed."), HOME)


@blueprint.route("/<int:year_id>/terms/<scheme>", methods=["GET", "POST"])
def terms(year_id: int, scheme: str) -> Any:
    """Enter the terms of one scheme, all in one table."""
    access.require(EDIT)
    if scheme not in SCHEMES:
        raise NotFound(_("There is no such page."))
    found = years.get(year_id)
    kept = years.terms(year_id, scheme)
    shown = [TermDates(row.name, row.starts, row.ends) for row in kept] or usual.terms(found, scheme)
    count = SCHEMES[scheme]
    form = terms_form(count)(**terms_values(shown))
    if submitted(form, lambda: years.set_terms(year_id, scheme, entered_terms(form, count))):
        return moved_on(_("The terms are saved."), _page(year_id))
    return form_page(
        form,
        title=_("Terms: %(scheme)s", scheme=SCHEME_TITLES[scheme]),
        crumbs=_crumbs(found),
        save=_("Save"),
        cancel=_page(year_id),
        template="parta/terms.html",
        numbers=range(1, count + 1),
        year=found,
        offered=not kept,
    )


def _page(year_id: int) -> Link:
    return Link("years.year", {"year_id": year_id})


def _crumbs(found: YearRow) -> list[tuple[str, Link | None]]:
    return [(_("Academic years"), HOME), (found.name, _page(found.id))]


def _values(form: YearForm) -> tuple[str, date, date]:
    return form.name.data or "", form.starts.day, form.ends.day
