"""Jobs stand or fall with the transaction that queued them, and run in their school."""

import asyncio
import threading
import types
from datetime import UTC, datetime, timedelta
from importlib import metadata

import pytest
import time_machine
from parta import hookspecs
from parta.kernel import (
    access,
    clock,
    context,
    directory,
    housekeeping,
    i18n,
    installation,
    jobs,
    migrations,
    schedule,
    settings,
)
from parta.kernel.apphooks import Owned
from parta.kernel.contributions import Job
from parta.kernel.db import Database
from parta.kernel.models import Pending, Scheduled
from parta.kernel.modules import ON, PluginRow
from parta.kernel.plugins import Plugin, PluginInfo, Registry, hookimpl
from parta.kernel.worker import MOST_ATTEMPTS, NotYet, Worker
from sqlalchemy import select, text

done = []


def note(**ids):
    unit = context.unit()
    done.append((unit.school.slug, ids, access.current(), i18n.language()))


def fail(**ids):
    done.append("failed")
    raise RuntimeError("no luck")


def fake(name, contributed):
    module = types.ModuleType(f"fake_{name}")
    module.info = PluginInfo(name, name, name)

    def job_list():
        return contributed

    job_list.__name__ = "jobs"
    module.jobs = hookimpl(job_list)
    return module


@pytest.fixture
def registry():
    made = Registry(hookspecs, metadata.version("parta"))
    made.add_core(housekeeping, "kernel")
    core = [Job("core.note", note), Job("core.fail", fail), Job("core.long", note, queue="long")]
    made.add_core(fake("core", [*core, Job("core.nightly", note, at="03:30")]), "core")
    made.add_core(fake("shelf", [Job("shelf.note", note), Job("shelf.nightly", note, at="03:30")]), "shelf")
    made.plugins["shelf"] = Plugin(PluginInfo("shelf", "", ""), fake("shelf", []), "parta-shelf", "1", None)
    return made


@pytest.fixture
def database(parta_database, registry, tmp_path):
    url = parta_database.url.render_as_string(hide_password=False)
    made = Database(url, pool_size=4, registry=registry, files=tmp_path)
    empty(made)
    done.clear()
    yield made
    made.dispose()


@pytest.fixture
def worker(database, registry, tmp_path):
    return Worker(database, registry, settings.load({"PARTA_DATA": str(tmp_path)}))


def in_queue(database, *statements):
    with database.directory() as connection:
        connection.execute(text("set local search_path = jobs"))
        for statement in statements:
            connection.execute(text(statement))


def empty(database):
    in_queue(database, "delete from procrastinate_jobs")


def queued(database):
    query = (
        "select task_name, queue_name, args, status::text, attempts from jobs.procrastinate_jobs"
        " where task_name <> 'tick' order by id"
    )
    with database.directory() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_jobs_hook(worker, database, school):
    with database.enter(school):
        jobs.defer("core.note", person=7, kind="merge")
    worker.run(wait=False)
    assert done == [(school.slug, {"person": 7, "kind": "merge"}, access.SYSTEM, "ru")]
    assert [row[3] for row in queued(database)] == ["succeeded"]


def test_a_job_is_rolled_back_with_its_unit(database, school):
    with pytest.raises(RuntimeError, match="no"), database.enter(school):
        jobs.defer("core.note", person=7)
        raise RuntimeError("no")
    assert queued(database) == []


def test_queueing_leaves_the_school_entered(database, school):
    with database.enter(school) as unit:
        jobs.defer("core.note")
        assert unit.session.execute(text("show search_path")).scalar() == f'"{school.schema}"'
        with pytest.raises(RuntimeError), unit.session.begin_nested():
            jobs.defer("core.note")
            raise RuntimeError
        assert unit.session.execute(text("show search_path")).scalar() == f'"{school.schema}"'
    assert len(queued(database)) == 1


