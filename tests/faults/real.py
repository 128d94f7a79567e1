"""An installation of real processes, and the journal of its demonstration school, as scripts meet them."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from urllib.parse import urlencode

import psutil
import psycopg
import pytest
from parta.kernel import children
from parta.kernel.postgres import EmbeddedServer

PASSWORD = "parta-demo"
SLUG = "demo-school"
API = "/api/v1"


def until(condition, seconds=60, why="it did not happen"):
    """What `condition` answers once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    return pytest.fail(why)


class Answer:
    """What the server said."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)


class Installation:
    """A data folder, a port, and the `parta serve` that uses them."""

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environ = {**kept, "PARTA_DATA": str(self.data), "PORT": str(self.port)}
        self.supervisor = None
        self.tokens = {}

    def run(self, *words, **changes):
        """Run a `parta` command to its end."""
        return subprocess.run(
            children.command(*words),
            env={**self.environ, **changes},
            capture_output=True,
            text=True,
            check=False,
        )

    def serve(self):
        """Start `parta serve`, until it says that it answers; returns the line."""
        with (self.folder / "log").open("a") as log:
            self.supervisor = subprocess.Popen(
                children.command("serve"), env=self.environ, stdout=subprocess.PIPE, stderr=log, text=True
            )
        line = self.supervisor.stdout.readline()
        assert line.startswith("Parta answers at "), self.log()[-2000:]
        return line

    def heal(self):
        """Let everything run and answer again, whatever a test did."""
        if self.supervisor is None or self.supervisor.poll() is not None:
            self.serve()
        until(self.is_well, why="it does not answer any more")

    def end(self):
        """Stop everything."""
        if self.supervisor is not None:
            self.supervisor.send_signal(signal.SIGCONT)
            self.supervisor.terminate()
            self.supervisor.wait(60)
            self.supervisor.stdout.close()
        for process in self.alive():
            process.kill()

    def log(self):
        """Everything that was logged so far."""
        return (self.folder / "log").read_text()

    def request(self, method, path, body=None, headers=None, timeout=30):
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def api(self, login, method, path, sent=None):
        """A request to the API with a personal token of `login`."""
        headers = {"Authorization": f"Bearer {self.token(login)}", "Content-Type": "application/json"}
        return self.request(method, API + path, None if sent is None else json.dumps(sent), headers)

    def token(self, login):
        """A token of `login`, made at first need."""
        if login not in self.tokens:
            made = self.run("token", login, "--school", SLUG)
            assert made.returncode == 0, made.stderr
            self.tokens[login] = made.stdout.strip()
        return self.tokens[login]

    def sign_in(self, login, password=PASSWORD):
        """Sign in as a script does, by the form; returns the answer and the cookie."""
        page = self.request("GET", "/sign-in")
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        form = urlencode({"login": login, "password": password, "csrf_token": csrf})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self.request("POST", "/sign-in", form, headers)
        return answer, (answer.headers["Set-Cookie"] or "").partition(";")[0]

    def is_well(self):
        """Whether it says that it is well."""
        try:
            return self.request("GET", "/healthz", timeout=5).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, query):
        """The rows of a query in the school."""
        with psycopg.connect(EmbeddedServer(self.data).dsn()) as connection:
            schema = connection.execute(
                "select schema_name from parta.schools where slug = %s", [SLUG]
            ).fetchone()[0]
            connection.execute(f'set local search_path = "{schema}"')
            return connection.execute(query).fetchall()

    def alive(self):
        """The processes of this installation that run, the database's not among them."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("PARTA_DATA") == str(self.data)
                if ours and "postgres" not in process.name() and process.pid != os.getpid():
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def child(self, word):
        """The main process of `parta web` or `parta worker`."""
        return until(
            lambda: next(
                (
                    process
                    for process in psutil.Process(self.supervisor.pid).children()
                    if word in process.cmdline()
                ),
                None,
            ),
            why=f"{word} does not run",
        )

    def postmaster(self):
        """The number of PostgreSQL's main process."""
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])


class Journal:
    """A course as its teacher finds it: which cells there are, and what stands in them."""

    def __init__(self, parta, login):
        self.parta = parta
        self.login = login
        courses = parta.api(login, "GET", "/journal/courses")
        assert courses.status == 200, courses.text
        self.course = courses.json[0]["id"]
        found = self.grid()
        students = [student["id"] for student in found["students"]]
        self.cells = [
            (lesson["id"], lesson["works"][0]["id"], student)
            for lesson in found["lessons"]
            if lesson["teaches"] and lesson["day"] <= found["today"]
            for student in students
        ]

    def grid(self):
        """The whole grid."""
        answer = self.parta.api(self.login, "GET", f"/journal/grid?course={self.course}")
        assert answer.status == 200, answer.text
        return answer.json

    def stands(self):
        """What stands in each cell that was ever written: text and version."""
        return {(work, student): (text, version) for work, student, text, version, _ in self.grid()["marks"]}

    def save(self, entries):
        """Send entries; their answer."""
        return self.parta.api(self.login, "POST", "/journal/cells", {"entries": entries})
