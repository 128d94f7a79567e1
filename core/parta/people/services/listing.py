"""The list of people: who each is to the school, found, sorted and paged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from parta.kernel import access, clock, context, guard
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Page, Paging, paginate
from parta.people.models import Enrolment, Guardianship, Person, Staff, Student
from parta.people.naming import full_name
from parta.people.services import VIEW, sight
from parta.people.services.persons import KINDS, PersonRow, shown
from parta.people.services.spans import holds_on
from parta.school.models import SchoolClass


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in the list: staff by position, students by class, guardians by their wards.

    `phone` and `birth_date` are there for who may see everybody's.
    """

    id: int
    name: str
    position: str | None
    is_student: bool
    class_id: int | None
    class_title: str | None
    wards: tuple[tuple[int, str], ...]
    birth_date: date | None
    phone: str | None


def people(paging: Paging, kind: str | None = None) -> Page[PersonLine]:
    """People found by words of their names; `kind` is staff, student or guardian.

    They are sorted by `name`, `class` or `position`, and by `birth_date` for who may see it.
    """
    access.require(VIEW)
    opened = sight.sees_everyone()
    grade, letter = SchoolClass.grade, SchoolClass.letter
    query = (
        select(
            Person.id,
            Person.surname,
            Person.first_name,
            Person.patronymic,
            Staff.position,
            Student.person_id.is_not(None),
            SchoolClass.id,
            func.concat(grade, letter),
            _wards(),
            Person.birth_date,
            Person.phone,
        )
        .outerjoin(Staff, Staff.person_id == Person.id)
        .outerjoin(Student, Student.person_id == Person.id)
        .outerjoin(Enrolment, (Enrolment.student_id == Person.id) & holds_on(Enrolment, clock.today()))
        .outerjoin(SchoolClass, SchoolClass.id == Enrolment.class_id)
    )
    if kind is not None:
        query = query.where(Person.id.in_(select(KINDS[kind])))
    sorts: dict[str, Any] = {
        "name": Person.sort_key,
        "class": func.lpad(cast(grade, Text), 2, "0") + letter,
        "position": Staff.position,
    }
    if opened:
        sorts["birth_date"] = Person.birth_date
    return paginate(
        guard.visible(query, VIEW, Person.__table__),
        paging,
        lambda row: _line(row, opened),
        sorts=sorts,
        default="name",
        search=Person.sort_key,
        tie=Person.id,
    )


def _wards() -> Any:
    """The wards of the person in the row, number and name."""
    ward = Person.__table__.alias()
    parts = func.jsonb_build_array(ward.c.id, ward.c.surname, ward.c.first_name, ward.c.patronymic)
    inner = (
        select(func.jsonb_agg(aggregate_order_by(parts, ward.c.sort_key)))
        .select_from(Guardianship)
        .join(ward, ward.c.id == Guardianship.student_id)
        .where(Guardianship.guardian_id == Person.id)
    )
    return inner.correlate(Person).scalar_subquery()


def _line(row: Any, opened: bool) -> PersonLine:
    return PersonLine(
        id=row[0],
        name=full_name(*row[1:4]),
        position=row[4],
        is_student=row[5],
        class_id=row[6],
        class_title=row[7] or None,
        wards=tuple((number, full_name(*names)) for number, *names in row[8] or ()),
        birth_date=row[9] if opened else None,
        phone=row[10] if opened else None,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to the school, guardianship aside."""

    position: str | None
    is_student: bool


def one(person_id: int) -> tuple[PersonRow, Standing]:
    """One person, and what they are to the school; one statement.

    Raises NotFound; Forbidden when a plugin has a reason against it.
    """
    access.require(VIEW)
    query = (
        select(Person, Staff.position, Student.person_id.is_not(None))
        .outerjoin(Staff, Staff.person_id == Person.id)
        .outerjoin(Student, Student.person_id == Person.id)
        .where(Person.id == person_id)
    )
    row = context.session().execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such person."))
    return shown(row[0]), Standing(row[1], bool(row[2]))
