"""The database away or full: a clear answer, nothing lost, and all by itself again afterwards."""

import os
import shutil
import signal
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import psycopg
import pytest
from parta.kernel import i18n
from parta.kernel.postgres import EmbeddedServer
from real import until

pytestmark = pytest.mark.slow

AWAY = "The database does not answer. Nothing is lost; try again in a minute."
FULL = "The database's disk is full. Nothing was saved; tell the administrator."
GROWING = ("kernel_audit", "journal_mark")
ENGLISH = {"Accept-Language": "en"}


@contextmanager
def database_away(parta):
    """PostgreSQL is killed, and the supervisor sleeps so that nobody starts it again."""
    parta.supervisor.send_signal(signal.SIGSTOP)
    try:
        postmaster = psutil.Process(parta.postmaster())
        everything = [postmaster, *postmaster.children()]
        postmaster.kill()
        psutil.wait_procs(everything, timeout=20)
        yield
    finally:
        parta.supervisor.send_signal(signal.SIGCONT)


def test_pages_say_that_the_database_is_away_and_come_back_by_themselves(parta):
    _answer, cookie = parta.sign_in("teacher")
    signed_in = {**ENGLISH, "Cookie": cookie}
    assert parta.api("teacher", "GET", "/me").status == 200
    with database_away(parta):
        for path in ("/", "/sign-in", "/people"):
            page = parta.request("GET", path, headers=signed_in)
            assert (page.status, AWAY in page.text) == (503, True)
            assert page.headers["Content-Type"].startswith("text/html")
        refusal = parta.api("teacher", "GET", "/me")
        assert (refusal.status, refusal.headers["Content-Type"]) == (503, "application/problem+json")
        health = parta.request("GET", "/healthz")
        assert (health.status, health.json) == (503, {"status": "failing", "database": "down"})
    until(parta.is_well, why="it did not come back")
    assert parta.request("GET", "/", headers=signed_in).status == 200


def test_once_the_database_is_back_no_request_fails_for_a_connection_that_died(parta):
    """Every web process and thread keeps connections; none of them is tried on a visitor."""
    _answer, cookie = parta.sign_in("teacher")

    def visit(_number):
        return parta.request("GET", "/", headers={"Cookie": cookie}).status

    with ThreadPoolExecutor(8) as visitors:
        assert set(visitors.map(visit, range(40))) == {200}
        with database_away(parta):
            pass
        server = EmbeddedServer(parta.data)
        until(lambda: is_up(server), why="PostgreSQL did not come back")
        assert set(visitors.map(visit, range(40))) == {200}


def is_up(server):
    try:
        with psycopg.connect(server.dsn(), connect_timeout=2) as connection:
            return connection.execute("select true").fetchone()[0]
    except psycopg.OperationalError:
        return False


@pytest.mark.parametrize("command", ["serve", "web", "worker", "upgrade"])
def test_a_database_that_is_away_at_the_start_is_one_clear_line(running, command, tmp_path):
    nowhere = f"postgresql://parta@/parta?host={tmp_path}"
    done = running.run(command, DATABASE_URL=nowhere, PARTA_DATA=str(tmp_path), PORT="1024")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("parta: the database: ")
    assert "Traceback" not in done.stderr


@pytest.fixture
def small_disk(parta, tmp_path):
    """Lets the tables that grow with each mark lie on a disk of four megabytes; returns its folder."""
    folder = parta.folder / "small-disk"
    folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("only root can make a small disk")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no small disk can be made here")
    server = EmbeddedServer(parta.data)
    space = folder / "space"
    space.mkdir()
    shutil.chown(space, server.account.pw_name)
    try:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(f"create tablespace small location '{space}'")
        move(parta, "small")
        yield folder
    finally:
        (folder / "ballast").unlink(missing_ok=True)
        move(parta, "pg_default")
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("drop tablespace if exists small")
        subprocess.run(["umount", folder], check=True)


def move(parta, space):
    """Move the growing tables of the school, with their indexes."""
    with psycopg.connect(EmbeddedServer(parta.data).dsn()) as connection:
        schema = connection.execute("select min(schema_name) from parta.schools").fetchone()[0]
        connection.execute(f'set local search_path = "{schema}"')
        for table in GROWING:
            connection.execute(f"alter table {table} set tablespace {space}")


def fill(folder):
    """Leave no byte free."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 4096)
        except OSError:
            return


def test_a_full_disk_is_said_so_and_loses_nothing_that_was_acknowledged(parta, journal, small_disk):
    known, stands = {}, journal.stands()
    fill(small_disk)
    refusal = None
    for number in range(2000):
        lesson, work, student = journal.cells[number % len(journal.cells)]
        text, version = known.get((work, student)) or stands.get((work, student), ("", 0))
        mark = "4" if text != "4" else "5"
        entry = {"id": str(uuid.uuid4()), "lesson_id": lesson, "work_id": work, "student_id": student}
        entry |= {"text": mark, "mark_version": version}
        answer = journal.save([entry])
        if answer.status != 200:
            refusal = answer
            break
        known[work, student] = (mark, version + 1)
    assert refusal is not None, "the disk did not fill"
    assert (refusal.status, refusal.json["status"]) == (503, 503)
    assert refusal.json["detail"] in {FULL, translated(FULL)}
    assert journal.stands() == {**stands, **known}
    assert parta.request("GET", "/healthz").status == 200
    (small_disk / "ballast").unlink()
    assert journal.save([entry]).json["outcomes"][0]["state"] == "saved"
    assert journal.stands() == {**stands, **known, (work, student): (mark, version + 1)}


def translated(text):
    """The same in Russian, which the demonstration's accounts read."""
    with i18n.reading("ru"):
        return i18n.gettext(text)
