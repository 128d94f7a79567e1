"""Real processes, killed at the worst moment: nothing answers twice, nothing stays undone."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest
import tiny
from parta.kernel import children, directory, installation, jobs, migrations, settings, web
from parta.kernel.postgres import EmbeddedServer, ServerError
from parta.kernel.processes import Supervisor, address

HERE = Path(__file__).resolve().parent


def until(condition, seconds=40, why="it did not happen"):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail(why)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    """An installation of its own, with its supervisors."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.port = free_port()
        self.environ = {
            **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
            "PARTA_DATA": str(self.data),
            "PORT": str(self.port),
            "PYTHONPATH": str(HERE),
        }
        self.started = []

    def run(self, *words):
        return subprocess.run(
            children.command(*words), env=self.environ, capture_output=True, text=True, check=False
        )

    def serve(self, application="tiny:application"):
        words = children.command("serve", "--application", application)
        log = (self.data.parent / f"log-{len(self.started)}").open("w")
        process = subprocess.Popen(words, env=self.environ, stdout=subprocess.PIPE, stderr=log, text=True)
        self.started.append(process)
        return process

    def answering(self):
        """Who answers now, None when nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as response:
                return int(response.read())
        except (urllib.error.URLError, OSError, ValueError):
            return None

    def until_answers(self):
        return until(self.answering, why="nobody answers")

    def until_silent(self):
        until(lambda: self.answering() is None, why="somebody still answers")

    def recorded(self):
        try:
            return json.loads((self.data / "processes.json").read_text())
        except FileNotFoundError:
            return []

    def child(self, word):
        """The recorded process of `parta web` or `parta worker` itself."""

        def find():
            pids = [found["pid"] for found in self.recorded() if word in found["command"]]
            parents = [
                pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).ppid() not in pids
            ]
            return parents[0] if parents else None

        return until(find, why=f"no {word} is recorded")

    def alive(self):
        """The processes of this installation that run, database included."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("PARTA_DATA") == str(self.data) and process.pid != os.getpid():
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def end(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
        for process in self.alive():
            process.kill()


@pytest.fixture
def place():
    folder = Path(tempfile.mkdtemp(prefix="parta-test-"))
    folder.chmod(0o755)
    made = Installation(folder)
    yield made
    made.end()
    shutil.rmtree(folder, ignore_errors=True)


def test_an_occupied_port_is_refused_in_one_line():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ServerError, match="is taken by another program; choose another with PORT"):
            web.check_port("127.0.0.1", other.getsockname()[1])
    web.check_port("127.0.0.1", free_port())
    with pytest.raises(ServerError, match="choose another"):
        web.check_port("192.0.2.1", free_port())


def test_a_recorded_process_is_ended_only_when_it_is_the_same(tmp_path):
    running = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    record = children.Record(tmp_path / "processes.json")
    record.write([psutil.Process(running.pid), psutil.Process(other.pid)])
    written = json.loads(record.path.read_text())
    for entry in written:
        entry["started"] -= 10 * (entry["pid"] == other.pid)
    record.path.write_text(json.dumps(written))
    try:
        assert children.Record(record.path).end_all() == 1
        assert running.poll() is not None
        assert other.poll() is None
    finally:
        running.kill()
        other.kill()
        other.wait()
    record.path.write_text("half a rec")
    assert record.end_all() == 0


def test_a_child_that_dies_is_started_again_later_each_time(caplog):
    reading, writing = os.pipe()
    child = children.Child("short", [sys.executable, "-c", "pass"], reading, "LIFE")
    for failures in (1, 2):
        until(lambda: child.keep() or child.process, seconds=10)
        child.process.wait()
        child.keep()
        assert (child.process, child.failures) == (None, failures)
        child.keep()
        assert child.process is None
    child.stop()
    os.close(reading)
    os.close(writing)
    assert "starting again in 1.0 s" in caplog.text
    assert "starting again in 2.0 s" in caplog.text


@pytest.mark.parametrize(
    ("host", "expected"),
    [("0.0.0.0", "http://127.0.0.1:81"), ("::", "http://[::1]:81"), ("10.0.0.5", "http://10.0.0.5:81")],
)
def test_the_address_is_one_that_can_be_opened(tmp_path, host, expected):
    environ = {"PARTA_DATA": str(tmp_path), "PARTA_HOST": host, "PORT": "81"}
    assert address(settings.load(environ)) == expected


