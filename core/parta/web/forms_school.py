"""Forms of how the school is set up: profile, years, subjects, classes, study groups, courses."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from wtforms import StringField, TextAreaField

from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import lazy_gettext
from parta.school.services.subjects import SubjectRow
from parta.school.services.years import SCHEMES, TermDates
from parta.web.fields import NEEDED, Choice, Day, Hours, Number, Texts
from parta.web.forms import Form

SCHEME_TITLES = {
    "quarters": lazy_gettext("quarters"),
    "half_years": lazy_gettext("half-years"),
    "trimesters": lazy_gettext("trimesters"),
}
SCHEME_CHOICES = [(name, SCHEME_TITLES[name]) for name in SCHEMES]


class ProfileForm(Form):
    """What the school is called, where it stands, how it marks."""

    full_name = StringField(lazy_gettext("Full name"), NEEDED)
    short_name = StringField(
        lazy_gettext("Short name"), NEEDED, description=lazy_gettext("Shown at the top of every page.")
    )
    address = StringField(lazy_gettext("Address"))
    timezone = Choice(lazy_gettext("Time zone"))
    days_per_week = Choice(lazy_gettext("School week"), coerce=int)
    marks = Texts(lazy_gettext("Marks, best first"))


class YearForm(Form):
    """An academic year."""

    name = StringField(lazy_gettext("Name"), NEEDED)
    starts = Day(lazy_gettext("First day"), NEEDED)
    ends = Day(lazy_gettext("Last day"), NEEDED)


class SubjectForm(Form):
    """A subject's names."""

    name = StringField(lazy_gettext("Name"), NEEDED)
    short_name = StringField(
        lazy_gettext("Short name"), description=lazy_gettext("For narrow tables; may stay empty.")
    )


class ClassesForm(Form):
    """Several classes at once."""

    titles = TextAreaField(
        lazy_gettext("Classes"), NEEDED, description=lazy_gettext("One after another: 5А 5Б 5В, 6А 6Б.")
    )
    scheme = Choice(lazy_gettext("Terms"), NEEDED, choices=SCHEME_CHOICES)


class ClassForm(Form):
    """A class."""

    grade = Number(lazy_gettext("Grade"), NEEDED)
    letter = StringField(lazy_gettext("Letter"), description=lazy_gettext("А, Б … or a short word."))
    scheme = Choice(lazy_gettext("Terms"), NEEDED, choices=SCHEME_CHOICES)


class GroupForm(Form):
    """A new study group."""

    subject_id = Choice(lazy_gettext("Subject"), NEEDED, coerce=int)
    name = StringField(
        lazy_gettext("Name"), NEEDED, description=lazy_gettext("For example: 5А, first group; girls.")
    )


class GroupNameForm(Form):
    """A study group's name."""

    name = StringField(lazy_gettext("Name"), NEEDED)


class HoursForm(Form):
    """Hours a week of a course."""

    hours_per_week = Hours(
        lazy_gettext("Hours a week"), NEEDED, render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )


def terms_form(count: int) -> type[Form]:
    """A form with a row for each of `count` terms: name, first and last day."""
    fields: dict[str, object] = {}
    for number in range(1, count + 1):
        said = {"n": number}
        fields[f"terms-{number}-name"] = StringField(_("Term %(n)s: name", **said), NEEDED)
        fields[f"terms-{number}-starts"] = Day(_("Term %(n)s: first day", **said), NEEDED)
        fields[f"terms-{number}-ends"] = Day(_("Term %(n)s: last day", **said), NEEDED)
    return type("TermsForm", (Form,), fields)


def terms_values(terms: Iterable[TermDates]) -> dict[str, object]:
    """What stands in the form of terms at first."""
    return {
        f"terms-{number}-{name}": getattr(term, name)
        for number, term in enumerate(terms, start=1)
        for name in ("name", "starts", "ends")
    }


def entered_terms(form: Form, count: int) -> list[TermDates]:
    """The terms as entered."""
    return [
        TermDates(*(form[f"terms-{number}-{name}"].data for name in ("name", "starts", "ends")))
        for number in range(1, count + 1)
    ]


def plan_form(subjects: Iterable[SubjectRow]) -> type[Form]:
    """A form with the hours a week of each subject."""
    return type("PlanForm", (Form,), {f"hours-{row.id}": Hours(row.name) for row in subjects})


def entered_plan(form: Form, subjects: Iterable[SubjectRow]) -> dict[int, Decimal | None]:
    """The hours of each subject as entered."""
    return {row.id: form[f"hours-{row.id}"].data for row in subjects}
