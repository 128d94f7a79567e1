"""The processes that a supervisor starts: kept alive, written down, and ended."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

log = logging.getLogger(__name__)

STOP_SECONDS = 20
LONGEST_PAUSE = 30
STEADY_SECONDS = 60
SAME_START = 0.5


@dataclass(frozen=True, slots=True)
class Recorded:
    """A process, told apart from a later one of the same number by its start and command."""

    pid: int
    started: float
    command: list[str]


class Child:
    """A process that is started again when it dies, later each time it does so soon."""

    def __init__(self, name: str, command: list[str], lifeline: int, variable: str) -> None:
        self.name = name
        self.command = command
        self.lifeline = lifeline
        self.variable = variable
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self._started = 0.0
        self._pause_until = 0.0

    def keep(self) -> None:
        """Start the process when it does not run and its pause is over."""
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            self.failures = 0 if now - self._started > STEADY_SECONDS else self.failures + 1
            pause = min(2**self.failures / 2, LONGEST_PAUSE)
            log.error("%s ended with %s, starting again in %s s", self.name, code, pause)
            self.process, self._pause_until = None, now + pause
        if self.process is None and now >= self._pause_until:
            self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, self.variable: str(self.lifeline)},
            pass_fds=[self.lifeline],
            start_new_session=True,
        )

    def family(self) -> list[psutil.Process]:
        """The process and all that it started."""
        return [] if self.process is None else _family(self.process.pid)

    def stop(self) -> None:
        """End the process and all that it started, by force what does not end when asked."""
        if self.process is None:
            return
        family = self.family()
        if self.process.poll() is None:
            self.process.terminate()
        _end(family, ask=False)
        self.process.wait()
        self.process = None


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _end(processes: list[psutil.Process], *, ask: bool) -> None:
    """Wait until the processes are gone, ask them to end first if told to, and force those that stay."""
    if ask:
        _signal(processes, "terminate")
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    _signal(alive, "kill")
    psutil.wait_procs(alive, timeout=STOP_SECONDS)


def _signal(processes: Iterable[psutil.Process], how: str) -> None:
    for process in processes:
        try:
            getattr(process, how)()
        except psutil.NoSuchProcess:
            continue


def command(*words: str) -> list[str]:
    """The `parta` command with these words, by the interpreter that runs now."""
    return [sys.executable, "-m", "parta", *words]


class Record:
    """The list of children in the data folder, by which a successor ends those of a dead supervisor."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: list[Recorded] | None = None

    def write(self, processes: Iterable[psutil.Process]) -> None:
        """Write down the processes that run, when they are others than last time."""
        running = sorted((found for p in processes if (found := _describe(p))), key=lambda found: found.pid)
        if running != self._written:
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps([asdict(found) for found in running]))
            new.replace(self.path)
            self._written = running

    def end_all(self) -> int:
        """End every process written down that still runs and is the same; returns how many."""
        alive = [process for found in self._read() if (process := _same(found))]
        _end(alive, ask=True)
        return len(alive)

    def _read(self) -> list[Recorded]:
        try:
            return [Recorded(**found) for found in json.loads(self.path.read_text())]
        except (FileNotFoundError, ValueError, TypeError):
            return []


def _describe(process: psutil.Process) -> Recorded | None:
    try:
        return Recorded(process.pid, process.create_time(), process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return None


def _same(found: Recorded) -> psutil.Process | None:
    """The process written down, None when it is gone or the number has passed to another."""
    try:
        process = psutil.Process(found.pid)
        started, words = process.create_time(), process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if abs(started - found.started) < SAME_START and words == found.command else None
