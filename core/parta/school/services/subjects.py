"""The list of subjects (A14)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from parta.kernel import access, audit, context
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Page, Paging, paginate
from parta.kernel.rows import need, remove
from parta.kernel.text import search_key, squeeze
from parta.school.models import Subject
from parta.school.services import EDIT, VIEW
from parta.school.services.usual import SUBJECTS


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject as shown."""

    id: int
    name: str
    short_name: str


def listing(paging: Paging) -> Page[SubjectRow]:
    """The subjects, by name, found by part of it."""
    access.require(VIEW)
    return paginate(
        select(Subject.id, Subject.name, Subject.short_name),
        paging,
        lambda row: SubjectRow(row.id, row.name, row.short_name),
        sorts={"name": Subject.sort_key, "short_name": func.lower(Subject.short_name)},
        default="name",
        search=Subject.sort_key,
        tie=Subject.id,
    )


def all_subjects() -> list[SubjectRow]:
    """Every subject, by name, to choose from."""
    access.require(VIEW)
    query = select(Subject.id, Subject.name, Subject.short_name).order_by(Subject.sort_key)
    return [SubjectRow(*row) for row in context.session().execute(query)]


def get(subject_id: int) -> SubjectRow:
    """One subject.

    Raises NotFound.
    """
    access.require(VIEW)
    row = _subject(subject_id)
    return SubjectRow(row.id, row.name, row.short_name)


def add_usual() -> int:
    """Add the subjects that most schools teach, as far as they are not there; returns how many were added."""
    access.require(EDIT)
    there = set(context.session().scalars(select(Subject.sort_key)))
    missing = [(name, short) for name, short in SUBJECTS if search_key(name) not in there]
    with audit.batch():
        for name, short in missing:
            save(name, short)
    return len(missing)


def remove_subject(subject_id: int) -> None:
    """Remove a subject that nobody is taught.

    Raises NotFound; Conflict when a course or a study group is of this subject.
    """
    access.require(EDIT)
    row = _subject(subject_id)
    before = {"name": row.name, "short_name": row.short_name}
    remove(_("“%(name)s” is taught in a class or a study group and stays.", name=row.name), row)
    audit.record("school.subject.remove", "school_subject", subject_id, before=before)


def save(name: str, short_name: str = "", subject_id: int | None = None) -> int:
    """Add a subject, or rename the one with `subject_id`; returns its number.

    Raises Invalid when the name is empty or taken, NotFound for an unknown subject.
    """
    access.require(EDIT)
    title = squeeze(name)
    row = _subject(subject_id) if subject_id else Subject()
    _check_name(title, subject_id)
    before = {"name": row.name, "short_name": row.short_name} if subject_id else None
    row.name, row.short_name, row.sort_key = title, squeeze(short_name) or title, search_key(title)
    context.session().add(row)
    context.session().flush()
    after = {"name": row.name, "short_name": row.short_name}
    audit.record("school.subject.save", "school_subject", row.id, before=before, after=after)
    return row.id


def _check_name(name: str, subject_id: int | None) -> None:
    if not name:
        raise Invalid({"name": _("The subject needs a name.")})
    same = select(Subject.id).where(Subject.sort_key == search_key(name), Subject.id != (subject_id or 0))
    if context.session().scalar(same):
        raise Invalid({"name": _("There is a subject “%(name)s” already.", name=name)})


def _subject(subject_id: int) -> Subject:
    return need(Subject, subject_id, _("There is no such subject."))
