"""Importing people from a spreadsheet: upload, look, apply (A11, A16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, SelectField

from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.errors import Conflict, Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import lazy_gettext
from parta.kernel.listing import Page, Paging
from parta.kernel.text import search_key
from parta.people.imports import RUN, records, service, store, template
from parta.people.imports.columns import STAFF, STUDENTS
from parta.people.imports.plan import STATES, TOTALS, Plan, RowPlan, State
from parta.people.imports.readers import MAX_BYTES
from parta.people.services import VIEW
from parta.school.services import EDIT as EDIT_STRUCTURE
from parta.web import pages
from parta.web.forms import Form
from parta.web.requests import roll_back

blueprint = Blueprint("imports", __name__, url_prefix="/people/import")
HERE = Link("imports.upload")
STATE_TITLES = {
    "wrong": lazy_gettext("With mistakes"),
    "new": lazy_gettext("New people"),
    "changed": lazy_gettext("Changes"),
    "unchanged": lazy_gettext("Unchanged"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(Form):
    """The file, and how to read it."""

    file = FileField(lazy_gettext("File (XLSX, XLS, ODS or CSV)"))
    year = SelectField(lazy_gettext("Academic year"))
    classes = BooleanField(lazy_gettext("Add the classes that are not there yet"))


@blueprint.route("", methods=["GET", "POST"])
def upload() -> Any:
    """Choose a file; what cannot be read at all is said at once."""
    access.require(RUN)
    form = _form()
    if request.method == "POST":
        try:
            return redirect(_preview_of(form))
        except Invalid as refusal:
            roll_back()
            form.take(refusal)
    crumbs = [(_("Import of people"), None)]
    return pages.page("parta/import_upload.html", crumbs=crumbs, form=form, past=records.past())


def _form() -> UploadForm:
    """The form with the years there are; who may not change classes is not asked about them."""
    offer = service.offer()
    asked = request.args.get("year", offer.year)
    form = UploadForm(data={"year": asked, "classes": "classes" in request.args})
    form.year.choices = [(name, name) for name in offer.years]
    if not access.current().may(EDIT_STRUCTURE):
        del form.classes
    return form


def _preview_of(form: UploadForm) -> str:
    """Keep the file sent and give the address of its preview."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid({"file": _("Choose a file.")})
    data = sent.stream.read(MAX_BYTES + 1)
    service.check(data, form.year.data)
    number = store.keep(sent.filename, data)
    wanted = "1" if "classes" in form and form.classes.data else None
    return url_for("imports.preview", number=number, year=form.year.data, classes=wanted)


@blueprint.get("/template.xlsx")
def workbook() -> Response:
    """The workbook to fill in."""
    access.require(RUN)
    return _download(template.xlsx(service.offer().classes), XLSX, "parta-people.xlsx")


@blueprint.get("/template-students.csv")
def students_csv() -> Response:
    """The text file to fill in with students."""
    access.require(RUN)
    return _download(template.csv_file(STUDENTS, service.offer().classes), "text/csv", "parta-students.csv")


@blueprint.get("/template-staff.csv")
def staff_csv() -> Response:
    """The text file to fill in with staff."""
    access.require(RUN)
    return _download(template.csv_file(STAFF), "text/csv", "parta-staff.csv")


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/<int:number>")
def preview(number: int) -> str:
    """What the file would change, and what is wrong with it."""
    name, data = store.kept(number)
    return _preview(number, service.plan(data, name, **_options(request.args)))


def _options(asked: Any) -> dict[str, Any]:
    return {"year": asked.get("year") or None, "create_classes": asked.get("classes") == "1"}


def _preview(number: int, plan: Plan) -> str:
    shown, only = _state_shown(plan), request.args.get("only", "")
    asked = pages.paging()
    rows = [row for row in plan.rows if _is_meant(row, shown, only) and _is_found(row, asked.q)]
    return pages.page(
        "parta/import_preview.html",
        crumbs=[(_("Import of people"), HERE), (plan.file, None)],
        number=number,
        plan=plan,
        shown=shown,
        only=only,
        page=_page_of(rows, asked),
        states=STATE_TITLES,
        titles=TOTALS,
        may_create=access.current().may(EDIT_STRUCTURE),
        sees_people=access.current().may(VIEW),
    )


def _state_shown(plan: Plan) -> State:
    """The rows asked for, else the first kind there is: what is wrong comes first."""
    asked = request.args.get("show", "")
    found = [state for state in STATES if plan.states[state]]
    return next((state for state in found if state == asked), found[0])


def _is_meant(row: RowPlan, shown: State, only: str) -> bool:
    """Whether a row is of the kind shown, or has the change or the faulty column that is asked for."""
    if not only:
        return row.state == shown
    return only in {change.code for change in row.changes} | {problem.column for problem in row.problems}


def _is_found(row: RowPlan, words: str) -> bool:
    text = search_key(row.name, row.school_class, str(row.row))
    return all(word in text for word in search_key(words).split())


def _page_of(rows: Sequence[RowPlan], asked: Paging) -> Page[RowPlan]:
    first = (asked.page - 1) * asked.size
    if first >= len(rows):
        first, asked = 0, replace(asked, page=1)
    return Page(list(rows[first : first + asked.size]), len(rows), asked)


@blueprint.post("/<int:number>")
def apply(number: int) -> Any:
    """Write all of it; when the school has changed since the preview, show what would change now."""
    name, data = store.kept(number)
    options = _options(request.form)
    try:
        done = service.apply(data, name, expected=request.form.get("expected", ""), **options)
    except (Conflict, Invalid) as refusal:
        roll_back()
        pages.say(refusal.message or str(refusal), "warning")
        wanted = "1" if options["create_classes"] else None
        return redirect(url_for("imports.preview", number=number, year=options["year"], classes=wanted))
    if done.number is None:
        pages.say(_("There was nothing to change."), "info")
        return redirect(url_for("imports.upload"))
    return redirect(url_for("imports.result", number=done.number))


@blueprint.get("/done/<int:number>")
def result(number: int) -> str:
    """What an import changed."""
    past = records.one(number)
    crumbs = [(_("Import of people"), HERE), (past.file, None)]
    sees_people = access.current().may(VIEW)
    return pages.page(
        "parta/import_result.html", crumbs=crumbs, past=past, titles=TOTALS, sees_people=sees_people
    )
