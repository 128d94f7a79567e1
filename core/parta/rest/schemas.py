"""What the core's resources look like in JSON."""

from __future__ import annotations

from marshmallow import fields

from parta.rest.base import Schema


class MeSchema(Schema):
    """Whoever is signed in."""

    person_id = fields.Integer()
    name = fields.String()
    roles = fields.List(fields.String())
    permissions = fields.List(fields.String())
    language = fields.String(allow_none=True)


class YearSchema(Schema):
    """An academic year."""

    id = fields.Integer()
    name = fields.String()
    starts = fields.Date()
    ends = fields.Date()


class ClassQuerySchema(Schema):
    """Of which year; by default the one that today is in."""

    year = fields.Integer(load_default=None, metadata={"description": "The year's id."})


class ClassSchema(Schema):
    """A class of one year."""

    id = fields.Integer()
    year_id = fields.Integer()
    grade = fields.Integer()
    letter = fields.String()
    title = fields.String()
    scheme = fields.String(metadata={"description": "Its terms: quarters, half_years or trimesters."})


class CourseSchema(Schema):
    """A subject taught to a class or study group."""

    id = fields.Integer()
    subject = fields.String()
    learners = fields.String(metadata={"description": "The title of the class or study group."})
    class_id = fields.Integer(allow_none=True)
    group_id = fields.Integer(allow_none=True)
    hours_per_week = fields.Decimal(as_string=True)
