"""The kernel's own jobs."""

from __future__ import annotations

from parta.kernel import files, switching
from parta.kernel.contributions import Job
from parta.kernel.plugins import hookimpl


@hookimpl
def jobs() -> list[Job]:
    """Bringing a plugin's tables when it is switched on, and sweeping files that belong to nobody."""
    return [
        Job(switching.ENABLE_JOB, switching.enable_when_migrated, queue="long"),
        Job("kernel.sweep_files", files.sweep, queue="long", at="03:40"),
    ]
