"""Two entries that are one person become one: what refers to the one refers to the other after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnClause, column, delete, insert, literal, select, table, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from parta.kernel import access, audit, context, modules
from parta.kernel.errors import Conflict, Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need
from parta.kernel.text import search_key
from parta.people.models import (
    Enrolment,
    GroupMembership,
    Guardianship,
    Homeroom,
    Person,
    Teaching,
)
from parta.people.services.persons import PersonValues
from parta.people.services.referrers import PERSON, Reference, held, pointing_at, references

MERGE = "people:custody:merge"
MERGED = "people.person.merge"
FIELDS = tuple(PersonValues.__dataclass_fields__)

Place = TypeVar("Place", Enrolment, GroupMembership, Homeroom, Teaching)


def merge(kept_id: int, dropped_id: int) -> None:
    """Make one person of two entries: `kept_id` stays, and takes over what refers to `dropped_id`.

    What the kept entry does not say of the person is taken from the other. Raises NotFound; Invalid when
    both are the same entry; Conflict when both have rows that cannot both stand, such as a place in a class.
    """
    access.require(MERGE)
    kept = need(Person, kept_id, _("There is no such person."))
    dropped = need(Person, dropped_id, _("There is no such person."))
    if kept_id == dropped_id:
        raise Invalid({"dropped": _("This is the same entry.")})
    known = {name: getattr(dropped, name) for name in FIELDS}
    try:
        with context.session().begin_nested():
            _settle(kept_id, dropped_id)
            _move(PERSON, kept_id, dropped_id, references())
    except IntegrityError as error:
        name = error.orig.diag.table_name if error.orig else ""  # type: ignore[attr-defined]
        raise Conflict(
            _("Both entries have rows in %(table)s that cannot both stand.", table=name), tables=[name]
        ) from None
    context.session().expire_all()
    _complete(kept, known)
    before = {name: None if value is None else str(value) for name, value in known.items()}
    audit.record(MERGED, "people_person", dropped_id, person_id=kept_id, before=before)


def _settle(kept_id: int, dropped_id: int) -> None:
    """Remove or join what could not stand twice: the core's own, then every other owner's."""
    _settle_guardianships(kept_id, dropped_id)
    _join(Enrolment, Enrolment.student_id, Enrolment.class_id, kept_id, dropped_id)
    _join(GroupMembership, GroupMembership.student_id, GroupMembership.group_id, kept_id, dropped_id)
    _join(Teaching, Teaching.person_id, Teaching.course_id, kept_id, dropped_id)
    _join(Homeroom, Homeroom.person_id, Homeroom.class_id, kept_id, dropped_id)
    _check_classes(kept_id, dropped_id)
    hooks = modules.custody_hooks()
    hooks.all_or_nothing("merge_persons", school=context.school(), kept_id=kept_id, dropped_id=dropped_id)
    context.session().flush()


def _settle_guardianships(kept_id: int, dropped_id: int) -> None:
    """Nobody is their own guardian, and nobody is twice the guardian of the same student."""
    guardian, student = Guardianship.guardian_id, Guardianship.student_id
    both = (kept_id, dropped_id)
    session = context.session()
    session.execute(delete(Guardianship).where(guardian.in_(both), student.in_(both)))
    wards = select(student).where(guardian == kept_id).scalar_subquery()
    session.execute(delete(Guardianship).where(guardian == dropped_id, student.in_(wards)))
    guardians = select(guardian).where(student == kept_id).scalar_subquery()
    session.execute(delete(Guardianship).where(student == dropped_id, guardian.in_(guardians)))


def _join(
    model: type[Place],
    person: InstrumentedAttribute[int],
    place: InstrumentedAttribute[int],
    kept_id: int,
    dropped_id: int,
) -> None:
    """Make one stay of two stays of both entries at the same place on the same days."""
    session = context.session()
    mine = session.scalars(select(model).where(person == kept_id).order_by(model.starts)).all()
    for other in session.scalars(select(model).where(person == dropped_id)).all():
        for stay in mine:
            if getattr(stay, place.key) == getattr(other, place.key) and _overlap(stay, other):
                stay.starts = min(stay.starts, other.starts)
                ends = [day for day in (stay.ends, other.ends) if day is not None]
                stay.ends = max(ends) if len(ends) == 2 else None
                _move((model.__tablename__, "id"), stay.id, other.id, references())
                break
    session.flush()
    session.expire_all()


def _overlap(one: Any, other: Any) -> bool:
    return (other.ends is None or one.starts <= other.ends) and (one.ends is None or other.starts <= one.ends)


def _check_classes(kept_id: int, dropped_id: int) -> None:
    """A student is in one class at a time."""
    session = context.session()
    mine = session.scalars(select(Enrolment).where(Enrolment.student_id == kept_id)).all()
    others = session.scalars(select(Enrolment).where(Enrolment.student_id == dropped_id)).all()
    if any(_overlap(one, other) for one in mine for other in others):
        raise Conflict(
            _("On the same days the two entries are in different classes; end one of these places first."),
            tables=["people_enrolment"],
        )


def _move(key: tuple[str, str], kept_id: int, dropped_id: int, among: list[Reference]) -> None:
    """Let everything that refers to the row `dropped_id` refer to `kept_id`, and delete that row."""
    session = context.session()
    name: ColumnClause[Any]
    for found in pointing_at(*key, among):
        if pointing_at(found.table, found.column, among):
            if session.execute(held(found, dropped_id)).first() is None:
                continue
            if session.execute(held(found, kept_id)).first() is None:
                _copy(found, kept_id, dropped_id)
            _move((found.table, found.column), kept_id, dropped_id, among)
        else:
            name = column(found.column)
            moving = update(table(found.table, name)).where(name == dropped_id).values({name: kept_id})
            session.execute(moving)
    name = column(key[1])
    session.execute(delete(table(key[0], name)).where(name == dropped_id))


def _copy(found: Reference, kept_id: int, dropped_id: int) -> None:
    """Give the kept entry the row that others will refer to, such as that it is a student."""
    session = context.session()
    names = _columns(found.table)
    source = table(found.table, *map(column, names))
    values = [literal(kept_id) if name == found.column else source.c[name] for name in names]
    chosen = select(*values).where(source.c[found.column] == dropped_id)
    session.execute(insert(source).from_select(names, chosen))


def _columns(name: str) -> list[str]:
    """The columns of a table that are not numbered or reckoned by PostgreSQL itself."""
    catalogue = table(
        "columns", *map(column, ("table_schema", "table_name", "column_name", "is_identity", "is_generated")),
        schema="information_schema",
    )  # fmt: skip
    query = select(catalogue.c.column_name).where(
        catalogue.c.table_schema == context.school().schema,
        catalogue.c.table_name == name,
        catalogue.c.is_identity == "NO",
        catalogue.c.is_generated == "NEVER",
    )
    return [str(found) for found in context.session().scalars(query)]


def _complete(kept: Person, known: Mapping[str, Any]) -> None:
    """Take from the dropped entry what the kept one does not say."""
    for name, value in known.items():
        if not getattr(kept, name):
            setattr(kept, name, value)
    kept.sort_key = search_key(kept.surname, kept.first_name, kept.patronymic)
    context.session().flush()
