"""How far a person's rights reach: own courses, own class, or all (T-R1, H-R1, A-R1, D-R1, Z-R1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from parta.toolkit import Actor, current_actor, rosters

from parta_journal.services import VIEW, VIEW_ALL, WRITE_ABSENCES, WRITE_MARKS


@dataclass(frozen=True, slots=True)
class Reach:
    """What whoever acts is in charge of in some span of days, and the rights they hold."""

    actor: Actor
    held: tuple[rosters.Held, ...]

    def teaches(self, course_id: int, day: date) -> bool:
        """Whether marks and lessons of the course may be written for `day`: by who teaches it then (T-R1)."""
        return self.actor.may(WRITE_MARKS) and (
            self.actor.is_system or any(h.course_id == course_id and h.holds(day) for h in self.held)
        )

    def notes_absence(self, course_id: int, class_id: int | None, day: date) -> bool:
        """Whether absences of the class's students may be written: by teacher or homeroom teacher (H-R1)."""
        if not self.actor.may(WRITE_ABSENCES):
            return False
        leads = any(h.class_id is not None and h.class_id == class_id and h.holds(day) for h in self.held)
        return leads or self.teaches(course_id, day)

    def reads_course(self, course_id: int) -> bool:
        """Whether the course's whole journal may be read: by leaders, and by who teaches it in the year."""
        if self.actor.may(VIEW_ALL):
            return True
        return self.actor.may(VIEW) and any(h.course_id == course_id for h in self.held)

    def reads_classes(self) -> Collection[int]:
        """The classes whose students may be read on every course: those led in the year (H-R1)."""
        if not self.actor.may(VIEW):
            return ()
        return {h.class_id for h in self.held if h.class_id is not None}


def reach(first: date, last: date) -> Reach:
    """How far whoever acts now reaches on any of these days; one statement."""
    actor = current_actor()
    return Reach(actor, tuple(rosters.held(actor.person_id, first, last)))
