"""Forms of people: their own data, their places from a day to a day, who answers for whom."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, StringField, TelField

from parta.kernel.i18n import lazy_gettext
from parta.people.services.persons import PersonValues
from parta.web.fields import BLANK, NEEDED, Choice, Day, Ticks
from parta.web.forms import Form

RELATION_TITLES = {
    "mother": lazy_gettext("mother"),
    "father": lazy_gettext("father"),
    "guardian": lazy_gettext("legal guardian"),
    "other": lazy_gettext("other"),
}
SEXES = [(BLANK, "—"), ("f", lazy_gettext("female")), ("m", lazy_gettext("male"))]


class PersonForm(Form):
    """A person's own data."""

    surname = StringField(lazy_gettext("Surname"), NEEDED)
    first_name = StringField(lazy_gettext("First name"), NEEDED)
    patronymic = StringField(lazy_gettext("Patronymic"))
    birth_date = Day(lazy_gettext("Birth date"))
    sex = Choice(lazy_gettext("Sex"), choices=SEXES)
    phone = TelField(lazy_gettext("Phone"), description=lazy_gettext("For example +7 900 123-45-67"))
    email = EmailField(lazy_gettext("E-mail address"))

    def person(self) -> PersonValues:
        """The data as entered."""
        return PersonValues(**{name: self[name].data for name in PersonValues.__dataclass_fields__})


class StaffForm(PersonForm):
    """A member of staff."""

    position = StringField(
        lazy_gettext("Position"), NEEDED, description=lazy_gettext("For example: teacher of mathematics")
    )


class PositionForm(Form):
    """A position at the school."""

    position = StringField(
        lazy_gettext("Position"), NEEDED, description=lazy_gettext("For example: teacher of mathematics")
    )


class StudentForm(PersonForm):
    """A student, with a class when it is known."""

    class_id = Choice(lazy_gettext("Class"), coerce=int)
    starts = Day(lazy_gettext("In the class from"))


class GuardianForm(PersonForm):
    """A guardian who is not known yet."""

    relation = Choice(lazy_gettext("Relation"), NEEDED, choices=[(BLANK, "—"), *RELATION_TITLES.items()])


class RelationForm(Form):
    """Who of the people found is the guardian, and in which relation."""

    guardian_id = Choice(lazy_gettext("Who"), coerce=int, validate_choice=False)
    relation = Choice(lazy_gettext("Relation"), NEEDED, choices=[(BLANK, "—"), *RELATION_TITLES.items()])


class MoveForm(Form):
    """A class, and the first day in it."""

    class_id = Choice(lazy_gettext("Class"), NEEDED, coerce=int)
    starts = Day(lazy_gettext("From"), NEEDED)


class LeaveForm(Form):
    """The last day at the school."""

    last_day = Day(lazy_gettext("Last day"), NEEDED)


class SpanForm(Form):
    """The days of a place."""

    starts = Day(lazy_gettext("First day"), NEEDED)
    ends = Day(lazy_gettext("Last day"), description=lazy_gettext("Leave it empty while it lasts."))


class TicksForm(Form):
    """Students ticked, and the day from which it holds."""

    students = Ticks(lazy_gettext("Students"), coerce=int)
    starts = Day(lazy_gettext("From"), NEEDED)


class ChargeForm(Form):
    """A member of staff, and the day from which they are in charge of a class or course."""

    person_id = Choice(lazy_gettext("Who"), NEEDED, coerce=int)
    starts = Day(lazy_gettext("From"), NEEDED)


def person_values(values: PersonValues) -> dict[str, Any]:
    """What stands in the form of a person at first."""
    return {name: getattr(values, name) for name in PersonValues.__dataclass_fields__}
