"""`parta serve`: the one supervisor of an installation on this machine.

It keeps the embedded PostgreSQL, the web processes and the worker running, and stops them in the order web,
worker, database. Its children hold a pipe from it and end when it closes.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from parta.kernel import installation, web
from parta.kernel.children import Child, Record, command
from parta.kernel.lifeline import LIFELINE
from parta.kernel.postgres import ServerError
from parta.kernel.settings import Settings

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.2
RECORD_SECONDS = 2


class Supervisor:
    """Runs an installation until it is told to stop; `target` names the factory of the web application."""

    def __init__(self, settings: Settings, target: str = web.APPLICATION) -> None:
        self.settings = settings
        self.target = target
        self.stopping = threading.Event()
        self.record = Record(settings.data / "processes.json")
        self._announced = False
        self._recorded_at = 0.0
        self._database_pause = 0.0
        self._database_failures = 0

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises ServerError when the data folder is served already, the port is taken or PostgreSQL fails.
        """
        self.settings.data.mkdir(parents=True, exist_ok=True)
        with _alone(self.settings.data / "supervisor.lock"):
            if ended := self.record.end_all():
                log.warning("ended %s processes that a dead supervisor left behind", ended)
            web.check_port(self.settings.host, self.settings.port)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._ask_to_stop)
            with installation.kept_running(self.settings):
                self._prepare()
                self._supervise()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _prepare(self) -> None:
        with installation.opened(self.settings, connections=1) as database:
            installation.prepare(database)

    def _supervise(self) -> None:
        reading, writing = os.pipe()
        served = Child("web", command("web", "--application", self.target), reading, LIFELINE)
        worker = Child("worker", command("worker"), reading, LIFELINE)
        try:
            while not self.stopping.wait(BEAT_SECONDS):
                self._keep_database()
                for child in (served, worker):
                    child.keep()
                self._write_down(served, worker)
                self._announce()
        finally:
            for child in (served, worker):
                child.stop()
            self.record.write([])
            os.close(writing)
            os.close(reading)

    def _keep_database(self) -> None:
        """Start PostgreSQL again when it has died, later each time it cannot be started."""
        if self.settings.database_url or time.monotonic() < self._database_pause:
            return
        try:
            if installation.start_again(self.settings):
                log.error("PostgreSQL had died and was started again")
            self._database_failures = 0
        except ServerError as error:
            self._database_failures += 1
            pause = min(2**self._database_failures / 2, 30)
            self._database_pause = time.monotonic() + pause
            log.error("PostgreSQL does not start, trying again in %s s: %s", pause, error)

    def _write_down(self, *children: Child) -> None:
        if time.monotonic() - self._recorded_at > RECORD_SECONDS:
            self.record.write(process for child in children for process in child.family())
            self._recorded_at = time.monotonic()

    def _announce(self) -> None:
        """Print the address once it really answers."""
        if not self._announced and answers(self.settings):
            self._announced = True
            click.echo(f"Parta answers at {address(self.settings)}")


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the installation."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}"


def answers(settings: Settings) -> bool:
    """Whether the installation answers that it is well."""
    headers = {"Host": settings.trusted_hosts[0].lstrip(".")} if settings.trusted_hosts else {}
    request = urllib.request.Request(f"{address(settings)}/healthz", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=2) as response:
            return int(response.status) == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock of the only supervisor of a data folder.

    Raises ServerError when another holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise
            raise ServerError(f"Parta serves the data folder {path.parent} already") from None
        yield
    finally:
        os.close(descriptor)
