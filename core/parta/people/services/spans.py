"""Places that people hold from a day to a day: shown, corrected, ended, taken back (A17, A25).

A place is one row of an enrolment, a membership of a study group, a teaching or a homeroom; its kind and
number name it. New ones are given in `places`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, literal, or_, select, union_all

from parta.kernel import access, audit, context
from parta.kernel.errors import Invalid, NotFound
from parta.kernel.i18n import gettext as _
from parta.people.models import Enrolment, GroupMembership, Homeroom, Teaching
from parta.people.services import EDIT, VIEW
from parta.school.models import Course, Group, SchoolClass, Subject, Year

AnyPlace = Enrolment | GroupMembership | Homeroom | Teaching
TABLES: dict[str, Any] = {
    "class": Enrolment,
    "group": GroupMembership,
    "course": Teaching,
    "homeroom": Homeroom,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A place as shown: `target_id` is the class, study group or course, `title` what it is called.

    `year_starts` and `year_ends` bound the year in which it lies.
    """

    kind: str
    id: int
    person_id: int
    target_id: int
    title: str
    starts: date
    ends: date | None
    year: str
    year_starts: date
    year_ends: date

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`, in its year."""
        return self.starts <= day <= min(self.ends or self.year_ends, self.year_ends)


def holds_on(
    table: type[Enrolment | GroupMembership | Homeroom | Teaching], day: date
) -> ColumnElement[bool]:
    """Whether a row of the table holds on `day`."""
    return and_(table.starts <= day, or_(table.ends.is_(None), table.ends >= day))


def of_person(person_id: int) -> list[Span]:
    """Every place that a person holds or held, the latest first."""
    access.require(VIEW)
    spans = _spans().subquery()
    query = select(spans).where(spans.c.person_id == person_id)
    ordered = query.order_by(spans.c.starts.desc(), spans.c.kind, spans.c.title)
    return [Span(*row) for row in context.session().execute(ordered)]


def get(kind: str, span_id: int) -> Span:
    """One place.

    Raises NotFound.
    """
    access.require(VIEW)
    spans = _spans().subquery()
    query = select(spans).where(spans.c.kind == kind, spans.c.id == span_id)
    row = context.session().execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such entry."))
    return Span(*row)


def correct(kind: str, span_id: int, starts: date, ends: date | None) -> None:
    """Give a place other days; no end means that it still holds. The old days stay in the audit record.

    Raises NotFound; Invalid when the days are out of order or outside the year, or meet another place that
    cannot be held beside this one.
    """
    access.require(EDIT)
    span = get(kind, span_id)
    _check_days(span, starts, ends)
    if other := _beside(span, starts, ends):
        raise Invalid({"starts": _("These days meet another entry: %(what)s.", what=_said(other))})
    if (starts, ends) == (span.starts, span.ends):
        return
    row = _row(span)
    row.starts, row.ends = starts, ends
    context.session().flush()
    audit.record(
        f"{row.__tablename__}.correct",
        row.__tablename__,
        span_id,
        person_id=span.person_id,
        before=_days(span.starts, span.ends),
        after=_days(starts, ends),
    )


def take_back(kind: str, span_id: int) -> None:
    """Remove a place that was entered by mistake; it stays in the audit record.

    Raises NotFound.
    """
    access.require(EDIT)
    span = get(kind, span_id)
    row = _row(span)
    context.session().delete(row)
    context.session().flush()
    before = {"target_id": span.target_id, **_days(span.starts, span.ends)}
    table = row.__tablename__
    audit.record(f"{table}.take_back", table, span_id, person_id=span.person_id, before=before)


def _row(span: Span) -> AnyPlace:
    row: AnyPlace = context.session().get_one(TABLES[span.kind], span.id)
    return row


def _check_days(span: Span, starts: date, ends: date | None) -> None:
    inside = _(
        "The day must lie within the year %(name)s: %(starts)s to %(ends)s.",
        name=span.year,
        starts=span.year_starts.strftime("%d.%m.%Y"),
        ends=span.year_ends.strftime("%d.%m.%Y"),
    )
    wrong = {}
    if not span.year_starts <= starts <= span.year_ends:
        wrong["starts"] = inside
    if ends is not None and not span.year_starts <= ends <= span.year_ends:
        wrong["ends"] = inside
    elif ends is not None and ends < starts:
        wrong["ends"] = _("The last day is before the first.")
    if wrong:
        raise Invalid(wrong)


def _beside(span: Span, starts: date, ends: date | None) -> Span | None:
    """Another place on these days that cannot be held beside this one."""
    spans = _spans().subquery()
    meeting = select(spans).where(
        spans.c.kind == span.kind,
        spans.c.id != span.id,
        or_(spans.c.ends.is_(None), spans.c.ends >= starts),
        _rivals(span, spans.c),
    )
    if ends is not None:
        meeting = meeting.where(spans.c.starts <= ends)
    row = context.session().execute(meeting.order_by(spans.c.starts).limit(1)).one_or_none()
    return Span(*row) if row else None


def _rivals(span: Span, columns: Any) -> ColumnElement[bool]:
    """Which places exclude this one: one class at a time, one group a subject, one homeroom teacher."""
    mine: ColumnElement[bool] = columns.person_id == span.person_id
    here: ColumnElement[bool] = columns.target_id == span.target_id
    if span.kind == "class":
        return mine
    if span.kind == "homeroom":
        return here
    if span.kind == "course":
        return mine & here
    this = select(Group.subject_id, Group.year_id).where(Group.id == span.target_id).subquery()
    same = select(Group.id).where(Group.subject_id == this.c.subject_id, Group.year_id == this.c.year_id)
    among: ColumnElement[bool] = columns.target_id.in_(same)
    return mine & among


def _said(span: Span) -> str:
    ends = f"{span.ends:%d.%m.%Y}" if span.ends else "…"
    return f"{span.title}, {span.starts:%d.%m.%Y} – {ends}"


def _days(starts: date, ends: date | None) -> dict[str, str | None]:
    return {"starts": starts.isoformat(), "ends": ends.isoformat() if ends else None}


def _spans() -> CompoundSelect[*tuple[Any, ...]]:
    """Places of all kinds with the columns of `Span`."""
    class_title = func.concat(SchoolClass.grade, SchoolClass.letter)
    group_title = func.concat(Subject.name, " · ", Group.name)
    course_title = func.concat(Subject.name, " · ", func.coalesce(Group.name, class_title))
    in_class, in_group, taught, led = (
        _columns("class", Enrolment, Enrolment.student_id, SchoolClass, class_title),
        _columns("group", GroupMembership, GroupMembership.student_id, Group, group_title),
        _columns("course", Teaching, Teaching.person_id, Course, course_title),
        _columns("homeroom", Homeroom, Homeroom.person_id, SchoolClass, class_title),
    )
    return union_all(
        in_class.join(SchoolClass, SchoolClass.id == Enrolment.class_id).join(
            Year, Year.id == SchoolClass.year_id
        ),
        in_group.join(Group, Group.id == GroupMembership.group_id)
        .join(Subject, Subject.id == Group.subject_id)
        .join(Year, Year.id == Group.year_id),
        taught.join(Course, Course.id == Teaching.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(Year, Year.id == Course.year_id)
        .outerjoin(SchoolClass, SchoolClass.id == Course.class_id)
        .outerjoin(Group, Group.id == Course.group_id),
        led.join(SchoolClass, SchoolClass.id == Homeroom.class_id).join(Year, Year.id == SchoolClass.year_id),
    )


def _columns(kind: str, table: Any, person: Any, target: Any, title: Any) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind).label("kind"),
        table.id.label("id"),
        person.label("person_id"),
        target.id.label("target_id"),
        title.label("title"),
        table.starts.label("starts"),
        table.ends.label("ends"),
        Year.name.label("year"),
        Year.starts.label("year_starts"),
        Year.ends.label("year_ends"),
    ).select_from(table)
