"""What each school does daily by itself: late rather than never, and once."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from parta.kernel import access, clock, context, directory, jobs, modules
from parta.kernel.contributions import Job
from parta.kernel.db import Database
from parta.kernel.installation import owners
from parta.kernel.migrations import Currency
from parta.kernel.models import Scheduled
from parta.kernel.plugins import Registry

log = logging.getLogger(__name__)


class Timetable:
    """Queues daily jobs of all schools as they come due; remembers when to look into a school next."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self.database = database
        self.registry = registry
        self.currency = Currency(database, owners(registry))
        self._next: dict[int, tuple[int, datetime]] = {}

    def start_due(self) -> int:
        """Queue what is due in every school; one school's trouble is logged and keeps no other waiting."""
        with self.database.directory() as connection:
            schools = directory.all_schools(connection)
        started = 0
        for school in schools:
            revision, due = self._next.get(school.id, (0, clock.now()))
            if revision == school.revision and due > clock.now():
                continue
            try:
                started += self._start_in(school)
            except Exception:
                log.exception("the schedule of %s failed", school.slug)
        return started

    def _start_in(self, school: context.School) -> int:
        if not self.currency.holds(school):
            return 0
        with self.database.enter(school), access.acting(access.SYSTEM):
            started, due = start_due_here()
        self._next[school.id] = school.revision, due
        return started


def start_due_here() -> tuple[int, datetime]:
    """Queue what is due in the school entered; how many were queued, and when to look again."""
    rows = {row.name: row for row in context.session().scalars(select(Scheduled).with_for_update())}
    daily = _daily()
    for name in rows.keys() - daily.keys():
        context.session().delete(rows[name])
    started, now = 0, clock.now()
    due = [now + timedelta(days=1)]
    for name, job in daily.items():
        row = rows.get(name) or Scheduled(name=name, at="")
        if row.at != job.at:
            row.at, row.due = job.at, next_time(job.at, now)
        elif row.due <= now:
            jobs.defer(name)
            started, row.due = started + 1, next_time(job.at, now)
        context.session().add(row)
        due.append(row.due)
    return started, min(due)


def _daily() -> dict[str, Job]:
    """The jobs with a time of day, of the core and of the plugins that the school has on."""
    registry, on = modules.registry(), modules.enabled()
    return {
        name: owned.value
        for name, owned in registry.contributions.jobs.items()
        if owned.value.at and (owned.owner not in registry.plugins or owned.owner in on)
    }


def next_time(at: str, after: datetime) -> datetime:
    """The next moment after `after` at which the school's clock shows `at`."""
    zone = clock.zone()
    day, wanted = after.astimezone(zone).date(), time.fromisoformat(at)
    moment = datetime.combine(day, wanted, zone).astimezone(UTC)
    if moment <= after:
        moment = datetime.combine(day + timedelta(days=1), wanted, zone).astimezone(UTC)
    return moment
