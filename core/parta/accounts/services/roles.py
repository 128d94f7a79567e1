"""Roles and what each may do (D1).

Four roles follow from what a person is: student, guardian, teacher, homeroom teacher. The others are granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, ScalarSelect, delete, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from parta.accounts.models import RoleGrant, User
from parta.accounts.services import APPOINT, EDIT
from parta.kernel import access, audit, clock, context, modules
from parta.kernel.contributions import Permission
from parta.kernel.errors import Conflict, Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import lazy_gettext
from parta.kernel.rows import need
from parta.people.models import Guardianship, Homeroom, Person, Student, Teaching

TITLES: Mapping[str, Any] = {
    "administrator": lazy_gettext("administrator"),
    "director": lazy_gettext("director"),
    "deputy": lazy_gettext("deputy director"),
    "secretary": lazy_gettext("secretary"),
    "homeroom": lazy_gettext("homeroom teacher"),
    "teacher": lazy_gettext("teacher"),
    "psychologist": lazy_gettext("psychologist or social pedagogue"),
    "student": lazy_gettext("student"),
    "guardian": lazy_gettext("guardian"),
}
GRANTED = ("administrator", "director", "deputy", "secretary", "psychologist")
LEADERS = ("administrator", "director", "deputy")
STAFF_ROLES = frozenset(TITLES) - {"student", "guardian"}


def in_order(roles: Iterable[str]) -> list[str]:
    """The roles as they are always listed: leaders first."""
    held = set(roles)
    return [name for name in TITLES if name in held]


def held_by(
    person: InstrumentedAttribute[int], today: ColumnElement[date] | None = None
) -> ScalarSelect[Any]:
    """The array of the roles that the person in the column `person` of the query around it holds.

    They are those of `today`, by default the school's; a query that is built once names a parameter instead.
    """
    around = person.parent
    today = literal(clock.today(), Date) if today is None else today
    open_now = {
        table: (table.person_id == person)
        & (table.starts <= today)
        & or_(table.ends.is_(None), table.ends >= today)
        for table in (Homeroom, Teaching)
    }
    found = (
        select(RoleGrant.role).where(RoleGrant.person_id == person),
        select(literal("student")).where(Student.person_id == person),
        select(literal("guardian")).where(Guardianship.guardian_id == person),
        select(literal("homeroom")).where(open_now[Homeroom]),
        select(literal("teacher")).where(open_now[Teaching]),
    )
    together = union_all(*(query.correlate(around) for query in found)).subquery()
    return select(func.array_agg(together.c[0].distinct())).scalar_subquery()


def roles_of(person_id: int) -> list[str]:
    """The roles of one person today, leaders first."""
    access.require(EDIT, APPOINT)
    return in_order(context.session().scalar(select(held_by(Person.id)).where(Person.id == person_id)) or ())


def all_permissions() -> list[Permission]:
    """Every right that the core and the installed plugins declare."""
    return [owned.value for owned in modules.registry().contributions.permissions.values()]


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """The rights that holders of any of `roles` have."""
    held = set(roles)
    return frozenset(right.name for right in all_permissions() if held.intersection(right.roles))


def grantable() -> list[str]:
    """The roles that whoever acts may grant and revoke."""
    actor = access.signed_in()
    return [role for role in GRANTED if actor.may(_right_for(role))]


def grant(person_id: int, role: str) -> None:
    """Grant a role; granted again, nothing changes. Only who may appoint grants administrator or director.

    Raises NotFound for an unknown person, Invalid for a role that is not granted by hand.
    """
    _check_right(role)
    need(Person, person_id, _("There is no such person."))
    same = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role == role)
    if context.session().scalar(same):
        return
    row = RoleGrant(person_id=person_id, role=role, granted_at=clock.now())
    context.session().add(row)
    context.session().flush()
    audit.record(
        "accounts.role.grant", "accounts_role_grant", row.id, person_id=person_id, after={"role": role}
    )


def revoke(person_id: int, role: str) -> None:
    """Take a granted role away; it may be missing.

    Raises Invalid for a role that is not granted by hand, Conflict when no administrator would remain (D1).
    """
    _check_right(role)
    if role == "administrator":
        check_administrator_beside(person_id)
    mine = (RoleGrant.person_id == person_id) & (RoleGrant.role == role)
    number = context.session().scalar(delete(RoleGrant).where(mine).returning(RoleGrant.id))
    if number:
        before = {"role": role}
        audit.record(
            "accounts.role.revoke", "accounts_role_grant", number, person_id=person_id, before=before
        )


def _check_right(role: str) -> None:
    access.require(_right_for(role))
    if role not in GRANTED:
        raise Invalid(
            {"role": _("This role follows from the person's place at the school and cannot be granted.")}
        )


def _right_for(role: str) -> str:
    return APPOINT if role in {"administrator", "director"} else EDIT


def check_administrator_beside(person_id: int) -> None:
    """Let pass when somebody else could administrate, were this person gone (D1); the rows stay locked.

    Raises Conflict.
    """
    query = (
        select(RoleGrant.person_id)
        .join(User, User.person_id == RoleGrant.person_id)
        .where(RoleGrant.role == "administrator", User.is_active)
        .order_by(RoleGrant.id)
        .with_for_update(of=(RoleGrant, User))
    )
    if not set(context.session().scalars(query)) - {person_id}:
        raise Conflict(
            _("At least one administrator must remain. Appoint another, who has registered, first.")
        )
