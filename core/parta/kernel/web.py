"""The web processes: granian serving the application that a factory makes."""

from __future__ import annotations

import errno
import importlib
import socket
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from parta.kernel import lifeline
from parta.kernel.postgres import ServerError
from parta.kernel.settings import Settings

APPLICATION = "parta.app:application"
STOP_SECONDS = 10


def serve(settings: Settings, target: str = APPLICATION) -> None:
    """Serve until SIGTERM or SIGINT; `target` names a factory of the application, `module:function`.

    Raises ServerError when the port is taken.
    """
    check_port(settings.host, settings.port)
    lifeline.watch_supervisor()
    server = Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load)


def load(target: str) -> Callable[..., Any]:
    """Make the application, in a web process that ends when its parent does."""
    lifeline.watch_parent()
    module, _, factory = target.partition(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), factory)()
    return application


def check_port(host: str, port: int) -> None:
    """See whether the port can be listened at.

    Raises ServerError saying what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = "is taken by another program" if error.errno == errno.EADDRINUSE else str(error)
            raise ServerError(f"the port {port} of {host} {reason}; choose another with PORT") from None
