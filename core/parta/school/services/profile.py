"""The school's profile (A10)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from parta.kernel import access, audit, context, directory, memory
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.text import squeeze
from parta.school.models import Profile
from parta.school.services import EDIT, VIEW

FIVE_POINT = ("5", "4", "3", "2", "1")
LONGEST_NAME = 300
LONGEST_MARK = 4


@dataclass(frozen=True, slots=True)
class ProfileValues:
    """The profile as shown and edited; `marks` best first."""

    full_name: str
    short_name: str
    address: str = ""
    days_per_week: int = 5
    marks: tuple[str, ...] = FIVE_POINT


def shown() -> ProfileValues:
    """The profile, for those who may see how the school is set up."""
    access.require(VIEW)
    return get()


def get() -> ProfileValues:
    """The profile, known to everybody; before it is filled in, the directory's name stands in it."""
    access.public()
    return memory.remembered("school.profile", _read)


def _read() -> ProfileValues:
    row = context.session().get(Profile, 1)
    if row is None:
        name = context.school().name
        return ProfileValues(name, name)
    return _values(row)


def save(values: ProfileValues) -> None:
    """Fill in or change the profile.

    Raises Invalid for an empty or overlong name, a week of other than 5 or 6 days, an empty or
    repeating scale.
    """
    access.require(EDIT)
    checked = _checked(values)
    row = context.session().get(Profile, 1)
    before = asdict(_values(row)) if row else None
    if row is None:
        row = Profile(id=1)
        context.session().add(row)
    for name, value in asdict(checked).items():
        setattr(row, name, list(value) if name == "marks" else value)
    context.session().flush()
    memory.changed()
    audit.record("school.profile.save", "school_profile", 1, before=before, after=asdict(checked))


def place(timezone: str) -> None:
    """Say in which time zone the school lies, and let the directory of schools call it as the profile does.

    Raises Invalid for an unknown zone.
    """
    access.require(EDIT)
    school, name = context.school(), get().full_name
    if (timezone, name) == (school.timezone, school.name):
        return
    directory.change(context.session().connection(), school.id, name=name, timezone=timezone)
    before = {"name": school.name, "timezone": school.timezone}
    after = {"name": name, "timezone": timezone}
    audit.record("school.profile.place", "schools", school.id, before=before, after=after)


def _values(row: Profile) -> ProfileValues:
    return ProfileValues(row.full_name, row.short_name, row.address, row.days_per_week, tuple(row.marks))


def _checked(values: ProfileValues) -> ProfileValues:
    full, short = squeeze(values.full_name), squeeze(values.short_name)
    marks = tuple(squeeze(mark).upper() for mark in values.marks)
    wrong = {}
    if not 0 < len(full) <= LONGEST_NAME:
        wrong["full_name"] = _("Write the name, at most %(n)s letters.", n=LONGEST_NAME)
    if not 0 < len(short) <= LONGEST_NAME:
        wrong["short_name"] = _("Write the name, at most %(n)s letters.", n=LONGEST_NAME)
    if values.days_per_week not in {5, 6}:
        wrong["days_per_week"] = _("The school week has 5 or 6 days.")
    if not marks or len(set(marks)) < len(marks) or not all(0 < len(mark) <= LONGEST_MARK for mark in marks):
        wrong["marks"] = _("List each mark once, best first, at most %(n)s characters each.", n=LONGEST_MARK)
    if wrong:
        raise Invalid(wrong)
    return ProfileValues(full, short, squeeze(values.address), values.days_per_week, marks)
