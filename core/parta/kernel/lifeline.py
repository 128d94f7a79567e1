"""Ends a process whose parent has died, so that nothing goes on serving beside its successor."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable

LIFELINE = "PARTA_LIFELINE"
GRACE_SECONDS = 10


def watch_supervisor() -> None:
    """End this process when the supervisor that started it, if any, dies: its end of a pipe closes then."""
    descriptor = os.environ.pop(LIFELINE, None)
    if descriptor is not None:
        _watch(lambda: os.read(int(descriptor), 1))


def watch_parent() -> None:
    """End this process, made by `multiprocessing`, when its parent dies."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _watch(parent.join)


def _watch(until_dead: Callable[[], object]) -> None:
    threading.Thread(target=_end_after, args=(until_dead,), name="lifeline", daemon=True).start()


def _end_after(until_dead: Callable[[], object]) -> None:
    """Wait, then ask this process to end; force it when it does not."""
    until_dead()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
