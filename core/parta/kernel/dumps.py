"""PostgreSQL's own programs for back-up: finding those that fit the server, and running them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL

from parta.kernel import postgres

Pipe = subprocess.Popen[bytes]
DEBIAN = Path("/usr/lib/postgresql")


class DumpError(Exception):
    """A program of PostgreSQL is missing or failed; the message says which and why."""


def program(name: str, server_major: int) -> Path:
    """The program `name` of the server's own major version, or of the nearest newer one.

    Raises DumpError when there is none.
    """
    found = {major: path for path in _places(name) if (major := _major(path)) >= server_major}
    if not found:
        raise DumpError(
            f"{name} of PostgreSQL {server_major} or newer is needed and is neither on PATH nor in {DEBIAN};"
            f" on Debian: apt-get install postgresql-client-{server_major}"
        )
    return found[min(found)]


def _places(name: str) -> Iterator[Path]:
    """Where it may be, the surest last: on PATH may be a wrapper that runs another version."""
    on_path = shutil.which(name)
    candidates = [*DEBIAN.glob(f"*/bin/{name}"), postgres.BINARIES / name]
    return (path for path in [*([Path(on_path)] if on_path else []), *candidates] if path.exists())


def _major(path: Path) -> int:
    """The major version that the program says it has, 0 when it cannot say."""
    done = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\)\s+(\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def dump(url: URL, server_major: int, schema: str, snapshot: str, to: Path) -> None:
    """Write one schema, as it stands in an exported `snapshot`, to a file of PostgreSQL's custom format.

    Raises DumpError.
    """
    options = ["--format=custom", f"--schema={schema}", f"--snapshot={snapshot}", f"--file={to}"]
    arguments = [*options, "--no-owner", "--no-privileges", "--dbname", _address(url)]
    _run([str(program("pg_dump", server_major)), *arguments], url)


def load(url: URL, server_major: int, dumped: Path, schema: str, new_schema: str) -> None:
    """Bring the schema of a dump back as `new_schema`, all of it or nothing.

    Raises DumpError.
    """
    restore, psql = program("pg_restore", server_major), program("psql", server_major)
    plain = [str(restore), "--no-owner", "--no-privileges", "--file=-", str(dumped)]
    into = [str(psql), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", _address(url)]
    with tempfile.TemporaryFile() as said:
        reading = subprocess.Popen(plain, stdout=subprocess.PIPE, stderr=said)
        writing = subprocess.Popen(
            into, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=_environment(url)
        )
        whole = _feed(reading, writing, schema, new_schema)
        if writing.wait() or not whole:
            said.seek(0)
            raise DumpError(_worst_line(said.read()))


def _feed(reading: Pipe, writing: Pipe, schema: str, new_schema: str) -> bool:
    """Pass the statements on under the new schema's name; commit only when all of them were read."""
    assert reading.stdout is not None
    assert writing.stdin is not None
    whole = False
    try:
        with reading.stdout, writing.stdin:
            writing.stdin.write(b"begin;\n")
            writing.stdin.writelines(renamed(reading.stdout, schema, new_schema))
            whole = reading.wait() == 0
            if whole:
                writing.stdin.write(b"commit;\n")
    except BrokenPipeError:  # psql gave up: its exit code and its words say why
        reading.wait()
    return whole


def renamed(script: IO[bytes], schema: str, new_schema: str) -> Iterator[bytes]:
    """The lines of a dump as SQL with the schema under another name, its rows untouched."""
    name = re.compile(rb"\b" + re.escape(schema.encode()) + rb"\b")
    rows = False
    for line in script:
        if rows:
            rows = line != b"\\.\n"
            yield line
        elif not line.startswith(b"SET transaction_timeout"):
            rows = line.startswith(b"COPY ") and line.endswith(b"FROM stdin;\n")
            yield name.sub(new_schema.encode(), line)


def _run(words: list[str], url: URL) -> None:
    done = subprocess.run(words, env=_environment(url), capture_output=True, check=False)
    if done.returncode:
        raise DumpError(f"{Path(words[0]).name}: {_worst_line(done.stderr)}")


def _worst_line(said: bytes) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it failed without a word"])[0]


def _address(url: URL) -> str:
    """The address of the database without the password, which other users could read among arguments."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _environment(url: URL) -> dict[str, str]:
    password = {"PGPASSWORD": url.password} if url.password else {}
    return {**os.environ, **password}