@pytest.mark.parametrize("value", ["Иванов", "a b", 1.5, None, {"a": 1}])
def test_arguments_are_ids(database, school, value):
    with pytest.raises(ValueError, match="id"), database.enter(school):
        jobs.defer("core.note", person=value)


def test_an_unknown_job_is_a_fault_of_the_program(database, school):
    with pytest.raises(jobs.NoSuchJob), database.enter(school):
        jobs.defer("core.unknown")


def test_each_job_goes_to_its_queue(database, school):
    with database.enter(school):
        jobs.defer("core.note")
        jobs.defer("core.long")
    assert [row[:2] for row in queued(database)] == [("core.note", "quick"), ("core.long", "long")]


def test_a_plugin_that_is_off_runs_no_job(worker, database, school, caplog):
    with database.enter(school):
        jobs.defer("shelf.note")
    worker.run(wait=False)
    assert done == []
    assert "the plugin is off" in caplog.text
    with database.enter(school) as unit:
        unit.session.add(PluginRow(name="shelf", state=ON, reason="", changed_at=clock.now()))
        directory.bump_revision(unit.session.connection(), school.id)
        jobs.defer("shelf.note")
    worker.run(wait=False)
    assert [name for name, *_ in done] == [school.slug]


def test_a_job_of_a_school_that_is_gone_is_dropped(worker, database, school, caplog):
    with database.enter(school):
        jobs.defer("core.note")
    with database.directory() as connection:
        connection.execute(text("delete from parta.schools where id = :id"), {"id": school.id})
    worker.run(wait=False)
    assert done == []
    assert "dropped" in caplog.text


def test_a_job_waits_for_the_upgrade_of_its_school(worker, database, school, monkeypatch):
    monkeypatch.setattr(migrations, "is_current", lambda connection, owners: False)
    with database.enter(school):
        jobs.defer("core.note")
    worker.run(wait=False)
    assert [row[3] for row in queued(database)] == ["todo"]
    with pytest.raises(NotYet):
        worker.run_job(Owned("core", Job("core.note", note)), 1, school.id, {})
    assert done == []


def test_a_job_that_fails_is_tried_again_later_and_at_last_given_up(worker, database, school):
    with database.enter(school):
        jobs.defer("core.fail")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        worker.run(wait=False)
        assert len(done) == attempt
        with database.directory() as connection:
            connection.execute(text("update jobs.procrastinate_jobs set scheduled_at = null"))
    assert [row[3:] for row in queued(database)] == [("failed", MOST_ATTEMPTS)]


def test_what_waits_under_a_key_is_not_queued_twice(worker, database, school):
    for _ in range(3):
        with database.enter(school):
            jobs.defer_once("digest:7", "core.note", person=7)
    assert len(queued(database)) == 1
    worker.run(wait=False)
    with database.enter(school) as unit:
        assert unit.session.scalars(select(Pending)).all() == []
        jobs.defer_once("digest:7", "core.note", person=7)
    worker.run(wait=False)
    assert len(done) == 2


def test_what_changed_while_a_job_was_fetched_is_not_missed(worker, database, school):
    with database.enter(school):
        jobs.defer_once("digest:7", "core.note")
    changed, fetched = threading.Event(), threading.Event()

    def change():
        with database.enter(school):
            jobs.defer_once("digest:7", "core.note")
            changed.set()
            fetched.wait(1)
            done.append("changed")

    other = threading.Thread(target=change)
    other.start()
    assert changed.wait(5)
    worker.run(wait=False)
    fetched.set()
    other.join()
    assert [entry if entry == "changed" else "job" for entry in done] == ["changed", "job"]


def test_a_restored_school_queues_again_what_waited(database, school):
    with database.enter(school):
        jobs.defer_once("digest:7", "core.note", person=7)
    empty(database)
    with database.enter(school) as unit:
        unit.session.add(
            Pending(key="old", name="gone.job", arguments={}, job_id=None, created_at=clock.now())
        )
    with database.enter(school):
        assert jobs.queue_again() == 1
    assert [row[0] for row in queued(database)] == ["core.note"]


