"""What the journal's resources look like in JSON."""

from __future__ import annotations

from marshmallow import fields, validate
from parta.toolkit import Schema

TEXT = validate.Length(max=20_000)


def described(text: str) -> dict[str, str]:
    """What a field means, for the description of the API."""
    return {"description": text}


class OpenableCourseSchema(Schema):
    """A course whose journal may be opened."""

    id = fields.Integer()
    subject = fields.String()
    learners = fields.String()
    class_id = fields.Integer(allow_none=True)
    group_id = fields.Integer(allow_none=True)


class SpanQuerySchema(Schema):
    """A course and days, both included."""

    course = fields.Integer(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)


class LessonSchema(Schema):
    """A lesson. Homework that was published and is empty says that none was set."""

    id = fields.Integer()
    course_id = fields.Integer()
    day = fields.Date()
    number = fields.Integer()
    topic = fields.String()
    homework = fields.String()
    published_at = fields.DateTime(allow_none=True, metadata=described("When homework was first told."))
    version = fields.Integer()


class NewLessonSchema(Schema):
    """A lesson to add."""

    course_id = fields.Integer(required=True)
    day = fields.Date(required=True)
    number = fields.Integer(required=True)
    topic = fields.String(load_default="", validate=TEXT)
    homework = fields.String(load_default="", validate=TEXT)
    nothing_set = fields.Boolean(load_default=False)


class LessonChangeSchema(Schema):
    """Topic and homework in place of those with `version`."""

    topic = fields.String(required=True, validate=TEXT)
    homework = fields.String(required=True, validate=TEXT)
    nothing_set = fields.Boolean(load_default=False)
    version = fields.Integer(required=True)


class NumberSchema(Schema):
    """The number of what was added."""

    id = fields.Integer()


class WorkSchema(Schema):
    """A work of a lesson; without a weight it has that of its kind."""

    kind_id = fields.Integer(required=True)
    weight = fields.Decimal(load_default=None, allow_none=True, allow_nan=False, as_string=True)
    title = fields.String(load_default="", validate=TEXT)


class MarkSchema(Schema):
    """Marks of a student for a work."""

    lesson_id = fields.Integer()
    work_id = fields.Integer()
    student_id = fields.Integer()
    marks = fields.List(fields.String())
    weight = fields.Decimal(as_string=True)
    comment = fields.String()
    version = fields.Integer()


class AttendanceSchema(Schema):
    """An absence or late arrival of a student."""

    lesson_id = fields.Integer()
    student_id = fields.Integer()
    letter = fields.String()
    comment = fields.String()
    version = fields.Integer()


class GridQuerySchema(Schema):
    """Which grid; the term is by default the one that today is in."""

    course = fields.Integer(required=True)
    term = fields.Integer(load_default=None)
    class_id = fields.Integer(load_default=None)


class GridSchema(Schema):
    """A journal over a term: everything that a grid shows."""

    course = fields.Dict()
    term = fields.Dict()
    terms = fields.List(fields.Dict())
    today = fields.Date()
    scale = fields.List(fields.String())
    kinds = fields.List(fields.Dict())
    codes = fields.List(fields.Dict())
    students = fields.List(fields.Dict())
    lessons = fields.List(fields.Dict())
    marks = fields.List(
        fields.List(fields.Raw()), metadata=described("[work, student, text, version, comment]")
    )
    letters = fields.List(
        fields.List(fields.Raw()), metadata=described("[lesson, student, letter, version, comment]")
    )
    teaches_today = fields.Boolean()


class EntrySchema(Schema):
    """A cell as typed, with the versions its writer saw: 0 is an empty cell, null leaves that part alone."""

    id = fields.UUID(required=True, metadata=described("Made by the sender; kept when sent again."))
    lesson_id = fields.Integer(required=True)
    student_id = fields.Integer(required=True)
    text = fields.String(required=True, validate=validate.Length(max=100))
    work_id = fields.Integer(load_default=None, allow_none=True)
    mark_version = fields.Integer(load_default=None, allow_none=True)
    attendance_version = fields.Integer(load_default=None, allow_none=True)
    follows = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=100))


class BatchSchema(Schema):
    """Entries to save; each is judged by itself."""

    entries = fields.List(fields.Nested(EntrySchema), required=True, validate=validate.Length(max=500))


class OutcomeSchema(Schema):
    """What became of an entry, and what stands in the cell now."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["saved", "refused", "conflict"]))
    message = fields.String()
    warning = fields.String()
    text = fields.String()
    work_id = fields.Integer(allow_none=True)
    mark_version = fields.Integer()
    attendance_version = fields.Integer()
    by = fields.String()
    at = fields.DateTime(allow_none=True)


class OutcomesSchema(Schema):
    """The outcomes of a batch, in the order of its entries."""

    outcomes = fields.List(fields.Nested(OutcomeSchema))


class CommentSchema(Schema):
    """A few words beside a cell whose version the writer saw."""

    text = fields.String(required=True, validate=TEXT)
    version = fields.Integer(required=True)


class VersionSchema(Schema):
    """The version of a cell after a change."""

    version = fields.Integer()


class DiaryQuerySchema(Schema):
    """Whose week; by default one's own or the first child's, this week."""

    student = fields.Integer(load_default=None)
    day = fields.Date(load_default=None)


class DiaryMarkSchema(Schema):
    """Marks for a work."""

    marks = fields.List(fields.String())
    kind = fields.String()
    weight = fields.Decimal(as_string=True)
    title = fields.String()
    comment = fields.String()


class DiaryLessonSchema(LessonSchema):
    """A lesson as the student reads it."""

    class Meta:
        exclude = ("course_id", "day", "version")

    subject = fields.String()
    letter = fields.String()
    absence = fields.String()
    absence_comment = fields.String()
    marks = fields.List(fields.Nested(DiaryMarkSchema))


class DaySchema(Schema):
    """A day of the week."""

    date = fields.Date()
    lessons = fields.List(fields.Nested(DiaryLessonSchema))


class DiaryStudentSchema(Schema):
    """A student."""

    id = fields.Integer()
    surname = fields.String()
    first_name = fields.String()
    patronymic = fields.String()


class WeekSchema(Schema):
    """A student's week."""

    student = fields.Nested(DiaryStudentSchema)
    first = fields.Date()
    last = fields.Date()
    days = fields.List(fields.Nested(DaySchema))
