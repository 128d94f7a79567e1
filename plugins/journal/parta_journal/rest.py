"""The journal's part of the JSON API."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from parta.toolkit import rosters

from parta_journal import schemas, wire
from parta_journal.services import comments, diary, grid, lessons, listing, opening, saving
from parta_journal.services.lessons import LessonValues, WorkValues

blueprint = Blueprint(
    "journal_api", __name__, url_prefix="/journal", description="Lessons, marks, attendance."
)


@blueprint.get("/courses")
@blueprint.response(200, schemas.OpenableCourseSchema(many=True))
def courses() -> list[rosters.CourseInfo]:
    """The courses whose journal may be opened today."""
    return list(opening.openable().all)


@blueprint.get("/lessons")
@blueprint.arguments(schemas.SpanQuerySchema, location="query")
@blueprint.response(200, schemas.LessonSchema(many=True))
def all_lessons(query: dict[str, Any]) -> list[lessons.LessonRow]:
    """The lessons of a course on some days."""
    return listing.lessons(query["course"], query["first"], query["last"])


@blueprint.post("/lessons")
@blueprint.arguments(schemas.NewLessonSchema)
@blueprint.response(201, schemas.NumberSchema)
def add_lesson(sent: dict[str, Any]) -> dict[str, int]:
    """Add a lesson of a course that one teaches on that day."""
    values = LessonValues(sent["topic"], sent["homework"], sent["nothing_set"])
    return {"id": lessons.add_lesson(sent["course_id"], sent["day"], sent["number"], values)}


@blueprint.put("/lessons/<int:lesson_id>")
@blueprint.arguments(schemas.LessonChangeSchema)
@blueprint.response(200, schemas.LessonSchema)
def change_lesson(sent: dict[str, Any], lesson_id: int) -> lessons.LessonRow:
    """Change topic and homework."""
    values = LessonValues(sent["topic"], sent["homework"], sent["nothing_set"])
    return lessons.change_lesson(lesson_id, values, sent["version"])


@blueprint.delete("/lessons/<int:lesson_id>")
@blueprint.response(204)
def remove_lesson(lesson_id: int) -> None:
    """Remove a lesson in which nothing is marked."""
    lessons.remove_lesson(lesson_id)


@blueprint.post("/lessons/<int:lesson_id>/works")
@blueprint.arguments(schemas.WorkSchema)
@blueprint.response(201, schemas.NumberSchema)
def add_work(sent: dict[str, Any], lesson_id: int) -> dict[str, int]:
    """Add a work to a lesson."""
    return {"id": lessons.add_work(lesson_id, WorkValues(**sent))}


@blueprint.put("/works/<int:work_id>")
@blueprint.arguments(schemas.WorkSchema)
@blueprint.response(204)
def change_work(sent: dict[str, Any], work_id: int) -> None:
    """Change kind, weight and title of a work."""
    lessons.change_work(work_id, WorkValues(**sent))


@blueprint.delete("/works/<int:work_id>")
@blueprint.response(204)
def remove_work(work_id: int) -> None:
    """Remove a work for which no mark stands."""
    lessons.remove_work(work_id)


@blueprint.get("/marks")
@blueprint.arguments(schemas.SpanQuerySchema, location="query")
@blueprint.response(200, schemas.MarkSchema(many=True))
def marks(query: dict[str, Any]) -> list[listing.MarkRow]:
    """The marks of a course on some days."""
    return listing.marks(query["course"], query["first"], query["last"])


@blueprint.get("/attendance")
@blueprint.arguments(schemas.SpanQuerySchema, location="query")
@blueprint.response(200, schemas.AttendanceSchema(many=True))
def attendance(query: dict[str, Any]) -> list[grid.LetterCell]:
    """The absences and late arrivals in a course on some days."""
    return listing.attendance(query["course"], query["first"], query["last"])


@blueprint.get("/grid")
@blueprint.arguments(schemas.GridQuerySchema, location="query")
@blueprint.alt_response(200, schema=schemas.GridSchema, success=True)
def whole_grid(query: dict[str, Any]) -> Response:
    """The journal of a course over a term."""
    return jsonify(wire.grid(grid.grid(query["course"], query["term"], query["class_id"])))


@blueprint.post("/cells")
@blueprint.arguments(schemas.BatchSchema)
@blueprint.alt_response(200, schema=schemas.OutcomesSchema, success=True)
def save(sent: dict[str, Any]) -> Response:
    """Save cells as they were typed; those that are right are saved, each other one says why not."""
    entries = [saving.Entry(**{**entry, "follows": tuple(entry["follows"])}) for entry in sent["entries"]]
    return jsonify({"outcomes": [wire.outcome(one) for one in saving.save(entries)]})


@blueprint.put("/marks/<int:work_id>/<int:student_id>/comment")
@blueprint.arguments(schemas.CommentSchema)
@blueprint.response(200, schemas.VersionSchema)
def comment_mark(sent: dict[str, Any], work_id: int, student_id: int) -> dict[str, int]:
    """Say something about a mark."""
    return {"version": comments.comment_mark(work_id, student_id, sent["text"], sent["version"])}


@blueprint.put("/attendance/<int:lesson_id>/<int:student_id>/comment")
@blueprint.arguments(schemas.CommentSchema)
@blueprint.response(200, schemas.VersionSchema)
def comment_absence(sent: dict[str, Any], lesson_id: int, student_id: int) -> dict[str, int]:
    """Give the reason of an absence."""
    return {"version": comments.comment_absence(lesson_id, student_id, sent["text"], sent["version"])}


@blueprint.get("/diary")
@blueprint.arguments(schemas.DiaryQuerySchema, location="query")
@blueprint.response(200, schemas.WeekSchema)
def week(query: dict[str, Any]) -> diary.Week:
    """A student's week."""
    return diary.week(query["student"], query["day"])