def test_the_schedule_starts_once_on_the_schools_clock_and_late_rather_than_never(database, registry, school):
    def start(at):
        with time_machine.travel(at, tick=False):
            return schedule.Timetable(database, registry).start_due()

    moment = datetime(2026, 9, 1, 21, 0, tzinfo=UTC)  # midnight in Moscow
    assert start(moment) == 0
    assert start(moment + timedelta(hours=3, minutes=29)) == 0
    assert start(moment + timedelta(hours=3, minutes=30)) == 1
    assert start(moment + timedelta(hours=3, minutes=31)) == 0
    assert start(moment + timedelta(days=5)) == 2
    names = [row[0] for row in queued(database)]
    assert names.count("core.nightly") == 2
    assert names.count("kernel.sweep_files") == 1
    with database.enter(school) as unit:
        rows = {row.name: row.due for row in unit.session.scalars(select(Scheduled))}
    assert rows["core.nightly"] == moment + timedelta(days=5, hours=3, minutes=30)
    assert "shelf.nightly" not in rows


def test_the_schedule_remembers_when_to_look_again(database, registry, school):
    timetable = schedule.Timetable(database, registry)
    with time_machine.travel(datetime(2026, 9, 1, 21, 0, tzinfo=UTC), tick=False) as traveller:
        timetable.start_due()
        with database.enter(school) as unit:
            unit.session.execute(text("delete from kernel_schedule"))
        timetable.start_due()
        with database.enter(school) as unit:
            assert unit.session.scalars(select(Scheduled)).all() == []
        traveller.shift(timedelta(hours=3, minutes=31))
        timetable.start_due()
        with database.enter(school) as unit:
            assert unit.session.scalars(select(Scheduled)).all() != []


def test_a_changed_time_of_day_is_reckoned_anew(unit):
    with time_machine.travel(datetime(2026, 9, 1, 6, 0, tzinfo=UTC), tick=False):
        assert schedule.next_time("03:30", clock.now()) == datetime(2026, 9, 2, 0, 30, tzinfo=UTC)
        assert schedule.next_time("09:30", clock.now()) == datetime(2026, 9, 1, 6, 30, tzinfo=UTC)


def tick(worker):
    async def once():
        async with worker.app.open_async():
            await worker.tick()

    asyncio.run(once())


def test_the_tick_returns_stalled_jobs_and_deletes_finished_ones(worker, database, school):
    with database.enter(school):
        jobs.defer("core.note", person=1)
        jobs.defer("core.note", person=2)
    in_queue(
        database,
        "update procrastinate_jobs set status = 'doing' where args->>'person' = '1'",
        "update procrastinate_jobs set status = 'succeeded' where args->>'person' = '2'",
        "update procrastinate_events set at = at - interval '2 hours'",
    )
    tick(worker)
    assert [row[2:4] for row in queued(database)] == [({"person": 1, "school": school.id}, "todo")]


def test_a_job_that_keeps_killing_its_worker_is_given_up(worker, database, school):
    with database.enter(school):
        jobs.defer("core.note")
    in_queue(database, f"update procrastinate_jobs set status = 'doing', attempts = {MOST_ATTEMPTS - 1}")
    tick(worker)
    assert [row[3] for row in queued(database)] == ["failed"]


def test_later_migrations_of_the_queue_are_applied_once(database, tmp_path, monkeypatch):
    for path in jobs.migrations_path.glob("*.sql"):
        (tmp_path / path.name).write_text("create table applied_twice (n int)")
    (tmp_path / "99.00.00_01_pre_later.sql").write_text(
        "create table later (n int); insert into later values (5)"
    )
    monkeypatch.setattr(jobs, "migrations_path", tmp_path)
    for _ in range(2):
        installation.prepare(database)
    with database.directory() as connection:
        assert connection.execute(text("select n from jobs.later")).scalars().all() == [5]
    in_queue(database, "drop table later", "delete from applied where name like '99%'")