def test_one_supervisor_a_data_folder(place):
    place.data.mkdir()
    configured = settings.load(place.environ)
    with (place.data / "supervisor.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ServerError, match="already"):
            Supervisor(configured).run()


@pytest.mark.slow
def test_it_serves_says_so_and_ends_cleanly(place):
    supervisor = place.serve()
    assert supervisor.stdout.readline() == f"Parta answers at http://127.0.0.1:{place.port}\n"
    assert place.answering()
    second = place.run("serve")
    assert second.returncode == 1
    assert second.stderr.endswith(f"parta: Parta serves the data folder {place.data} already\n")
    third = place.run("web", "--application", "tiny:application")
    assert (third.returncode, "is taken by another program" in third.stderr) == (1, True)
    assert place.run("school", "list").returncode == 0
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(40) == 0
    assert place.alive() == []
    assert place.recorded() == []
    assert not EmbeddedServer(place.data).running()


@pytest.mark.slow
def test_the_application_itself_is_served(place):
    assert place.run("school", "create", "school-1", "--name", "Школа № 1").returncode == 0
    supervisor = place.serve("parta.app:application")
    assert "Parta answers" in supervisor.stdout.readline()
    with urllib.request.urlopen(f"http://127.0.0.1:{place.port}/sign-in", timeout=10) as page:
        assert page.status == 200
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(40) == 0


@pytest.mark.slow
def test_kill_9_of_the_supervisor_leaves_no_orphan_and_a_start_right_after_serves(place):
    first = place.serve()
    place.until_answers()
    place.child("worker")
    first.kill()
    second = place.serve()
    assert "Parta answers" in second.stdout.readline()
    ours = {process.pid for process in psutil.Process(second.pid).children(recursive=True)}
    assert {place.answering() for _ in range(30)} <= ours
    serving = [process for process in place.alive() if "web" in process.cmdline()]
    assert {process.pid for process in serving} <= ours


@pytest.mark.slow
def test_kill_9_of_the_supervisor_alone_ends_everything(place):
    supervisor = place.serve()
    place.until_answers()
    place.child("worker")
    supervisor.kill()
    place.until_silent()
    until(lambda: not place.alive(), why="a process stayed")
    assert not EmbeddedServer(place.data).running()


@pytest.mark.slow
def test_a_killed_web_server_comes_back_and_its_processes_end_with_it(place):
    place.serve()
    place.until_answers()
    served = place.child("web")
    processes = psutil.Process(served).children(recursive=True)
    assert processes
    os.kill(served, signal.SIGKILL)
    psutil.wait_procs(processes, timeout=20)
    assert [process for process in processes if process.is_running()] == []
    assert place.until_answers() not in {process.pid for process in processes}


@pytest.mark.slow
def test_a_killed_web_process_is_replaced(place):
    place.serve()
    victim = place.until_answers()
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: (found := place.answering()) != victim and found)


