"""What the school keeps about one person: handed out, erased, brought together from two entries.

Every owner of tables in the school takes part, whether the school has it on or not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, inspect, select

from parta.kernel import access, audit, clock, context, modules
from parta.kernel.audit import AuditRow
from parta.kernel.contributions import ExportPart
from parta.kernel.db import Base
from parta.kernel.errors import Conflict
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need
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
from parta.people.services import erasures
from parta.people.services.merging import MERGED
from parta.people.services.referrers import is_left_behind, still_referring

EXPORT = "people:custody:export"
ERASE = "people:custody:erase"


def export(person_id: int) -> list[ExportPart]:
    """Everything that the school keeps about a person, a table a part.

    Raises NotFound; ValueError when two owners export under one name, a fault of the program.
    """
    access.require(EXPORT)
    need(Person, person_id, _("There is no such person."))
    found = [*_own_parts(person_id), _changes(person_id)]
    found += modules.custody_hooks().collect("export_person", school=context.school(), person_id=person_id)
    names = [part.name for part in found]
    if len(set(names)) < len(names):
        raise ValueError(f"two parts of an export have the same name: {sorted(names)}")
    audit.record("people.person.export", "people_person", person_id, person_id=person_id)
    return found


def erase(person_id: int) -> None:
    """Delete a person with everything kept about them; the record of changes keeps only that there were some.

    Raises NotFound; Conflict naming the tables in which data of the person would be left.
    """
    access.require(ERASE)
    need(Person, person_id, _("There is no such person."))
    _refuse([name for name in still_referring(person_id) if is_left_behind(name)])
    school = context.school()
    modules.custody_hooks().all_or_nothing("erase_person", school=school, person_id=person_id)
    _refuse(still_referring(person_id))
    _delete_own(person_id)
    actor = access.current()
    for number in (person_id, *formerly(person_id)):
        erasing = func.kernel_audit_erase(number, clock.now(), actor.user_id, actor.name)
        context.session().execute(select(erasing))
    context.survive(erasures.remember)


def erase_again(since: datetime) -> list[int]:
    """After a back-up made at `since` was restored: erase whom the school has erased after that moment.

    Returns their numbers. Raises as `erase`.
    """
    access.require(ERASE)
    wanted = {one.person_id for one in erasures.remembered() if one.at >= since}
    found = sorted(context.session().scalars(select(Person.id).where(Person.id.in_(wanted))))
    for person_id in found:
        erase(person_id)
    return found


def formerly(person_id: int) -> list[int]:
    """The numbers that the person had before entries were brought together."""
    query = select(AuditRow.object_id).where(AuditRow.action == MERGED, AuditRow.person_id == person_id)
    found = [number for number in context.session().scalars(query) if number]
    return [*found, *(older for number in found for older in formerly(number))]


def _refuse(tables: list[str]) -> None:
    if tables:
        listed = ", ".join(tables)
        raise Conflict(
            _(
                "These tables still hold data of the person: %(tables)s. Install the module they belong to,"
                " or purge it.",
                tables=listed,
            ),
            tables=tables,
        )


def _own_parts(person_id: int) -> list[ExportPart]:
    sources: list[tuple[str, str, type[Base], Any]] = [
        ("person", _("Person"), Person, Person.id == person_id),
        ("staff", _("Staff"), Staff, Staff.person_id == person_id),
        ("guardians", _("Guardians"), Guardianship, Guardianship.student_id == person_id),
        ("wards", _("Guardian of"), Guardianship, Guardianship.guardian_id == person_id),
        ("classes", _("Classes"), Enrolment, Enrolment.student_id == person_id),
        ("groups", _("Study groups"), GroupMembership, GroupMembership.student_id == person_id),
        ("courses", _("Courses taught"), Teaching, Teaching.person_id == person_id),
        ("homerooms", _("Homeroom teacher of"), Homeroom, Homeroom.person_id == person_id),
    ]
    return [ExportPart(name, title, _rows(table, condition)) for name, title, table, condition in sources]


def _changes(person_id: int) -> ExportPart:
    mine = AuditRow.person_id.in_([person_id, *formerly(person_id)])
    return ExportPart("changes", _("Record of changes"), _rows(AuditRow, mine))


def _rows(model: type[Base], condition: Any) -> tuple[dict[str, Any], ...]:
    """The rows of a table as plain JSON values, without the key under which a search finds them."""
    names = [column.name for column in inspect(model).columns if column.name != "sort_key"]
    found = context.session().scalars(select(model).where(condition).order_by(*inspect(model).primary_key))
    return tuple({name: _plain(getattr(row, name)) for name in names} for row in found)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | bool | dict | list) else str(value)


def _delete_own(person_id: int) -> None:
    session = context.session()
    for table, column in (
        (Guardianship, Guardianship.student_id),
        (Guardianship, Guardianship.guardian_id),
        (Enrolment, Enrolment.student_id),
        (GroupMembership, GroupMembership.student_id),
        (Teaching, Teaching.person_id),
        (Homeroom, Homeroom.person_id),
        (Student, Student.person_id),
        (Staff, Staff.person_id),
        (Person, Person.id),
    ):
        session.execute(delete(table).where(column == person_id))
    session.expire_all()
