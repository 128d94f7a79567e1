"""Who may see more of a person than the name: phone, e-mail address, birth date."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union

from parta.kernel import access, clock, context
from parta.people.models import Enrolment, Guardianship, Homeroom
from parta.people.services import CONTACTS, EDIT
from parta.people.services.spans import holds_on


def sees_everyone() -> bool:
    """Whether whoever acts may see the contacts of everybody."""
    return access.current().may(CONTACTS, EDIT)


def seen(person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people whose contacts whoever acts may see.

    Beside those who see everyone's: the person, and the homeroom teacher of a student or a guardian's ward.
    """
    asked = frozenset(person_ids)
    if sees_everyone():
        return asked
    actor = access.current()
    own = asked & {actor.person_id}
    if "homeroom" in actor.roles and actor.person_id is not None and asked > own:
        return own | asked & _of_my_class(actor.person_id)
    return own


def _of_my_class(teacher_id: int) -> frozenset[int]:
    """The students of the classes that a teacher leads today, and their guardians; read once in a unit."""
    cache, key = context.unit().cache, f"people.of_my_class.{teacher_id}"
    if key not in cache:
        today = clock.today()
        students = (
            select(Enrolment.student_id)
            .join(Homeroom, Homeroom.class_id == Enrolment.class_id)
            .where(Homeroom.person_id == teacher_id, holds_on(Homeroom, today), holds_on(Enrolment, today))
        )
        guardians = select(Guardianship.guardian_id).where(Guardianship.student_id.in_(students))
        cache[key] = frozenset(context.session().scalars(union(students, guardians)))
    known: frozenset[int] = cache[key]
    return known