@pytest.mark.slow
def test_a_killed_postgres_comes_back_while_serving(place):
    place.serve()
    place.until_answers()
    server = EmbeddedServer(place.data)
    old = int((server.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(old, signal.SIGKILL)

    def back():
        try:
            with psycopg.connect(server.dsn(), connect_timeout=2) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    until(lambda: server.running() and int((server.cluster / "postmaster.pid").read_text().split()[0]) != old)
    until(back, why="PostgreSQL did not come back")
    assert place.run("school", "list").returncode == 0


def queue_slow_job(place, seconds):
    configured = settings.load(place.environ)
    with installation.opened(configured, tiny.registry()) as database:
        with database.directory() as connection:
            school = directory.find_by_slug(connection, "school-1")
        with database.enter(school):
            jobs.defer("tiny.slow", seconds=seconds)


def statuses(place):
    with psycopg.connect(EmbeddedServer(place.data).dsn()) as connection:
        query = "select status::text from jobs.procrastinate_jobs where task_name <> 'tick'"
        return [row[0] for row in connection.execute(query)]


@pytest.mark.slow
def test_kill_9_of_the_worker_loses_no_job(place):
    assert place.run("school", "create", "school-1", "--name", "Школа № 1").returncode == 0
    with installation.attached(settings.load(place.environ)):
        queue_slow_job(place, 600)
        worker = [sys.executable, "-m", "tiny"]
        first = subprocess.Popen(worker, env=place.environ)
        until((place.data / "began").exists, why="the job did not begin")
        first.kill()
        first.wait()
        assert statuses(place) == ["doing"]
        (place.data / "hurry").touch()
        second = subprocess.Popen(worker, env=place.environ)
        until((place.data / "ended").exists, seconds=150, why="the stalled job did not run again")
        until(lambda: statuses(place) == ["succeeded"])
        second.terminate()
        assert second.wait(30) == 0
    began = (place.data / "began").read_text().split()
    assert began == [str(first.pid), str(second.pid)]


@pytest.mark.slow
def test_kill_9_of_postgres_during_a_job_loses_no_job(place):
    assert place.run("school", "create", "school-1", "--name", "Школа № 1").returncode == 0
    configured = settings.load(place.environ)
    server = EmbeddedServer(place.data)
    with installation.attached(configured):
        queue_slow_job(place, 600)
        worker = [sys.executable, "-m", "tiny"]
        first = subprocess.Popen(worker, env=place.environ)
        until((place.data / "began").exists, why="the job did not begin")
        os.kill(int((server.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        (place.data / "hurry").touch()
        until(lambda: started_again(configured), why="PostgreSQL did not start again")
        first.wait(90)
        second = subprocess.Popen(worker, env=place.environ)
        until(lambda: statuses(place) == ["succeeded"], seconds=150, why="the job did not succeed")
        second.terminate()
        second.wait(30)


def started_again(configured):
    try:
        return installation.start_again(configured)
    except ServerError:
        return False


@pytest.mark.slow
def test_a_worker_asked_to_end_finishes_its_job(place):
    assert place.run("school", "create", "school-1", "--name", "Школа № 1").returncode == 0
    with installation.attached(settings.load(place.environ)):
        queue_slow_job(place, 3)
        worker = subprocess.Popen([sys.executable, "-m", "tiny"], env=place.environ)
        until((place.data / "began").exists)
        worker.terminate()
        assert worker.wait(30) == 0
        assert statuses(place) == ["succeeded"]


@pytest.mark.slow
def test_schools_are_upgraded_in_processes_and_one_that_fails_stays_as_it_was(place):
    for slug in ("school-1", "school-2", "school-3"):
        assert place.run("school", "create", slug, "--name", slug).returncode == 0
    with installation.attached(settings.load(place.environ)) as database:
        with database.directory() as connection:
            schools = directory.all_schools(connection)
        for school in schools:
            with database.engine().begin() as connection:
                migrations.downgrade(connection, school, migrations.CORE, "0003")
        with database.engine().begin() as connection:
            connection.exec_driver_sql(f"create table {schools[1].schema}.kernel_schedule (n int)")
        done = place.run("upgrade")
        assert done.returncode == 1
        assert "school-2: failed, left as it was" in done.stderr
        assert done.stderr.endswith("parta: not upgraded: school-2\n")
        assert "school-1: core 0003 →" in done.stdout
        assert "school-2: core 0003 →" in place.run("upgrade", "--plan").stdout
        assert place.run("migrate", "school-1").stdout == "school-1: up to date\n"
    assert "there is no school “school-9”; see: parta school list" in place.run("migrate", "school-9").stderr
    assert "there is no plugin “shelf”" in place.run("migrate", "school-1", "shelf").stderr


@pytest.mark.slow
def test_back_up_and_restore_as_an_operator_types_them(place, tmp_path):
    assert place.run("school", "create", "school-1", "--name", "Школа № 1").returncode == 0
    saved = place.run("backup", "--to", str(tmp_path))
    archive = saved.stdout.strip()
    assert (saved.returncode, Path(archive).parent) == (0, tmp_path)
    assert place.run("restore", archive, "--verify").stdout.startswith("The back-up is whole: ")
    assert "--replace" in place.run("restore", archive).stderr
    assert "stands at /school-1" in place.run("restore", archive, "--replace").stdout
    assert "stands at /school-2" in place.run("restore", archive, "--as", "school-2").stdout
    assert place.run("school", "delete", "school-2", "--yes", "school-1").returncode == 1
    assert place.run("school", "delete", "school-2", "--yes", "school-2").returncode == 0
    assert place.run("school", "list").stdout.count("\n") == 1
