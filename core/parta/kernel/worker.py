"""The worker: runs what `parta.kernel.jobs` queued, each job in its school, and the minute's tick."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from procrastinate.retry import BaseRetryStrategy
from procrastinate.worker import Worker as QueueWorker

from parta.kernel import access, clock, directory, i18n, jobs, modules
from parta.kernel.apphooks import Owned
from parta.kernel.context import School
from parta.kernel.contributions import Job
from parta.kernel.db import Database
from parta.kernel.plugins import Registry
from parta.kernel.schedule import Timetable
from parta.kernel.settings import Settings

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20
NOT_YET_SECONDS = 60
GRACE_SECONDS = 10
KEEP_FINISHED_HOURS = 1
KEEP_FAILED_HOURS = 24 * 7


class NotYet(Exception):
    """The school waits for its upgrade: the job waits with it."""


class Patience(BaseRetryStrategy):
    """A job that fails is tried again a few times, later each time; one whose school waits, for ever."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """When to run the failed job again, None to give it up."""
        if isinstance(exception, NotYet):
            return RetryDecision(retry_in={"seconds": NOT_YET_SECONDS})
        if job.attempts + 1 >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": 4 ** (job.attempts + 1)})


def pool_size(settings: Settings) -> int:
    """The database connections that a worker's jobs and its tick need."""
    return settings.quick_jobs + settings.long_jobs + 1


class Worker:
    """Runs the jobs of every school of `database` until it is told to stop."""

    def __init__(self, database: Database, registry: Registry, settings: Settings) -> None:
        self.database = database
        self.registry = registry
        self.settings = settings
        self.timetable = Timetable(database, registry)
        self.app = App(connector=_connector(database))
        for name, owned in registry.contributions.jobs.items():
            self._add(name, owned.value.queue, self._runner(owned), retry=Patience())
        tick = self._add("tick", "quick", self._tick, queueing_lock="tick")
        self.app.periodic(cron="* * * * *")(tick)

    def _add(self, name: str, queue: str, run: Callable[..., Any], **options: Any) -> Any:
        return self.app.task(name=name, queue=queue, pass_context=True, **options)(run)

    def run(self, *, wait: bool = True) -> None:
        """Run until SIGTERM or SIGINT; with `wait` false, until nothing is left that could run now."""
        asyncio.run(self._run(wait))

    async def _run(self, wait: bool) -> None:
        async with self.app.open_async():
            queues = {"quick": self.settings.quick_jobs, "long": self.settings.long_jobs}
            workers = [self._queue_worker(queue, number, wait) for queue, number in queues.items()]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, _stop, workers)
            running = [asyncio.create_task(_running(worker)) for worker in workers]
            await asyncio.wait(
                running, return_when=asyncio.FIRST_COMPLETED if wait else asyncio.ALL_COMPLETED
            )
            _stop(workers)
            await asyncio.gather(*running)

    def _queue_worker(self, queue: str, concurrency: int, wait: bool) -> QueueWorker:
        return QueueWorker(
            self.app,
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            wait=wait,
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )

    def _runner(self, owned: Owned[Job]) -> Callable[..., None]:
        """The function that procrastinate calls for a job."""

        def run(context: JobContext, **arguments: Any) -> None:
            assert context.job.id is not None
            try:
                self.run_job(owned, context.job.id, arguments.pop(jobs.SCHOOL), arguments)
            except NotYet:
                raise
            except Exception:
                log.exception("job %s failed", context.job.call_string)
                raise

        return run

    def run_job(self, owned: Owned[Job], number: int, school_id: int, ids: dict[str, Any]) -> None:
        """Run one job in its school, as the system; a plugin that is off there runs nothing.

        Raises NotYet, and whatever the job raises.
        """
        school = self._school(school_id)
        if school is None:
            log.warning("job %s dropped: there is no school %s any more", owned.value.name, school_id)
            return
        if not self.timetable.currency.holds(school):
            raise NotYet(f"the school “{school.slug}” waits for its upgrade")
        with i18n.reading(i18n.DEFAULT_LANGUAGE), access.acting(access.SYSTEM):
            with self.database.enter(school):
                jobs.take(number)
            with self.database.enter(school):
                if self._is_off(owned.owner):
                    log.warning("job %s dropped: the plugin is off in “%s”", owned.value.name, school.slug)
                    return
                owned.value.run(**ids)

    def _is_off(self, owner: str) -> bool:
        return owner in self.registry.plugins and owner not in modules.enabled()

    def _school(self, number: int) -> School | None:
        with self.database.directory() as connection:
            return directory.find_by_id(connection, number)

    async def _tick(self, context: JobContext, timestamp: int) -> None:
        await self.tick()

    async def tick(self, stalled_after: float = STALLED_SECONDS) -> None:
        """Return stalled jobs to the queue, delete finished ones, start what is due in each school."""
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
            await self._revive(job)
        await manager.prune_stalled_workers(stalled_after)
        await manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS)
        await manager.delete_old_jobs(
            nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )
        await asyncio.to_thread(self.timetable.start_due)

    async def _revive(self, job: QueuedJob) -> None:
        """Queue a job again whose worker died; one that keeps killing its worker is given up."""
        if job.attempts + 1 >= MOST_ATTEMPTS or job.task_name == "tick":
            await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=job.task_name == "tick")
            log.error("job %s given up: its worker died %s times", job.call_string, job.attempts + 1)
            return
        log.warning("job %s returned to the queue: its worker died", job.call_string)
        await self.app.job_manager.retry_job(job, retry_at=clock.now() - timedelta(seconds=1))


async def _running(worker: QueueWorker) -> None:
    await worker.run()  # type: ignore[no-untyped-call]


def _stop(workers: list[QueueWorker]) -> None:
    for worker in workers:
        worker.stop()  # type: ignore[no-untyped-call]


def _connector(database: Database) -> PsycopgConnector:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PsycopgConnector(
        conninfo=url,
        kwargs={"options": f"-c search_path={jobs.SCHEMA}", "connect_timeout": 5},
        min_size=1,
        max_size=3,
    )
