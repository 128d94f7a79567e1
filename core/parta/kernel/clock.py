"""The one place that knows what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from parta.kernel import context


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The time zone of the school entered, UTC when none is."""
    school = context.school_or_none()
    return ZoneInfo(school.timezone) if school else ZoneInfo("UTC")


def local_now() -> datetime:
    """This moment on the school's own clock."""
    return now().astimezone(zone())


def today() -> date:
    """Today's date in the school's time zone."""
    return local_now().date()
