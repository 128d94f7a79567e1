"""Writes a plan in a few statements, whatever its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Text, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import DeclarativeBase

from parta.kernel import audit, context
from parta.kernel.audit import Change
from parta.kernel.bulk import Kind, as_table
from parta.kernel.text import search_key
from parta.people.imports.known import Party
from parta.people.imports.plan import Bond, ClassKey, Move, Plan
from parta.people.imports.records import ACTION, numbered
from parta.people.models import Enrolment, Guardianship, Person, Staff, Student
from parta.people.services.persons import PersonValues
from parta.school.models import SchoolClass

ONE_DAY = timedelta(days=1)
QUARTERS_UP_TO = 9
APART = {"synchronize_session": False}  # what the session remembers is forgotten at the end
PERSON: dict[str, Kind] = {
    "id": BigInteger,
    "surname": Text,
    "first_name": Text,
    "patronymic": Text,
    "birth_date": Date,
    "sex": Text,
    "phone": Text,
    "email": Text,
    "sort_key": Text,
}


def write(plan: Plan) -> int:
    """Write everything of a plan that has no problems; returns the number of the record of the whole."""
    work = plan.work
    with audit.batch() as batch:
        audit.record(ACTION, "school_year", plan.year_id, after=_summary(plan))
        made, added = _add_classes(plan)
        changes = [
            *_add_people([party for party in work.parties if party.person_id is None]),
            *_change_people([party for party in work.parties if party.before is not None]),
            *_add_students(work.students),
            *_set_positions(work.staff),
            *_bind(list(work.bonds.values())),
            *added,
            *_place(work.moves, {**plan.class_ids, **made}),
        ]
        audit.record_many(changes)
    context.session().expire_all()
    return numbered(batch)


def _summary(plan: Plan) -> dict[str, Any]:
    """What the record keeps of the import as a whole."""
    counts = {name: count for name, count in plan.counts.items() if count}
    return {
        "file": plan.file,
        "digest": plan.digest,
        "year": plan.year,
        "rows": len(plan.rows),
        "counts": counts,
    }


def _insert(table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add rows; returns their generated numbers in the same order."""
    if not rows:
        return []
    key = table.__table__.c.id
    query = insert(table).returning(key, sort_by_parameter_order=True)
    return list(context.session().scalars(query, [*rows]))


def _add_people(parties: list[Party]) -> list[Change]:
    numbers = _insert(Person, [_columns(party.after) for party in parties])
    for party, number in zip(parties, numbers, strict=True):
        party.person_id = number
    return [
        Change("people.person.add", "people_person", number, number, after=_plain(party.after))
        for party, number in zip(parties, numbers, strict=True)
    ]


def _columns(values: PersonValues) -> dict[str, Any]:
    return {**asdict(values), "sort_key": search_key(values.surname, values.first_name, values.patronymic)}


def _plain(values: PersonValues) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in asdict(values).items()}


def _change_people(parties: list[Party]) -> list[Change]:
    if not parties:
        return []
    rows = as_table(
        "changed", PERSON, [{"id": party.person_id, **_columns(party.after)} for party in parties]
    )
    values = {name: rows.c[name] for name in PERSON if name != "id"}
    context.session().execute(
        update(Person).where(Person.id == rows.c.id).values(values), execution_options=APART
    )
    return [_correction(party, party.before) for party in parties if party.before]


