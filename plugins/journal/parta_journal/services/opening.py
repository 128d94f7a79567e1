"""Which journals whoever acts may open (T-R1, H-R1, A-R1)."""

from __future__ import annotations

from dataclasses import dataclass

from parta.toolkit import clock, current_actor, require, rosters

from parta_journal.services import VIEW, VIEW_ALL


@dataclass(frozen=True, slots=True)
class Openable:
    """Courses that may be opened: those taught, those of the class led, and for leaders all of the year."""

    taught: tuple[rosters.CourseInfo, ...]
    led: tuple[rosters.CourseInfo, ...]
    others: tuple[rosters.CourseInfo, ...]

    @property
    def all(self) -> tuple[rosters.CourseInfo, ...]:
        """Every course once, own ones first."""
        seen: dict[int, rosters.CourseInfo] = {}
        for course in (*self.taught, *self.led, *self.others):
            seen.setdefault(course.id, course)
        return tuple(seen.values())


def openable() -> Openable:
    """The courses of today that whoever acts may open; at most three statements."""
    actor = require(VIEW, VIEW_ALL)
    day, person = clock.today(), actor.person_id
    reads_own = actor.may(VIEW) and person is not None
    return Openable(
        tuple(rosters.courses_taught(person, day)) if reads_own and person else (),
        tuple(rosters.courses_of_classes_led(person, day)) if reads_own and person else (),
        tuple(rosters.courses_of_year(day)) if actor.may(VIEW_ALL) else (),
    )


def openable_of_class(class_id: int) -> list[rosters.CourseInfo]:
    """The courses of a class that whoever acts may open."""
    require(VIEW, VIEW_ALL)
    of_class = rosters.courses_of_class(class_id, clock.today())
    if current_actor().may(VIEW_ALL):
        return of_class
    mine = {course.id for course in openable().all}
    return [course for course in of_class if course.id in mine]
