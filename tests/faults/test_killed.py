"""kill -9 in the middle of saving, and a start right after: what was acknowledged stands, once."""

import http.client
import os
import signal
import threading
import uuid
from collections import Counter

import psutil
import pytest
from real import Journal, until

pytestmark = pytest.mark.slow

VICTIMS = ("supervisor", "web", "web process", "worker", "database")
BATCH = 5
MARKS = ("5", "4", "3")
UNANSWERED = (OSError, http.client.HTTPException)


class Writer(threading.Thread):
    """A teacher who saves without a pause; a batch that was not acknowledged is sent again as it was."""

    def __init__(self, journal):
        super().__init__()
        self.journal = journal
        self.known = journal.stands()
        self.cells = journal.cells
        self.stop = threading.Event()
        self.acknowledged = 0
        self.sent_again = 0
        self.changes = Counter()
        self.last = []
        self.failure = None

    def run(self):
        try:
            start = 0
            while not self.stop.is_set():
                batch = [self.cells[(start + i) % len(self.cells)] for i in range(BATCH)]
                self.write(batch)
                start += BATCH
        except BaseException as failure:
            self.failure = failure

    def write(self, batch):
        """Save another mark in each cell, however often it must be sent."""
        entries, wanted = [], {}
        for lesson, work, student in batch:
            text, version = self.known.get((work, student), ("", 0))
            mark = next(mark for mark in MARKS if mark != text)
            wanted[work, student] = (mark, version + 1)
            entries.append(
                {
                    "id": str(uuid.uuid4()),
                    "lesson_id": lesson,
                    "student_id": student,
                    "work_id": work,
                    "text": mark,
                    "mark_version": version,
                }
            )
        for outcome, cell in zip(self.until_acknowledged(entries, wanted), wanted, strict=True):
            assert outcome["state"] == "saved", outcome
            assert (outcome["text"], outcome["mark_version"]) == wanted[cell]
            self.known[cell] = wanted[cell]
            self.changes[cell] += 1
            self.acknowledged += 1
        self.last = entries

    def until_acknowledged(self, entries, wanted):
        """Send until somebody answers; what was interrupted stands as a whole or not at all."""
        while True:
            try:
                answer = self.journal.save(entries)
            except UNANSWERED:
                answer = None
            if answer is not None and answer.status == 200:
                return answer.json["outcomes"]
            assert answer is None or answer.status == 503, answer.text
            self.sent_again += 1
            until(self.journal.parta.is_well, seconds=120, why="nobody answers again")
            self.look_at_the_interrupted(wanted)

    def look_at_the_interrupted(self, wanted):
        try:
            stands = self.journal.stands()
        except (*UNANSWERED, AssertionError):
            return
        there = {stands.get(cell) == now for cell, now in wanted.items()}
        assert len(there) == 1, "half of a batch was saved"


def kill(parta, victim):
    """End a process at once, and start again what nobody else starts."""
    if victim == "supervisor":
        parta.supervisor.kill()
        parta.supervisor.wait()
        parta.supervisor.stdout.close()
        parta.serve()
        return
    if victim == "database":
        os.kill(parta.postmaster(), signal.SIGKILL)
    elif victim == "web process":
        serving = [one for one in parta.child("web").children(recursive=True) if one.num_threads() > 2]
        serving[0].kill()
    else:
        parta.child(victim).kill()


@pytest.mark.parametrize("victim", VICTIMS)
def test_t8_what_was_acknowledged_outlives_kill_9(parta, victim):
    writers = [Writer(Journal(parta, login)) for login in ("teacher", "homeroom")]
    assert writers[0].journal.course != writers[1].journal.course
    recorded = records(parta)
    for writer in writers:
        writer.start()
    enough(writers, 30)
    kill(parta, victim)
    until(parta.is_well)
    enough(writers, sum(writer.acknowledged for writer in writers) + 60)
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(150)
        assert writer.failure is None, writer.failure
    for writer in writers:
        assert {cell: writer.journal.stands()[cell] for cell in writer.changes} == {
            cell: writer.known[cell] for cell in writer.changes
        }
        again = writer.journal.save(writer.last).json["outcomes"]
        assert [outcome["state"] for outcome in again] == ["saved"] * BATCH
        assert writer.journal.stands() == {**writer.journal.stands(), **writer.known}
    assert records(parta) - recorded == sum(writer.changes.total() for writer in writers)
    nobody_else_serves(parta)
    until(lambda: stuck(parta) == [], seconds=150, why="a job is stuck")
    print(victim, *((writer.acknowledged, writer.sent_again) for writer in writers))


def enough(writers, marks):
    """Wait until so many marks are acknowledged."""
    until(
        lambda: sum(writer.acknowledged for writer in writers) >= marks or any(w.failure for w in writers),
        seconds=120,
        why="too few marks were saved",
    )


def records(parta):
    """How many changes of marks are recorded."""
    return parta.ask("select count(*) from kernel_audit where action = 'journal.mark.set'")[0][0]


def nobody_else_serves(parta):
    """Whoever listens on the port belongs to the supervisor that runs."""
    ours = {process.pid for process in psutil.Process(parta.supervisor.pid).children(recursive=True)}
    until(lambda: {one.pid for one in parta.alive()} <= ours | {parta.supervisor.pid}, why="an orphan runs")
    listening = {
        found.pid
        for found in psutil.net_connections("tcp4")
        if found.status == psutil.CONN_LISTEN and found.laddr.port == parta.port
    }
    assert listening
    assert listening <= ours


def stuck(parta):
    """Jobs that claim to be done by a worker that is gone, or have been for long."""
    workers = "select id from jobs.procrastinate_workers where last_heartbeat > now() - interval '30 seconds'"
    return parta.ask(
        "select id, task_name from jobs.procrastinate_jobs where status = 'doing'"
        f" and (worker_id is null or worker_id not in ({workers}))"
    )
