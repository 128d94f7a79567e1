"""An installation as a command or a process finds it: settings, database, plugins."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from types import ModuleType

from parta.kernel import directory
from parta.kernel.db import Database
from parta.kernel.migrations import CORE, Owner
from parta.kernel.plugins import Registry, discover
from parta.kernel.postgres import EmbeddedServer
from parta.kernel.settings import Settings


@contextmanager
def attached(settings: Settings) -> Iterator[Database]:
    """The installation's database, for the length of the block.

    With no `DATABASE_URL` the embedded server is started when it does not run, and stopped by whoever leaves
    last. Raises ServerError when it cannot be started.
    """
    if settings.database_url:
        yield from _opened(settings.database_url, settings)
        return
    server = EmbeddedServer(settings.data)
    with _shared_server(server):
        yield from _opened(server.dsn(), settings)


def _opened(url: str, settings: Settings) -> Iterator[Database]:
    database = Database(url, pool_size=settings.threads)
    try:
        directory.prepare(database)
        yield database
    finally:
        database.dispose()


@contextmanager
def _shared_server(server: EmbeddedServer) -> Iterator[None]:
    """Use the server together with other processes: the first starts it, the last to leave stops it.

    `users.lock` is held shared while using the server; `server.lock` keeps starting and stopping apart.
    """
    server.data_dir.mkdir(parents=True, exist_ok=True)
    with _locked(server.data_dir / "users.lock") as users:
        with _locked(server.data_dir / "server.lock", fcntl.LOCK_EX):
            fcntl.flock(users, fcntl.LOCK_SH)
            server.ensure_initialised()
            server.start()
        try:
            yield
        finally:
            with _locked(server.data_dir / "server.lock", fcntl.LOCK_EX):
                _stop_if_last(server, users)


@contextmanager
def _locked(path: Path, kind: int | None = None) -> Iterator[int]:
    """The open lock file, locked as `kind` says, let go at the end."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if kind is not None:
            fcntl.flock(descriptor, kind)
        yield descriptor
    finally:
        os.close(descriptor)


def _stop_if_last(server: EmbeddedServer, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    server.stop()


def load_plugins(specs: ModuleType, core: Sequence[ModuleType] = (), *, trace: bool = False) -> Registry:
    """Find and load every installed plugin; the ones that cannot be used are in `refused`.

    `core` are modules with the core's own implementations, `trace` logs every call of a hook. Raises
    ContributionError when the core contributes a name twice.
    """
    registry = Registry(specs, metadata.version("parta"))
    if trace:
        registry.trace()
    for module in core:
        registry.add_core(module, "core")
    registry.load(discover())
    return registry


def owners(registry: Registry) -> list[Owner]:
    """Everybody with tables: the core first, then plugins in the order of what requires what."""
    return [CORE, *(plugin.owner for plugin in registry.plugins.values() if plugin.owner)]
