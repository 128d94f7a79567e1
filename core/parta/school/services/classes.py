"""Classes, study groups and courses of a year (A14, A15)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from parta.kernel import access, audit, context
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need, remove
from parta.kernel.text import squeeze
from parta.school.models import Course, Group, SchoolClass, Subject, Year
from parta.school.services import EDIT, VIEW
from parta.school.services.years import SCHEMES

LONGEST_LETTER = 15
LOOK_ALIKES = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")
TITLE = re.compile(r"(\d{1,2})\s*[-–«\"']?\s*(.*?)[»\"']?")
BETWEEN_TITLES = re.compile(r"[,;\n]+|\s+(?=\d)")


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class as shown; `title` is grade and letter, 5А."""

    id: int
    year_id: int
    grade: int
    letter: str
    scheme: str

    @property
    def title(self) -> str:
        """What people call the class."""
        return f"{self.grade}{self.letter}"


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as shown; `learners` names its class or study group."""

    id: int
    subject: str
    learners: str
    class_id: int | None
    group_id: int | None
    hours_per_week: Decimal


def letter_key(letter: str) -> str:
    """A letter as stored: capitals, and Latin look-alikes as the Cyrillic letters that were meant."""
    return squeeze(letter).upper().translate(LOOK_ALIKES)


def parse_title(title: str) -> tuple[int, str]:
    """Grade and letter of a written title: `5а`, `5 А`, `5-А`, `10 «Б»`.

    Raises Invalid.
    """
    found = TITLE.fullmatch(squeeze(title))
    if not found:
        raise Invalid({"class": _("“%(title)s” is not a class; an example: 5А.", title=title)})
    return int(found[1]), letter_key(found[2])


def classes(year_id: int) -> list[ClassRow]:
    """The classes of a year, by grade and letter."""
    access.require(VIEW)
    query = select(SchoolClass).where(SchoolClass.year_id == year_id)
    rows = context.session().scalars(query.order_by(SchoolClass.grade, SchoolClass.letter))
    return [ClassRow(row.id, row.year_id, row.grade, row.letter, row.scheme) for row in rows]


def get(class_id: int) -> ClassRow:
    """One class.

    Raises NotFound.
    """
    access.require(VIEW)
    row = _class(class_id)
    return ClassRow(row.id, row.year_id, row.grade, row.letter, row.scheme)


def add_classes(year_id: int, titles: str, scheme: str) -> list[int]:
    """Add several classes written one after another, `5А 5Б, 6А`; returns their numbers.

    Raises NotFound for an unknown year; Invalid at `titles` naming every title at fault.
    """
    access.require(EDIT)
    written = [title for title in map(squeeze, BETWEEN_TITLES.split(titles)) if title]
    if not written:
        raise Invalid({"titles": _("Write the classes, for example: 5А 5Б 6А.")})
    added, wrong = [], []
    with audit.batch():
        for title in written:
            try:
                added.append(add_class(year_id, *parse_title(title), scheme))
            except Invalid as refusal:
                wrong.append(refusal.message if "class" in refusal.fields else f"{title}: {refusal.message}")
    if wrong:
        raise Invalid({"titles": " ".join(wrong)})
    return added


def change_class(class_id: int, grade: int, letter: str, scheme: str) -> None:
    """Give a class another title or scheme of terms (A25).

    Raises NotFound; Invalid as `add_class`.
    """
    access.require(EDIT)
    row, key = _class(class_id), letter_key(letter)
    _check_class(row.year_id, grade, key, scheme, class_id)
    before = {"grade": row.grade, "letter": row.letter, "scheme": row.scheme}
    row.grade, row.letter, row.scheme = grade, key, scheme
    context.session().flush()
    after = {"grade": grade, "letter": key, "scheme": scheme}
    if after != before:
        audit.record("school.class.change", "school_class", class_id, before=before, after=after)


def remove_class(class_id: int) -> None:
    """Remove a class in which nobody has been yet.

    Raises NotFound; Conflict when it has or had students, courses, a homeroom teacher or other data.
    """
    access.require(EDIT)
    row = _class(class_id)
    before = {"year_id": row.year_id, "grade": row.grade, "letter": row.letter, "scheme": row.scheme}
    title = f"{row.grade}{row.letter}"
    remove(_("The class %(title)s has students, courses or other data and stays.", title=title), row)
    audit.record("school.class.remove", "school_class", class_id, before=before)


def add_class(year_id: int, grade: int, letter: str, scheme: str) -> int:
    """Add a class to a year; returns its number.

    Raises NotFound for an unknown year; Invalid for a grade outside 1 to 11, an overlong letter, an unknown
    scheme of terms, or a class that is there already.
    """
    access.require(EDIT)
    need(Year, year_id, _("There is no such academic year."))
    key = letter_key(letter)
    _check_class(year_id, grade, key, scheme)
    row = SchoolClass(year_id=year_id, grade=grade, letter=key, scheme=scheme)
    context.session().add(row)
    context.session().flush()
    after = {"year_id": year_id, "grade": grade, "letter": key, "scheme": scheme}
    audit.record("school.class.add", "school_class", row.id, after=after)
    return row.id


def _check_class(year_id: int, grade: int, letter: str, scheme: str, class_id: int | None = None) -> None:
    wrong = {}
    if not 1 <= grade <= 11:
        wrong["grade"] = _("The grade is a number from 1 to 11.")
    if len(letter) > LONGEST_LETTER:
        wrong["letter"] = _("The letter has at most %(n)s characters.", n=LONGEST_LETTER)
    if scheme not in SCHEMES:
        wrong["scheme"] = _("Choose quarters, half-years or trimesters.")
    same = select(SchoolClass.id).where(
        SchoolClass.year_id == year_id,
        SchoolClass.grade == grade,
        SchoolClass.letter == letter,
        SchoolClass.id != (class_id or 0),
    )
    if not wrong and context.session().scalar(same):
        wrong["letter"] = _("There is a class %(title)s already.", title=f"{grade}{letter}")
    if wrong:
        raise Invalid(wrong)


def add_group(year_id: int, subject_id: int, name: str) -> int:
    """Add a study group for a subject; returns its number. Its members may come from several classes.

    Raises NotFound for an unknown year or subject, Invalid when the name is empty or taken.
    """
    access.require(EDIT)
    need(Year, year_id, _("There is no such academic year."))
    need(Subject, subject_id, _("There is no such subject."))
    title = squeeze(name)
    if not title:
        raise Invalid({"name": _("The study group needs a name.")})
    same = select(Group.id).where(
        Group.year_id == year_id, Group.subject_id == subject_id, Group.name == title
    )
    if context.session().scalar(same):
        raise Invalid({"name": _("There is a study group “%(name)s” in this subject already.", name=title)})
    row = Group(year_id=year_id, subject_id=subject_id, name=title)
    context.session().add(row)
    context.session().flush()
    after = {"year_id": year_id, "subject_id": subject_id, "name": title}
    audit.record("school.group.add", "school_group", row.id, after=after)
    return row.id


def courses(year_id: int) -> list[CourseRow]:
    """The courses of a year, by subject and by class or study group."""
    access.require(VIEW)
    query = (
        select(Course, Subject.name, SchoolClass.grade, SchoolClass.letter, Group.name)
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(SchoolClass, SchoolClass.id == Course.class_id)
        .outerjoin(Group, Group.id == Course.group_id)
        .where(Course.year_id == year_id)
        .order_by(Subject.sort_key, SchoolClass.grade, SchoolClass.letter, Group.name)
    )
    return [
        CourseRow(
            course.id,
            subject,
            group or f"{grade}{letter}",
            course.class_id,
            course.group_id,
            course.hours_per_week,
        )
        for course, subject, grade, letter, group in context.session().execute(query)
    ]


def add_course(
    subject_id: int,
    hours_per_week: Decimal,
    *,
    class_id: int | None = None,
    group_id: int | None = None,
) -> int:
    """Let a subject be taught to one class or one study group; returns the course's number.

    Raises NotFound for an unknown subject, class or group; Invalid when neither or both are given, when the
    group is of another subject, the hours are not between 0.1 and 40, or the course is there already.
    """
    access.require(EDIT)
    need(Subject, subject_id, _("There is no such subject."))
    year_id = _year_of_learners(subject_id, class_id, group_id)
    check_hours(hours_per_week)
    same = select(Course.id).where(
        Course.subject_id == subject_id,
        Course.class_id.is_not_distinct_from(class_id),
        Course.group_id.is_not_distinct_from(group_id),
    )
    if context.session().scalar(same):
        raise Invalid({"subject": _("This subject is taught there already.")})
    row = Course(
        year_id=year_id,
        subject_id=subject_id,
        class_id=class_id,
        group_id=group_id,
        hours_per_week=hours_per_week,
    )
    context.session().add(row)
    context.session().flush()
    after = {"subject_id": subject_id, "class_id": class_id, "group_id": group_id}
    audit.record("school.course.add", "school_course", row.id, after={**after, "hours": str(hours_per_week)})
    return row.id


def check_hours(hours_per_week: Decimal) -> None:
    """Let pass hours a week that can be stored: 0.1 to 40, with one place after the point.

    Raises Invalid.
    """
    given = hours_per_week.is_finite() and hours_per_week == round(hours_per_week, 1)
    if not given or not 0 < hours_per_week <= 40:
        raise Invalid({"hours_per_week": _("The hours a week are a number up to 40, such as 2 or 0.5.")})


def _year_of_learners(subject_id: int, class_id: int | None, group_id: int | None) -> int:
    if (class_id is None) == (group_id is None):
        raise Invalid({"": _("Choose a class or a study group, one of the two.")})
    if class_id is not None:
        return _class(class_id).year_id
    group = need(Group, group_id or 0, _("There is no such study group."))
    if group.subject_id != subject_id:
        raise Invalid({"group": _("The study group “%(name)s” is of another subject.", name=group.name)})
    return group.year_id


def _class(class_id: int) -> SchoolClass:
    return need(SchoolClass, class_id, _("There is no such class."))
