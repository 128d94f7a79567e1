"""Persons: adding, correcting, finding (A11, A16, A25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from parta.kernel import access, audit, clock, context, guard
from parta.kernel.errors import Invalid, NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Page, Paging, paginate
from parta.kernel.rows import need
from parta.kernel.text import search_key, squeeze
from parta.people.contacts import email_address, person_name, phone_number
from parta.people.models import Guardianship, Person, Staff, Student
from parta.people.naming import full_name
from parta.people.services import EDIT, VIEW, sight

RELATIONS = ("mother", "father", "guardian", "other")
LONGEST_POSITION = 200
EARLIEST_BIRTH = date(1900, 1, 1)
KINDS = {"staff": Staff.person_id, "student": Student.person_id, "guardian": Guardianship.guardian_id}


@dataclass(frozen=True, slots=True)
class PersonValues:
    """A person's own data as entered; `phone` in any common spelling, `sex` f or m."""

    surname: str
    first_name: str
    patronymic: str = ""
    birth_date: date | None = None
    sex: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as shown; `phone` in E.164. Without `open`, only the name is: the rest is not for who asks."""

    id: int
    values: PersonValues
    open: bool = True

    @property
    def name(self) -> str:
        """Surname, first name and patronymic."""
        return full_name(self.values.surname, self.values.first_name, self.values.patronymic)


@dataclass(frozen=True, slots=True)
class Relative:
    """The other end of a guardianship, with its kind; `phone` for who may see it."""

    person_id: int
    name: str
    relation: str
    phone: str | None


def get(person_id: int) -> PersonRow:
    """One person, with contacts and birth date for who may see them.

    Raises NotFound; Forbidden when a plugin has a reason against it.
    """
    access.require(VIEW)
    return shown(_person(person_id))


def shown(person: Person) -> PersonRow:
    """A person who was read, as whoever acts may see them.

    Raises Forbidden when a plugin has a reason against it.
    """
    found = _row(person)
    guard.allowed(VIEW, found)
    return found if sight.seen([found.id]) else _name_alone(found)


def listing(paging: Paging, kind: str | None = None) -> Page[PersonRow]:
    """People by surname, found by words of their names; `kind` is staff, student or guardian.

    Who may not see everybody's contacts is told the names.
    """
    access.require(VIEW)
    opened = sight.sees_everyone()
    sorts: dict[str, Any] = {"name": Person.sort_key}
    if opened:
        sorts["birth_date"] = Person.birth_date
    query = guard.visible(select(Person), VIEW, Person.__table__)
    if kind is not None:
        query = query.where(Person.id.in_(select(KINDS[kind])))
    return paginate(
        query,
        paging,
        lambda row: _row(row[0]) if opened else _name_alone(_row(row[0])),
        sorts=sorts,
        default="name",
        search=Person.sort_key,
        tie=Person.id,
    )


def add_staff(values: PersonValues, position: str) -> int:
    """Add a person who works at the school; returns the person's number.

    Raises Invalid naming each field at fault.
    """
    access.require(EDIT)
    check_together(lambda: checked(values), lambda: _position(position))
    person, title = _add(values), _position(position)
    context.session().add(Staff(person_id=person.id, position=title))
    context.session().flush()
    audit.record(
        "people.staff.add", "people_staff", person.id, person_id=person.id, after={"position": title}
    )
    return person.id


def employ(person_id: int, position: str) -> None:
    """Say that a person works at the school, and in which position; said again, it corrects the position.

    Raises NotFound, or Invalid at `position`.
    """
    access.require(EDIT)
    _person(person_id)
    title = _position(position)
    row = context.session().get(Staff, person_id) or Staff(person_id=person_id, position="")
    before, row.position = row.position, title
    context.session().add(row)
    context.session().flush()
    if title != before:
        audit.record(
            "people.staff.employ",
            "people_staff",
            person_id,
            person_id=person_id,
            before={"position": before} if before else None,
            after={"position": title},
        )


def add_student(values: PersonValues) -> int:
    """Add a person who studies at the school; returns the person's number.

    Raises Invalid naming each field at fault.
    """
    access.require(EDIT)
    person = _add(values)
    context.session().add(Student(person_id=person.id))
    context.session().flush()
    audit.record("people.student.add", "people_student", person.id, person_id=person.id)
    return person.id


def add_person(values: PersonValues) -> int:
    """Add a person who is neither staff nor student, such as a guardian; returns the person's number.

    Raises Invalid naming each field at fault.
    """
    access.require(EDIT)
    return _add(values).id


def correct(person_id: int, values: PersonValues) -> None:
    """Correct a person's data; the old values stay in the audit record.

    Raises NotFound; Forbidden when a plugin has a reason against it; Invalid naming each field at fault.
    """
    access.require(EDIT)
    person = _person(person_id)
    guard.allowed(EDIT, _row(person))
    before = _plain(_row(person).values)
    _fill(person, checked(values))
    context.session().flush()
    after = _plain(_row(person).values)
    if after != before:
        audit.record(
            "people.person.correct",
            "people_person",
            person_id,
            person_id=person_id,
            before={name: value for name, value in before.items() if after[name] != value},
            after={name: value for name, value in after.items() if before[name] != value},
        )


def add_guardian(guardian_id: int, student_id: int, relation: str) -> None:
    """Make a person the guardian of a student; said again, it changes the kind of relation.

    Raises NotFound for an unknown person or student; Invalid for an unknown relation or a student who would
    be their own guardian.
    """
    access.require(EDIT)
    _person(guardian_id)
    need(Student, student_id, _("There is no such student."))
    if relation not in RELATIONS:
        raise Invalid({"relation": _("Choose mother, father, guardian or other.")})
    if guardian_id == student_id:
        raise Invalid({"guardian": _("Nobody is their own guardian.")})
    query = select(Guardianship).where(
        Guardianship.guardian_id == guardian_id, Guardianship.student_id == student_id
    )
    row = context.session().scalar(query) or Guardianship(guardian_id=guardian_id, student_id=student_id)
    before = {"relation": row.relation} if row.id else None
    row.relation = relation
    context.session().add(row)
    context.session().flush()
    after = {"guardian_id": guardian_id, "relation": relation}
    audit.record(
        "people.guardianship.set",
        "people_guardianship",
        row.id,
        person_id=student_id,
        before=before,
        after=after,
    )


def remove_guardian(guardian_id: int, student_id: int) -> None:
    """Say that a person does not answer for a student (any more); the entry stays in the audit record.

    Raises NotFound.
    """
    access.require(EDIT)
    both = (Guardianship.guardian_id == guardian_id) & (Guardianship.student_id == student_id)
    row = context.session().scalar(select(Guardianship).where(both))
    if row is None:
        raise NotFound(_("This person is not a guardian of the student."))
    before = {"guardian_id": guardian_id, "relation": row.relation}
    context.session().delete(row)
    context.session().flush()
    audit.record(
        "people.guardianship.remove", "people_guardianship", row.id, person_id=student_id, before=before
    )


def guardians(student_id: int) -> list[Relative]:
    """Who answers for a student, by name."""
    access.require(VIEW)
    return _relatives(Guardianship.guardian_id, Guardianship.student_id == student_id)


def wards(guardian_id: int) -> list[Relative]:
    """The students a guardian answers for, by name; a guardian may ask this of themself."""
    if access.signed_in().person_id != guardian_id:
        access.require(VIEW)
    return _relatives(Guardianship.student_id, Guardianship.guardian_id == guardian_id)


def family(person_id: int) -> tuple[list[Relative], list[Relative]]:
    """Who answers for a person, and for whom the person answers, both by name; one statement."""
    access.require(VIEW)
    is_ward = Guardianship.guardian_id == person_id
    other = case((is_ward, Guardianship.student_id), else_=Guardianship.guardian_id)
    query = (
        select(Person, Guardianship.relation, is_ward)
        .join(Guardianship, other == Person.id)
        .where(or_(is_ward, Guardianship.student_id == person_id))
        .order_by(Person.sort_key, Person.id)
    )
    rows = context.session().execute(query).all()
    found = _seen([(row, relation) for row, relation, _ward in rows])
    wards = [ward for _row, _relation, ward in rows]
    return (
        [relative for relative, ward in zip(found, wards, strict=True) if not ward],
        [relative for relative, ward in zip(found, wards, strict=True) if ward],
    )


def _relatives(person: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> list[Relative]:
    query = (
        select(Person, Guardianship.relation)
        .join(Guardianship, person == Person.id)
        .where(condition)
        .order_by(Person.sort_key, Person.id)
    )
    return _seen([(row, relation) for row, relation in context.session().execute(query)])


def _seen(found: list[tuple[Person, str]]) -> list[Relative]:
    """Relatives as whoever acts may see them."""
    seen = sight.seen([row.id for row, _relation in found])
    return [
        Relative(row.id, _row(row).name, relation, row.phone if row.id in seen else None)
        for row, relation in found
    ]


def _add(values: PersonValues) -> Person:
    person = Person()
    _fill(person, checked(values))
    context.session().add(person)
    context.session().flush()
    after = _plain(_row(person).values)
    audit.record("people.person.add", "people_person", person.id, person_id=person.id, after=after)
    return person


def _fill(person: Person, values: PersonValues) -> None:
    for name, value in asdict(values).items():
        setattr(person, name, value)
    person.sort_key = search_key(values.surname, values.first_name, values.patronymic)


def checked(values: PersonValues) -> PersonValues:
    """`values` as they are stored.

    Raises Invalid naming each field at fault.
    """
    wrong: dict[str, str] = {}

    def read(field: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(getattr(values, field) or "")
        except ValueError as error:
            wrong[field] = str(error)
            return None

    found = PersonValues(
        read("surname", person_name) or "",
        read("first_name", person_name) or "",
        read("patronymic", person_name) or "",
        values.birth_date,
        values.sex or None,
        read("phone", phone_number),
        read("email", email_address),
    )
    for field in ("surname", "first_name"):
        if not getattr(found, field):
            wrong.setdefault(field, _("Write the surname and the first name."))
    if values.birth_date and not EARLIEST_BIRTH <= values.birth_date <= clock.today():
        wrong["birth_date"] = _("The birth date lies between 1900 and today.")
    if found.sex not in {None, "f", "m"}:
        wrong["sex"] = _("Choose female or male.")
    if wrong:
        raise Invalid(wrong)
    return found


def check_together(*checks: Callable[[], object]) -> None:
    """Run every check, and raise one Invalid that names the fields at fault in any of them."""
    wrong: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except Invalid as refusal:
            wrong |= refusal.fields
    if wrong:
        raise Invalid(wrong)


def _position(written: str) -> str:
    title = squeeze(written)
    if not 0 < len(title) <= LONGEST_POSITION:
        raise Invalid(
            {
                "position": _(
                    "Write the position, such as “teacher”, at most %(n)s letters.", n=LONGEST_POSITION
                )
            }
        )
    return title


def _person(person_id: int) -> Person:
    return need(Person, person_id, _("There is no such person."))


def _row(person: Person) -> PersonRow:
    names = PersonValues.__dataclass_fields__
    return PersonRow(person.id, PersonValues(**{name: getattr(person, name) for name in names}))


def _name_alone(found: PersonRow) -> PersonRow:
    values = found.values
    return PersonRow(found.id, PersonValues(values.surname, values.first_name, values.patronymic), open=False)


def _plain(values: PersonValues) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in asdict(values).items()}