def _correction(party: Party, former: PersonValues) -> Change:
    before, after = _plain(former), _plain(party.after)
    changed = [name for name in after if after[name] != before[name]]
    return Change(
        "people.person.correct",
        "people_person",
        party.person_id,
        party.person_id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def _add_students(parties: list[Party]) -> list[Change]:
    rows = as_table("added", {"id": BigInteger}, [{"id": party.person_id} for party in parties])
    if parties:
        context.session().execute(insert(Student).from_select(["person_id"], select(rows.c.id)))
    return [Change("people.student.add", "people_student", p.person_id, p.person_id) for p in parties]


def _set_positions(staff: Mapping[Party, tuple[str | None, str]]) -> list[Change]:
    types: dict[str, Kind] = {"person_id": BigInteger, "position": Text}
    _merge(
        Staff, types, [{"person_id": p.person_id, "position": after} for p, (_, after) in staff.items()], 1
    )
    return [_position(party, before, after) for party, (before, after) in staff.items()]


def _position(party: Party, before: str | None, after: str) -> Change:
    action = "people.staff.add" if before is None else "people.staff.position"
    former = None if before is None else {"position": before}
    return Change(action, "people_staff", party.person_id, party.person_id, former, {"position": after})


def _merge(
    table: type[DeclarativeBase], types: Mapping[str, Kind], rows: Sequence[Mapping[str, Any]], keys: int
) -> None:
    """Add rows, or change those there already; the first `keys` columns tell which they are."""
    if not rows:
        return
    names, source = list(types), as_table("merged", types, rows)
    query = upsert(table).from_select(names, select(*(source.c[name] for name in names)))
    taken = {name: query.excluded[name] for name in names[keys:]}
    context.session().execute(query.on_conflict_do_update(index_elements=names[:keys], set_=taken))


def _bind(bonds: Sequence[Bond]) -> list[Change]:
    types: dict[str, Kind] = {"guardian_id": BigInteger, "student_id": BigInteger, "relation": Text}
    changed = [bond for bond in bonds if bond.before != bond.relation]
    rows = [
        {"guardian_id": b.guardian.person_id, "student_id": b.student.person_id, "relation": b.relation}
        for b in changed
    ]
    _merge(Guardianship, types, rows, 2)
    return [_bond(bond) for bond in changed]


def _bond(bond: Bond) -> Change:
    guardian = {"guardian_id": bond.guardian.person_id}
    before = None if bond.before is None else {**guardian, "relation": bond.before}
    after = {**guardian, "relation": bond.relation}
    student = bond.student.person_id
    return Change("people.guardianship.set", "people_guardianship", None, student, before, after)


def _add_classes(plan: Plan) -> tuple[dict[ClassKey, int], list[Change]]:
    """The classes made for this import: those of grades 1 to 9 have quarters, the others half-years."""
    keys = list(plan.work.classes)
    rows = [
        {
            "year_id": plan.year_id,
            "grade": grade,
            "letter": letter,
            "scheme": "quarters" if grade <= QUARTERS_UP_TO else "half_years",
        }
        for grade, letter in keys
    ]
    numbers = _insert(SchoolClass, rows)
    made = dict(zip(keys, numbers, strict=True))
    changes = [
        Change("school.class.add", "school_class", n, after=row) for n, row in zip(numbers, rows, strict=True)
    ]
    return made, changes


def _place(moves: Sequence[Move], classes: Mapping[ClassKey, int]) -> list[Change]:
    return [
        *_end([move for move in moves if move.ended]),
        *_correct([move for move in moves if move.corrected], classes),
        *_enrol([move for move in moves if not move.corrected], classes),
    ]


def _end(moves: Sequence[Move]) -> list[Change]:
    days = {m.ended.id: m.starts - ONE_DAY for m in moves if m.ended}
    _update_places("ends", Date, days)
    return [
        Change(
            "people_enrolment.end",
            "people_enrolment",
            move.ended.id,
            move.student.person_id,
            before={"ends": str(move.ended.ends) if move.ended.ends else None},
            after={"ends": str(days[move.ended.id])},
        )
        for move in moves
        if move.ended
    ]


def _correct(moves: Sequence[Move], classes: Mapping[ClassKey, int]) -> list[Change]:
    taken = {m.corrected.id: classes[m.school_class] for m in moves if m.corrected}
    _update_places("class_id", BigInteger, taken)
    return [
        Change(
            "people_enrolment.correct",
            "people_enrolment",
            move.corrected.id,
            move.student.person_id,
            {"class_id": move.corrected.class_id},
            {"class_id": taken[move.corrected.id]},
        )
        for move in moves
        if move.corrected
    ]


def _update_places(column: str, kind: Kind, values: Mapping[int, Any]) -> None:
    if not values:
        return
    rows = as_table(
        "changed", {"id": BigInteger, "value": kind}, [{"id": n, "value": v} for n, v in values.items()]
    )
    query = update(Enrolment).where(Enrolment.id == rows.c.id).values({column: rows.c.value})
    context.session().execute(query, execution_options=APART)


def _enrol(moves: Sequence[Move], classes: Mapping[ClassKey, int]) -> list[Change]:
    rows = [
        {"student_id": m.student.person_id, "class_id": classes[m.school_class], "starts": m.starts}
        for m in moves
    ]
    numbers = _insert(Enrolment, rows)
    return [
        Change(
            "people_enrolment.add",
            "people_enrolment",
            number,
            move.student.person_id,
            after={name: str(value) for name, value in row.items()},
        )
        for number, move, row in zip(numbers, moves, rows, strict=True)
    ]
