"""The server that Parta starts for itself: private, sorted, and back after a crash."""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from parta.kernel import postgres
from parta.kernel.postgres import EmbeddedServer, ServerError


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="parta-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def server(folder):
    made = EmbeddedServer(folder / "data", fsync=False)
    made.ensure_initialised()
    made.start()
    yield made
    made.stop()


def test_it_is_private_and_knows_cyrillic(server):
    assert server.password_file.stat().st_mode & 0o777 == 0o600
    assert server.sockets.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("select 'Иванов' ilike 'иван%'").fetchone() == (True,)
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(server.sockets), user="parta", dbname="parta", password="guess")


def test_it_comes_back_after_kill_9_with_what_was_committed(server):
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (5)")
    os.kill(int((server.cluster / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    time.sleep(0.5)
    again = EmbeddedServer(server.data_dir, fsync=False)
    again.ensure_initialised()
    again.start()
    again.start()
    with psycopg.connect(again.dsn()) as connection:
        assert connection.execute("select n from kept").fetchone() == (5,)


def test_a_long_path_gets_its_socket_elsewhere(folder):
    server = EmbeddedServer(folder / ("long-" * 20) / "data", fsync=False)
    assert len(os.fsencode(server.sockets)) < 90
    server.data_dir.parent.mkdir()
    server.ensure_initialised()
    server.start()
    try:
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()
        shutil.rmtree(server.sockets, ignore_errors=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root drops to another user")
def test_root_is_told_which_folder_is_closed(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ServerError, match=str(closed)):
        EmbeddedServer(closed / "data").ensure_initialised()
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.getuid() != 0, reason="only root drops to another user")
def test_root_is_told_that_parta_is_installed_in_a_closed_folder(folder, monkeypatch):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(postgres, "BINARIES", closed)
    with pytest.raises(ServerError, match="where Parta is installed"):
        EmbeddedServer(folder / "data").ensure_initialised()


def test_a_server_that_cannot_start_says_why(folder):
    server = EmbeddedServer(folder / "data", fsync=False)
    server.ensure_initialised()
    with (server.cluster / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(ServerError, match="no_such_setting"):
        server.start()


def test_a_start_cut_off_half_way_begins_anew(folder):
    server = EmbeddedServer(folder / "data", fsync=False)
    (folder / "data" / "postgres.new").mkdir(parents=True)
    (folder / "data" / "postgres.new" / "PG_VERSION").write_text("18")
    server.ensure_initialised()
    server.start()
    try:
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()
