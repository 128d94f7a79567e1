"""Courses: many at once for a class, changed, removed (A14, A25); one alone is added in `classes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from parta.kernel import access, audit, context
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need, remove
from parta.school.models import Course, SchoolClass
from parta.school.services import EDIT, VIEW
from parta.school.services.classes import add_course, check_hours


@dataclass(frozen=True, slots=True)
class Planned:
    """A subject taught to a class, with its hours a week."""

    subject_id: int
    course_id: int
    hours_per_week: Decimal


def plan(class_id: int) -> list[Planned]:
    """The courses of a class as a whole, without those of its study groups.

    Raises NotFound.
    """
    access.require(VIEW)
    need(SchoolClass, class_id, _("There is no such class."))
    query = select(Course.subject_id, Course.id, Course.hours_per_week).where(Course.class_id == class_id)
    return [Planned(*row) for row in context.session().execute(query)]


def set_plan(class_id: int, hours: Mapping[int, Decimal | None]) -> None:
    """Say how many hours a week a class is taught each subject: new courses are added, others get new hours.

    None leaves a subject out. Raises NotFound; Invalid at `hours-<subject>` for hours out of bounds and for a
    course that would have none, which is removed on its own page.
    """
    access.require(EDIT)
    there = {planned.subject_id: planned for planned in plan(class_id)}
    wrong: dict[str, str] = {}
    with audit.batch():
        for subject_id, wanted in hours.items():
            try:
                _set(class_id, subject_id, there.get(subject_id), wanted)
            except Invalid as refusal:
                wrong[f"hours-{subject_id}"] = refusal.message
    if wrong:
        raise Invalid(wrong)


def _set(class_id: int, subject_id: int, planned: Planned | None, wanted: Decimal | None) -> None:
    if planned is None and wanted is not None:
        add_course(subject_id, wanted, class_id=class_id)
    elif planned is not None and wanted is None:
        raise Invalid({"hours_per_week": _("This is taught; to end it, open the course and remove it.")})
    elif planned is not None and wanted is not None:
        change_course(planned.course_id, wanted)


def change_course(course_id: int, hours_per_week: Decimal) -> None:
    """Give a course other hours a week.

    Raises NotFound; Invalid for hours that are not between 0.1 and 40.
    """
    access.require(EDIT)
    row = _course(course_id)
    check_hours(hours_per_week)
    if row.hours_per_week == hours_per_week:
        return
    before, row.hours_per_week = row.hours_per_week, hours_per_week
    context.session().flush()
    audit.record(
        "school.course.change",
        "school_course",
        course_id,
        before={"hours": str(before)},
        after={"hours": str(hours_per_week)},
    )


def remove_course(course_id: int) -> None:
    """Remove a course that nobody has taught.

    Raises NotFound; Conflict when it has or had teachers, lessons or other data.
    """
    access.require(EDIT)
    row = _course(course_id)
    before = {"subject_id": row.subject_id, "class_id": row.class_id, "group_id": row.group_id}
    remove(_("The course has teachers, lessons or other data and stays."), row)
    audit.record("school.course.remove", "school_course", course_id, before=before)


def _course(course_id: int) -> Course:
    return need(Course, course_id, _("There is no such course."))
