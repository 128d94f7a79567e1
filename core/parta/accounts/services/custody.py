"""What accounts keep about one person: exported, erased, merged."""

from __future__ import annotations

from sqlalchemy import delete, select

from parta.accounts.models import AccessCode, RoleGrant, SignInSession, Token, User
from parta.kernel import context
from parta.kernel.contributions import ExportPart
from parta.kernel.i18n import gettext as _


def export(person_id: int) -> list[ExportPart]:
    """The account, its granted roles and its sessions; never a hash."""
    session = context.session()
    users = session.scalars(select(User).where(User.person_id == person_id)).all()
    grants = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person_id)).all()
    numbers = [user.id for user in users]
    visits = session.scalars(select(SignInSession).where(SignInSession.user_id.in_(numbers))).all()
    return [
        ExportPart(
            "account",
            _("Account"),
            tuple({"login": user.login, "created_at": user.created_at.isoformat()} for user in users),
        ),
        ExportPart(
            "roles",
            _("Roles"),
            tuple({"role": row.role, "granted_at": row.granted_at.isoformat()} for row in grants),
        ),
        ExportPart(
            "sessions",
            _("Sessions"),
            tuple(
                {"address": row.address, "agent": row.agent, "seen_at": row.seen_at.isoformat()}
                for row in visits
            ),
        ),
    ]


def erase(person_id: int) -> None:
    """Delete the person's account with all that hangs on it."""
    session = context.session()
    user = select(User.id).where(User.person_id == person_id)
    for table in (SignInSession, Token):
        session.execute(delete(table).where(table.user_id.in_(user)))
    for owned in (AccessCode, RoleGrant, User):
        session.execute(delete(owned).where(owned.person_id == person_id))


def merge(kept_id: int, dropped_id: int) -> None:
    """Let one account and one grant of each role remain: those of the person kept, where both have one."""
    session = context.session()
    kept_user = session.scalar(select(User.id).where(User.person_id == kept_id))
    if kept_user is not None:
        dropped_user = select(User.id).where(User.person_id == dropped_id)
        for table in (SignInSession, Token):
            session.execute(delete(table).where(table.user_id.in_(dropped_user)))
        session.execute(delete(User).where(User.person_id == dropped_id))
    kept_roles = select(RoleGrant.role).where(RoleGrant.person_id == kept_id)
    session.execute(
        delete(RoleGrant).where(RoleGrant.person_id == dropped_id, RoleGrant.role.in_(kept_roles))
    )
