"""Migrations in processes of their own: Alembic keeps state in module globals, so each gets one school."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from parta.kernel.children import command

MOST_PROCESSES = 4


class MigrationFailed(Exception):
    """A school was left as it was; the message says why."""


def migrate_in_subprocess(
    slug: str, owner: str | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """Bring a school to this version, and give it the tables of `owner` too; returns what was done.

    Raises MigrationFailed.
    """
    words = [slug] if owner is None else [slug, owner]
    done = subprocess.run(
        command("migrate", *words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **(environ or {})},
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"the process ended with {done.returncode}"]
        raise MigrationFailed(lines[-1].removeprefix("parta: "))
    return done.stdout.strip()


def migrate_all(slugs: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Migrate schools, a few at a time; yields each as it ends: slug, what was done, why it failed."""
    processes = min(MOST_PROCESSES, os.cpu_count() or 1)
    with ThreadPoolExecutor(max_workers=processes) as pool:
        running = {pool.submit(migrate_in_subprocess, slug): slug for slug in slugs}
        for ended in as_completed(running):
            try:
                yield running[ended], ended.result(), ""
            except MigrationFailed as failure:
                yield running[ended], "", str(failure)
