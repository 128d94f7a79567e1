"""Who belongs where, from when to when: enrolment, study groups, teaching, homeroom (A15, A17)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_, select

from parta.kernel import access, audit, context
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need
from parta.people.models import Enrolment, GroupMembership, Homeroom, Person, Staff, Student, Teaching
from parta.people.naming import short_name
from parta.people.services import EDIT, VIEW
from parta.people.services.spans import holds_on, take_back
from parta.school.models import Course, Group, SchoolClass, Year

Place = TypeVar("Place", Enrolment, GroupMembership, Homeroom, Teaching)
AnyPlace = Enrolment | GroupMembership | Homeroom | Teaching
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a list of a class, study group or course, with the days on which they belong to it."""

    person_id: int
    surname: str
    first_name: str
    patronymic: str
    starts: date
    ends: date | None


def enrol(student_id: int, class_id: int, starts: date) -> None:
    """Place a student in a class from a day on; a place held so far ends the day before (A17).

    Raises NotFound for an unknown student or class; Invalid when the day lies outside the class's year,
    before a place already held began, or the student is in the class already.
    """
    access.require(EDIT)
    need(Student, student_id, _("There is no such student."))
    school_class = need(SchoolClass, class_id, _("There is no such class."))
    _check_day(starts, school_class.year_id)
    for former in _held(Enrolment, Enrolment.student_id == student_id, starts):
        if former.class_id == class_id:
            raise Invalid({"class": _("The student is in this class already.")})
        _end(former, starts - ONE_DAY, student_id)
    _add(Enrolment(student_id=student_id, class_id=class_id, starts=starts), student_id)


def enrol_all(class_id: int, student_ids: Collection[int], starts: date) -> None:
    """Place several students in a class from a day on (A17).

    Raises NotFound as `enrol`; Invalid when nobody is named, or naming the students at fault.
    """
    _each(student_ids, lambda student_id: enrol(student_id, class_id, starts))


def join_all(group_id: int, student_ids: Collection[int], starts: date) -> None:
    """Place several students in a study group from a day on.

    Raises NotFound as `join_group`; Invalid when nobody is named, or naming the students at fault.
    """
    _each(student_ids, lambda student_id: join_group(student_id, group_id, starts))


def tick_group(group_id: int, class_id: int, student_ids: Collection[int], day: date) -> None:
    """From `day` on, of the students of a class exactly these are in the study group.

    Raises NotFound for an unknown group or class; Invalid as `join_group`, naming the students at fault.
    """
    access.require(EDIT)
    need(SchoolClass, class_id, _("There is no such class."))
    _check_day(day, need(Group, group_id, _("There is no such study group.")).year_id)
    mine = select(Enrolment.student_id).where(Enrolment.class_id == class_id, holds_on(Enrolment, day))
    here = GroupMembership.student_id.in_(mine) & (GroupMembership.group_id == group_id)
    held = {membership.student_id: membership for membership in _held(GroupMembership, here, day)}
    with audit.batch():
        for student_id, membership in held.items():
            if student_id not in student_ids:
                _end_or_take_back(membership, day)
        missing = set(student_ids) - held.keys()
        if missing:
            join_all(group_id, missing, day)


def _end_or_take_back(membership: GroupMembership, day: date) -> None:
    """End a place the day before; one that would not have begun by then is removed."""
    if membership.starts < day:
        _end(membership, day - ONE_DAY, membership.student_id)
    else:
        take_back("group", membership.id)


def _each(student_ids: Collection[int], place: Callable[[int], None]) -> None:
    """Place each student; nobody is placed when anything is wrong, but for the caller's rolling back."""
    access.require(EDIT)
    if not student_ids:
        raise Invalid({"students": _("Choose at least one student.")})
    wrong: dict[str, list[str]] = {}
    with audit.batch():
        for student_id in sorted(student_ids):
            try:
                place(student_id)
            except Invalid as refusal:
                for field, message in refusal.fields.items():
                    wrong.setdefault(field, []).append(_named(student_id, message))
    if wrong:
        raise Invalid({field: " ".join(dict.fromkeys(texts)) for field, texts in wrong.items()})


def _named(student_id: int, message: str) -> str:
    person = need(Person, student_id, _("There is no such student."))
    return f"{short_name(person.surname, person.first_name, person.patronymic)}: {message}"


def join_group(student_id: int, group_id: int, starts: date) -> None:
    """Place a student in a study group from a day on; another group of the same subject ends the day before.

    Raises NotFound for an unknown student or group; Invalid as `enrol`.
    """
    access.require(EDIT)
    need(Student, student_id, _("There is no such student."))
    group = need(Group, group_id, _("There is no such study group."))
    _check_day(starts, group.year_id)
    same_subject = select(Group.id).where(
        Group.subject_id == group.subject_id, Group.year_id == group.year_id
    )
    mine = (GroupMembership.student_id == student_id) & GroupMembership.group_id.in_(same_subject)
    for former in _held(GroupMembership, mine, starts):
        if former.group_id == group_id:
            raise Invalid({"group": _("The student is in this study group already.")})
        _end(former, starts - ONE_DAY, student_id)
    _add(GroupMembership(student_id=student_id, group_id=group_id, starts=starts), student_id)


