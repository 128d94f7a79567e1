"""A web application, a job and a worker as small as they come, for tests with real processes."""

from __future__ import annotations

import logging
import os
import sys
import time
from importlib import metadata
from pathlib import Path

from parta import hookspecs
from parta.kernel import installation, lifeline, settings
from parta.kernel.contributions import Job
from parta.kernel.plugins import Registry, hookimpl
from parta.kernel.worker import Worker, pool_size


def application():
    """Answers everything with the process that answers."""

    def answer(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]

    return answer


def slow(seconds: int) -> None:
    """Say that it began, and that it ended, in the data folder."""
    folder = Path(os.environ["PARTA_DATA"])
    with (folder / "began").open("a") as file:
        file.write(f"{os.getpid()}\n")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not (folder / "hurry").exists():
        time.sleep(0.05)
    with (folder / "ended").open("a") as file:
        file.write(f"{os.getpid()}\n")


@hookimpl
def jobs() -> list[Job]:
    """The one job."""
    return [Job("tiny.slow", slow)]


def registry() -> Registry:
    """A registry with this module alone."""
    made = Registry(hookspecs, metadata.version("parta"))
    made.add_core(sys.modules[__name__], "tiny")
    return made


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    lifeline.watch_supervisor()
    configured, known = settings.load(), registry()
    with installation.opened(configured, known, pool_size(configured)) as database:
        Worker(database, known, configured).run()
