"""`parta serve`, and its parts for systemd: `parta web` and `parta worker`."""

from __future__ import annotations

import logging

import click

from parta.boot import registry
from parta.kernel import installation, lifeline, settings
from parta.kernel import web as web_processes
from parta.kernel.processes import Supervisor
from parta.kernel.worker import Worker, pool_size

APPLICATION = click.option(
    "--application", default=web_processes.APPLICATION, hidden=True, help="The factory, module:function."
)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("procrastinate", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@click.command()
@APPLICATION
def serve(application: str) -> None:
    """Run everything on this machine: database, web and worker, until Ctrl-C or SIGTERM."""
    _log()
    Supervisor(settings.load(), application).run()


@click.command()
@APPLICATION
def web(application: str) -> None:
    """Run the web processes alone, for systemd."""
    _log()
    configured = settings.load()
    with installation.kept_running(configured):
        with installation.opened(configured, connections=1) as database:
            installation.prepare(database)
        web_processes.serve(configured, application)


@click.command()
def worker() -> None:
    """Run the worker alone, for systemd."""
    _log()
    lifeline.watch_supervisor()
    configured, found = settings.load(), registry()
    with (
        installation.kept_running(configured),
        installation.opened(configured, found, pool_size(configured)) as database,
    ):
        installation.prepare(database)
        Worker(database, found, configured).run()
