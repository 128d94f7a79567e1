"""What accounts no longer need is removed every night."""

from datetime import timedelta

import time_machine
from parta.accounts.models import AccessCode, Attempt, SignInSession
from parta.accounts.services import codes, sweeping
from parta.kernel import clock


def left(site):
    with site.enter() as unit:
        return [unit.session.query(table).count() for table in (SignInSession, AccessCode, Attempt)]


def test_dead_sessions_codes_and_failures_go_and_live_ones_stay(site):
    person = site.person("director")
    site.client(person)
    site.client().post(site.url("/sign-in"), data={"login": "nobody", "password": "x"})
    with site.enter():
        codes.issue(person)
        sweeping.sweep()
    assert left(site) == [1, 1, 2]
    with time_machine.travel(clock.now() + timedelta(days=31)), site.enter():
        sweeping.sweep()
    assert left(site) == [0, 0, 0]
