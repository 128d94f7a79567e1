"""An installation as a command or a process finds it: settings, database, plugins."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from types import ModuleType

from sqlalchemy import text

from parta.kernel import directory, housekeeping, jobs
from parta.kernel.db import Database
from parta.kernel.migrations import CORE, Owner
from parta.kernel.plugins import Registry, discover
from parta.kernel.postgres import EmbeddedServer
from parta.kernel.settings import Settings


@contextmanager
def attached(settings: Settings, registry: Registry | None = None) -> Iterator[Database]:
    """The installation's database, for the length of the block; its units of work know `registry`.

    With no `DATABASE_URL` the embedded server is started when it does not run, and stopped by whoever leaves
    last. Raises ServerError when it cannot be started.
    """
    with kept_running(settings), opened(settings, registry) as database:
        prepare(database)
        yield database


@contextmanager
def kept_running(settings: Settings) -> Iterator[None]:
    """Keep the embedded server running for the length of the block; with a `DATABASE_URL`, do nothing.

    Raises ServerError when it cannot be started.
    """
    if settings.database_url:
        yield
        return
    with _shared_server(EmbeddedServer(settings.data)):
        yield


@contextmanager
def opened(settings: Settings, registry: Registry | None = None, connections: int = 0) -> Iterator[Database]:
    """The database of a server that runs, with at most `connections` to it (by default one a thread)."""
    database = open_database(settings, registry, connections)
    try:
        yield database
    finally:
        database.dispose()


def open_database(settings: Settings, registry: Registry | None = None, connections: int = 0) -> Database:
    """The database of a server that runs, for the rest of this process."""
    return Database(
        settings.database_url or EmbeddedServer(settings.data).dsn(),
        pool_size=connections or settings.threads,
        registry=registry,
        secret=settings.secret_key,
        files=settings.data / "files",
    )


def prepare(database: Database) -> None:
    """Make the directory of schools and the queue of jobs in a fresh database; harmless in another."""
    directory.prepare(database)
    with database.directory() as connection:
        connection.execute(text("select pg_advisory_xact_lock(7061727461)"))
        jobs.prepare(connection)


def start_again(settings: Settings) -> bool:
    """Start the embedded server if it has died; whether it had.

    Raises ServerError when it cannot be started.
    """
    server = EmbeddedServer(settings.data)
    if server.running():
        return False
    with _locked(server.data_dir / "server.lock", fcntl.LOCK_EX):
        server.start()
    return True


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
    registry.add_core(housekeeping, "kernel")
    for module in core:
        registry.add_core(module, "core")
    registry.load(discover())
    return registry


def owners(registry: Registry) -> list[Owner]:
    """Everybody with tables: the core first, then plugins in the order of what requires what."""
    return [CORE, *(plugin.owner for plugin in registry.plugins.values() if plugin.owner)]
