"""Study groups: found, renamed, removed (A15, A25); they are added in `classes`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from parta.kernel import access, audit, context
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need, remove
from parta.kernel.text import squeeze
from parta.school.models import Group, Subject
from parta.school.services import EDIT, VIEW


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A study group as shown."""

    id: int
    year_id: int
    subject_id: int
    subject: str
    name: str


def get(group_id: int) -> GroupRow:
    """One study group.

    Raises NotFound.
    """
    access.require(VIEW)
    row = _group(group_id)
    subject = need(Subject, row.subject_id, _("There is no such subject."))
    return GroupRow(row.id, row.year_id, row.subject_id, subject.name, row.name)


def rename(group_id: int, name: str) -> None:
    """Give a study group another name.

    Raises NotFound; Invalid when the name is empty or another group of the subject has it.
    """
    access.require(EDIT)
    row, title = _group(group_id), squeeze(name)
    if not title:
        raise Invalid({"name": _("The study group needs a name.")})
    same = select(Group.id).where(
        Group.year_id == row.year_id,
        Group.subject_id == row.subject_id,
        Group.name == title,
        Group.id != group_id,
    )
    if context.session().scalar(same):
        raise Invalid({"name": _("There is a study group “%(name)s” in this subject already.", name=title)})
    before, row.name = row.name, title
    context.session().flush()
    if title != before:
        audit.record(
            "school.group.rename", "school_group", group_id, before={"name": before}, after={"name": title}
        )


def remove_group(group_id: int) -> None:
    """Remove a study group that nobody has been in.

    Raises NotFound; Conflict when it has or had students, a course or other data.
    """
    access.require(EDIT)
    row = _group(group_id)
    before = {"year_id": row.year_id, "subject_id": row.subject_id, "name": row.name}
    remove(_("“%(name)s” has students, a course or other data and stays.", name=row.name), row)
    audit.record("school.group.remove", "school_group", group_id, before=before)


def _group(group_id: int) -> Group:
    return need(Group, group_id, _("There is no such study group."))
