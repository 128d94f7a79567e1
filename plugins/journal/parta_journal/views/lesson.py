"""A lesson: topic and homework, works, and the list of students with taps."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from parta.toolkit import Conflict, Forbidden, Invalid, Link, pages, roll_back
from parta.toolkit import gettext as _
from werkzeug.wrappers import Response

from parta_journal import wire
from parta_journal.forms import LessonForm, WorkForm
from parta_journal.services import grid, lessons, today
from parta_journal.services.grid import Grid, GridLesson
from parta_journal.services.lessons import LessonValues, WorkValues
from parta_journal.views.journals import JOURNALS, blueprint, title


@blueprint.route("/lessons/<int:lesson_id>", methods=["GET", "POST"])
def lesson(lesson_id: int) -> Any:
    """Read a lesson, and write its topic and homework."""
    found = grid.lesson_grid(lesson_id)
    shown = found.lessons[0]
    nothing = not shown.homework and shown.published_at is not None
    form = LessonForm(
        topic=shown.topic, homework=shown.homework, nothing_set=nothing, version=str(shown.version)
    )
    if form.sent():
        values = LessonValues(form.topic.data or "", form.homework.data or "", form.nothing_set.data)
        version = form.version.data or ""
        try:
            lessons.change_lesson(lesson_id, values, int(version) if version.isdecimal() else 0)
        except Invalid as refusal:
            roll_back()
            form.take(refusal)
        except Conflict as conflict:
            roll_back()
            form.whole.append(conflict.message)
            form.version.data = str(conflict.details["theirs"]["version"])
            return _page(found, form, conflict.details["theirs"])
        else:
            pages.say(_("The lesson is saved."))
            return redirect(url_for("journal.lesson", lesson_id=lesson_id))
    return _page(found, form, None)


@blueprint.post("/lessons/<int:lesson_id>/remove")
def remove_lesson(lesson_id: int) -> Response:
    """Remove a lesson in which nothing is marked."""
    found = grid.lesson_grid(lesson_id)
    try:
        lessons.remove_lesson(lesson_id)
    except Invalid as refusal:
        roll_back()
        pages.say(refusal.message, "danger")
        return redirect(url_for("journal.lesson", lesson_id=lesson_id))
    pages.say(_("The lesson is removed."))
    return redirect(url_for("journal.course", course_id=found.course.id))


@blueprint.route("/lessons/<int:lesson_id>/works/new", methods=["GET", "POST"])
def new_work(lesson_id: int) -> Any:
    """Add a work to a lesson."""
    found = _writable(lesson_id)
    form = _work_form(found)
    if form.sent() and _tried(form, lambda values: lessons.add_work(lesson_id, values)):
        pages.say(_("The column is added."))
        return redirect(url_for("journal.lesson", lesson_id=lesson_id))
    return _work_page(found, form, _("New column"))


@blueprint.route("/lessons/<int:lesson_id>/works/<int:work_id>", methods=["GET", "POST"])
def work(lesson_id: int, work_id: int) -> Any:
    """Change a work of a lesson."""
    found = _writable(lesson_id)
    shown = next((one for one in found.lessons[0].works if one.id == work_id), None)
    if shown is None:
        return redirect(url_for("journal.lesson", lesson_id=lesson_id))
    form = _work_form(found, kind_id=shown.kind_id, weight=shown.weight, title=shown.title)
    if form.sent() and _tried(form, lambda values: lessons.change_work(work_id, values)):
        pages.say(_("The column is changed."))
        return redirect(url_for("journal.lesson", lesson_id=lesson_id))
    return _work_page(found, form, _("Column"))


@blueprint.post("/lessons/<int:lesson_id>/works/<int:work_id>/remove")
def remove_work(lesson_id: int, work_id: int) -> Response:
    """Remove a work for which no mark stands."""
    try:
        lessons.remove_work(work_id)
        pages.say(_("The column is removed."))
    except Invalid as refusal:
        roll_back()
        pages.say(refusal.message, "danger")
    return redirect(url_for("journal.lesson", lesson_id=lesson_id))


def _writable(lesson_id: int) -> Grid:
    """The grid of a lesson that whoever acts may write.

    Raises as `lesson_grid`, and Forbidden.
    """
    found = grid.lesson_grid(lesson_id)
    if not found.lessons[0].teaches:
        raise Forbidden(_("You do not teach this course on that day."))
    return found


def _tried(form: WorkForm, change: Any) -> bool:
    """Whether the service took what the form holds; its reasons stand at the fields when not."""
    try:
        change(WorkValues(form.kind_id.data, form.weight.data, form.title.data or ""))
    except Invalid as refusal:
        roll_back()
        form.take(refusal)
        return False
    return True


def _work_form(found: Grid, **values: Any) -> WorkForm:
    form = WorkForm(**values)
    form.kind_id.choices = [(kind.id, f"{kind.name} ({wire.weight(kind.weight)})") for kind in found.kinds]
    return form


def _page(found: Grid, form: LessonForm, theirs: dict[str, Any] | None) -> str:
    shown = found.lessons[0]
    return pages.page(
        "journal/lesson.html",
        crumbs=[*_crumbs(found), (_name(shown), None)],
        grid=found,
        lesson=shown,
        kinds={kind.id: kind for kind in found.kinds},
        title=f"{title(found.course)} · {_name(shown)}",
        data=wire.grid(found),
        form=form,
        theirs=theirs,
        beside=_beside(shown),
    )


def _beside(shown: GridLesson) -> dict[str, today.TaughtLesson | None]:
    """The lessons before and after this one in the teacher's day."""
    mine = today.my_lessons(shown.day, shown.day) if shown.teaches else []
    place = next((n for n, one in enumerate(mine) if one.id == shown.id), -1)
    return {
        "before": mine[place - 1] if place > 0 else None,
        "after": mine[place + 1] if 0 <= place < len(mine) - 1 else None,
    }


def _work_page(found: Grid, form: WorkForm, heading: str) -> str:
    shown = found.lessons[0]
    here = Link("journal.lesson", {"lesson_id": shown.id})
    return pages.page(
        "journal/work.html",
        crumbs=[*_crumbs(found), (_name(shown), here), (heading, None)],
        form=form,
        title=heading,
    )


def _crumbs(found: Grid) -> list[tuple[str, Link | None]]:
    return [
        (_("Journals"), JOURNALS),
        (title(found.course), Link("journal.course", {"course_id": found.course.id})),
    ]


def _name(lesson: GridLesson) -> str:
    return _("%(day)s, lesson %(n)s", day=lesson.day.strftime("%d.%m"), n=lesson.number)