def teach(person_id: int, course_id: int, starts: date) -> None:
    """Let a member of staff teach a course from a day on, beside those who teach it already (A14).

    Raises NotFound for an unknown member of staff or course; Invalid when the day lies outside the year or
    the person teaches the course already.
    """
    access.require(EDIT)
    need(Staff, person_id, _("There is no such member of staff."))
    course = need(Course, course_id, _("There is no such course."))
    _check_day(starts, course.year_id)
    mine = (Teaching.course_id == course_id) & (Teaching.person_id == person_id)
    if _held(Teaching, mine, starts):
        raise Invalid({"person": _("This person teaches the course already.")})
    _add(Teaching(person_id=person_id, course_id=course_id, starts=starts), person_id)


def lead_class(person_id: int, class_id: int, starts: date) -> None:
    """Make a member of staff the homeroom teacher of a class; a former one's time ends the day before (A15).

    Raises NotFound for an unknown member of staff or class; Invalid as `enrol`.
    """
    access.require(EDIT)
    need(Staff, person_id, _("There is no such member of staff."))
    school_class = need(SchoolClass, class_id, _("There is no such class."))
    _check_day(starts, school_class.year_id)
    for former in _held(Homeroom, Homeroom.class_id == class_id, starts):
        if former.person_id == person_id:
            raise Invalid({"person": _("This person is the homeroom teacher already.")})
        _end(former, starts - ONE_DAY, former.person_id)
    _add(Homeroom(person_id=person_id, class_id=class_id, starts=starts), person_id)


def leave(student_id: int, last_day: date) -> None:
    """End a student's places in class and study groups with a last day.

    Raises NotFound for an unknown student; Invalid when the student has no place, or got it later than that.
    """
    access.require(EDIT)
    need(Student, student_id, _("There is no such student."))
    after = last_day + ONE_DAY
    held = _held(Enrolment, Enrolment.student_id == student_id, after)
    if not held:
        raise Invalid({"last_day": _("The student is in no class on that day.")})
    for enrolment in held:
        _end(enrolment, last_day, student_id)
    for membership in _held(GroupMembership, GroupMembership.student_id == student_id, after):
        _end(membership, last_day, student_id)


def students_of_class(class_id: int, first: date, last: date) -> list[Member]:
    """Who is in the class on any of these days, by name."""
    access.require(VIEW)
    query = _members(Enrolment, first, last).join(Person, Person.id == Enrolment.student_id)
    return _listed(query.where(Enrolment.class_id == class_id))


def students_of_group(group_id: int, first: date, last: date) -> list[Member]:
    """Who is in the study group on any of these days, by name."""
    access.require(VIEW)
    query = _members(GroupMembership, first, last).join(Person, Person.id == GroupMembership.student_id)
    return _listed(query.where(GroupMembership.group_id == group_id))


def teachers_of_course(course_id: int, first: date, last: date) -> list[Member]:
    """Who teaches the course on any of these days, by name."""
    access.require(VIEW)
    query = _members(Teaching, first, last).join(Person, Person.id == Teaching.person_id)
    return _listed(query.where(Teaching.course_id == course_id))


def homeroom_teachers(class_id: int, first: date, last: date) -> list[Member]:
    """Who is the class's homeroom teacher on any of these days, by name."""
    access.require(VIEW)
    query = _members(Homeroom, first, last).join(Person, Person.id == Homeroom.person_id)
    return _listed(query.where(Homeroom.class_id == class_id))


def _members(table: type[Place], first: date, last: date) -> Select[*tuple[Any, ...]]:
    return select(
        Person.id, Person.surname, Person.first_name, Person.patronymic, table.starts, table.ends
    ).where(table.starts <= last, or_(table.ends.is_(None), table.ends >= first))


def _listed(query: Select[*tuple[Any, ...]]) -> list[Member]:
    rows = context.session().execute(query.order_by(Person.sort_key, Person.id))
    return [Member(*row) for row in rows]


def _held(table: type[Place], condition: ColumnElement[bool], day: date) -> Sequence[Place]:
    """The places that hold on `day` or later."""
    query = select(table).where(condition, or_(table.ends.is_(None), table.ends >= day))
    return context.session().scalars(query).all()


def _end(place: AnyPlace, last_day: date, person_id: int) -> None:
    if last_day < place.starts:
        raise Invalid(
            {
                "starts": _(
                    "There is an entry from %(day)s on; choose a later day.",
                    day=place.starts.strftime("%d.%m.%Y"),
                )
            }
        )
    before = {"ends": place.ends.isoformat() if place.ends else None}
    place.ends = last_day
    context.session().flush()
    table = place.__tablename__
    audit.record(
        f"{table}.end", table, place.id, person_id=person_id, before=before, after={"ends": str(last_day)}
    )


def _add(place: AnyPlace, person_id: int) -> None:
    context.session().add(place)
    context.session().flush()
    table = place.__tablename__
    columns = {name: str(value) for name, value in vars(place).items() if name.endswith(("_id", "starts"))}
    audit.record(f"{table}.add", table, place.id, person_id=person_id, after=columns)


def _check_day(day: date, year_id: int) -> None:
    year = need(Year, year_id, _("There is no such academic year."))
    if not year.starts <= day <= year.ends:
        raise Invalid(
            {
                "starts": _(
                    "The day must lie within the year %(name)s: %(starts)s to %(ends)s.",
                    name=year.name,
                    starts=year.starts.strftime("%d.%m.%Y"),
                    ends=year.ends.strftime("%d.%m.%Y"),
                )
            }
        )
