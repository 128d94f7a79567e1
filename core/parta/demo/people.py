"""The people of the demonstration school: families, staff, and who belongs where."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import aliased

from parta.demo import names
from parta.kernel import audit, context
from parta.kernel.audit import Change
from parta.kernel.text import search_key
from parta.people.models import (
    Enrolment,
    GroupMembership,
    Guardianship,
    Homeroom,
    Person,
    Staff,
    Student,
    Teaching,
)

Values = dict[str, Any]
SIBLINGS = 0.18
ONE_PARENT = 0.15


@dataclass(slots=True)
class Family:
    """Parents, as values of persons with their relation, who may have several children at the school."""

    surname: str
    parents: list[tuple[Values, str]]
    father: str


def add_persons(rows: Sequence[Values]) -> list[int]:
    """Enter persons, many at once; returns their numbers in the same order."""
    made = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    numbers = list(context.session().scalars(made, rows))
    audit.record_many(
        [
            Change("people.person.add", "people_person", number, number, after=_plain(row))
            for number, row in zip(numbers, rows, strict=True)
        ]
    )
    return numbers


def _plain(row: Values) -> Values:
    return {name: str(value) for name, value in row.items() if value and name != "sort_key"}


def staff_member(rng: random.Random, sex: str, number: int) -> Values:
    """Somebody who works at the school."""
    first = rng.choice(names.GROWN_WOMEN if sex == "f" else names.GROWN_MEN)
    father = rng.choice(names.GROWN_MEN)
    born = date(rng.randint(1962, 1999), rng.randint(1, 12), rng.randint(1, 28))
    return person(
        names.surname(rng.choice(names.SURNAMES), sex),
        first,
        father,
        sex=sex,
        born=born,
        phone_number=phone(number),
    )


def family(rng: random.Random, number: int) -> Family:
    """A family: both parents, or one; their phones are made from `number`."""
    odd = rng.random() < 0.01
    surname = rng.choice(names.DOUBLE_SURNAMES if odd else names.SURNAMES)
    father = rng.choice(names.GROWN_MEN)
    mother = _parent(rng, names.surname(surname, "f"), rng.choice(names.GROWN_WOMEN), "f", number)
    dad = _parent(rng, names.surname(surname, "m"), father, "m", number + 1)
    parents = [(mother, "mother"), (dad, "father")]
    if rng.random() < ONE_PARENT:
        parents.pop(rng.choice((1, 1, 1, 0)))
    return Family(surname, parents, father)


def _parent(rng: random.Random, surname: str, first: str, sex: str, number: int) -> Values:
    return person(surname, first, rng.choice(names.GROWN_MEN), sex=sex, phone_number=phone(number))


def child(rng: random.Random, parents: Family, grade: int, first_year: int) -> Values:
    """A student of this grade: seven years old in the first."""
    sex = rng.choice("fm")
    first = rng.choice(names.GIRLS if sex == "f" else names.BOYS)
    born = date(first_year - 7 - (grade - 1), 1, 1) + timedelta(days=rng.randint(0, 364))
    return person(names.surname(parents.surname, sex), first, parents.father, sex=sex, born=born)


def person(
    surname: str,
    first: str,
    father: str,
    *,
    sex: str,
    born: date | None = None,
    phone_number: str | None = None,
) -> Values:
    """Values of a person as they are stored."""
    patronymic = names.patronymic(father, sex)
    return {
        "surname": surname,
        "first_name": first,
        "patronymic": patronymic,
        "birth_date": born,
        "sex": sex,
        "phone": phone_number,
        "email": None,
        "sort_key": search_key(surname, first, patronymic),
    }


def phone(number: int) -> str:
    """A phone that nobody has: of the range +7 900 000-00-00."""
    return f"+7900{number % 10_000_000:07d}"


def add_staff(numbers: Iterable[tuple[int, str]]) -> None:
    """Let persons work at the school: numbers with positions."""
    rows = [{"person_id": number, "position": position} for number, position in numbers]
    context.session().execute(insert(Staff), rows)


def add_students(numbers: Iterable[int]) -> None:
    """Let persons study at the school."""
    context.session().execute(insert(Student), [{"person_id": number} for number in numbers])


def add_guardians(rows: Sequence[tuple[int, int, str]]) -> None:
    """Guardianships: guardian, student, relation."""
    context.session().execute(
        insert(Guardianship),
        [
            {"guardian_id": guardian, "student_id": student, "relation": kind}
            for guardian, student, kind in rows
        ],
    )


def enrol(pairs: Iterable[tuple[int, int]], starts: date) -> None:
    """Students in classes: student, class."""
    _span(Enrolment, "student_id", "class_id", pairs, starts)


def join(pairs: Iterable[tuple[int, int]], starts: date) -> None:
    """Students in study groups: student, group."""
    _span(GroupMembership, "student_id", "group_id", pairs, starts)


def teach(pairs: Iterable[tuple[int, int]], starts: date) -> None:
    """Staff teaching courses: person, course."""
    _span(Teaching, "person_id", "course_id", pairs, starts)


def lead(pairs: Iterable[tuple[int, int]], starts: date) -> None:
    """Homeroom teachers: person, class."""
    _span(Homeroom, "person_id", "class_id", pairs, starts)


def _span(table: Any, first: str, second: str, pairs: Iterable[tuple[int, int]], starts: date) -> None:
    rows = [{first: one, second: other, "starts": starts, "ends": None} for one, other in pairs]
    context.session().execute(insert(table), rows)


def guardian_of(student: int) -> Select[int]:
    """The guardian of a student whom the most students have."""
    many = (
        select(Guardianship.guardian_id, func.count().label("n"))
        .group_by(Guardianship.guardian_id)
        .subquery()
    )
    mine = select(Guardianship.guardian_id).where(Guardianship.student_id == student)
    return select(many.c.guardian_id).where(many.c.guardian_id.in_(mine)).order_by(many.c.n.desc()).limit(1)


def with_siblings(students: Sequence[int]) -> Select[int]:
    """Those of `students` whose guardian has another student too."""
    one, other = aliased(Guardianship), aliased(Guardianship)
    return (
        select(one.student_id)
        .join(other, (other.guardian_id == one.guardian_id) & (other.student_id != one.student_id))
        .where(one.student_id.in_(students))
        .order_by(one.student_id)
    )
