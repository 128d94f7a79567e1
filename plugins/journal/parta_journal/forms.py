"""Forms of the journal's pages: they turn text into types, the rules are the services'."""

from __future__ import annotations

from parta.toolkit import Form, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional


class LessonForm(Form):
    """Topic and homework of a lesson."""

    topic = StringField(lazy_gettext("Topic"))
    homework = TextAreaField(lazy_gettext("Homework"))
    nothing_set = BooleanField(lazy_gettext("No homework is set"))
    version = HiddenField()


class NewLessonForm(Form):
    """A lesson to add."""

    day = DateField(lazy_gettext("Day"), validators=[InputRequired()])
    number = IntegerField(lazy_gettext("Lesson number"), validators=[InputRequired()])
    topic = StringField(lazy_gettext("Topic"))
    homework = TextAreaField(lazy_gettext("Homework"))


class WorkForm(Form):
    """A work of a lesson."""

    kind_id = SelectField(lazy_gettext("Kind of work"), coerce=int)
    weight = DecimalField(
        lazy_gettext("Weight"),
        validators=[Optional()],
        places=None,
        description=lazy_gettext("Left empty, the weight of the kind counts."),
    )
    title = StringField(lazy_gettext("What it is about"))


class KindForm(Form):
    """A kind of work on the school's list."""

    name = StringField(lazy_gettext("Name"), validators=[InputRequired()])
    short = StringField(
        lazy_gettext("Abbreviation"),
        validators=[InputRequired()],
        description=lazy_gettext("Up to three letters in the head of a column."),
    )
    weight = DecimalField(lazy_gettext("Weight"), validators=[InputRequired()], places=None)
