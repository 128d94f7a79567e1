"""The `parta` command, as an operator types it, on an embedded server of its own."""

import shutil
import sys
import tempfile
import types
from pathlib import Path
from subprocess import PIPE, Popen

import click
import pytest
from click.testing import CliRunner
from parta.cli import main
from parta.kernel import installation, migrations, settings
from parta.kernel.plugins import Candidate, PluginInfo, hookimpl


@pytest.fixture(scope="module")
def data():
    folder = Path(tempfile.mkdtemp(prefix="parta-test-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def parta(data, monkeypatch):
    monkeypatch.setenv("PARTA_DATA", str(data))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*words):
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return run


def test_a_school_is_created_listed_and_upgraded(parta, data, monkeypatch):
    made = parta("school", "create", "school-5", "--name", "Школа № 5")
    assert (made.exit_code, made.output) == (0, "The school “Школа № 5” stands at /school-5\n")
    assert parta("school", "list").output == "school-5\tШкола № 5\tEurope/Moscow\n"
    assert parta("upgrade", "--plan").output == "school-5: up to date\n"
    monkeypatch.setattr(migrations, "revision", lambda connection, owner: None)
    assert (
        parta("upgrade", "--plan").output == f"school-5: core nothing → {migrations.head(migrations.CORE)}\n"
    )


def test_a_school_moves(parta):
    with installation.attached(settings.load()):
        assert parta("school", "create", "school-8", "--name", "Школа № 8").exit_code == 0
        moved = parta("school", "move", "school-8", "--slug", "lyceum-8", "--host", "Lyceum8.example.org")
        assert moved.output == "The school “Школа № 8” stands at lyceum8.example.org\n"
        assert "lyceum-8\tШкола № 8\tEurope/Moscow\tlyceum8.example.org\n" in parta("school", "list").output
        for words, message in (
            (("school-5", "--slug", "lyceum-8"), "There is a school “lyceum-8” already."),
            (("school-5", "--slug", "static"), "reserved"),
            (("school-5", "--host", "lyceum8.example.org"), "is the host of “lyceum-8”"),
            (("school-5", "--host", "no host"), "is not a host name"),
            (("school-8", "--slug", "school-9"), "there is no school “school-8”"),
        ):
            refused = parta("school", "move", *words)
            assert (refused.exit_code, message in refused.output) == (1, True)
        assert parta("school", "move", "lyceum-8", "--host", "").output.endswith(" stands at /lyceum-8\n")
        assert parta("school", "delete", "lyceum-8", "--yes", "other").exit_code == 1
        assert parta("school", "delete", "lyceum-8", "--yes", "lyceum-8").exit_code == 0
        assert parta("school", "list").output == "school-5\tШкола № 5\tEurope/Moscow\n"


def test_a_command_that_leaves_last_stops_the_server(parta, data):
    assert parta("school", "list").exit_code == 0
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_commands_together_share_the_server_and_the_last_stops_it(parta, data):
    use = (
        "from parta.kernel import installation, settings\n"
        "with installation.attached(settings.load()):\n"
        "    input()"
    )
    first, second = (Popen([sys.executable, "-c", use], stdin=PIPE) for _ in range(2))
    assert parta("school", "list").exit_code == 0
    first.communicate(b"\n", timeout=30)
    assert parta("school", "list").exit_code == 0
    assert (data / "postgres" / "postmaster.pid").exists()
    second.communicate(b"\n", timeout=30)
    assert (first.returncode, second.returncode) == (0, 0)
    assert not (data / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("school", "create", "school-6", "--name", " "), "The school needs a name."),
        (("school", "create", "static", "--name", "Школа"), "“static” is reserved"),
        (("school", "create", "school-6", "--name", "Школа", "--timezone", "Moscow"), "Europe/Moscow"),
    ],
)
def test_a_refusal_is_one_line_and_leaves_nothing(parta, words, message):
    before = parta("school", "list").output
    refused = parta(*words)
    assert refused.exit_code == 1
    assert message in refused.output
    assert refused.output.count("\n") == 1
    assert parta("school", "list").output == before


def test_a_bad_setting_is_one_line(parta, monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    refused = parta("school", "list")
    assert refused.exit_code == 1
    assert refused.output == "parta: PORT is 'eighty'; expected a whole number from 1 to 65535\n"


def test_refused_plugins_are_printed_with_their_reason(parta, monkeypatch):
    module = types.ModuleType("fake_shelf")
    monkeypatch.setitem(sys.modules, "fake_shelf", module)
    candidate = Candidate("shelf", "fake_shelf", "parta-shelf", "3.0", ("parta>=99",))
    monkeypatch.setattr(installation, "discover", lambda: [candidate])
    assert parta("plugins").exit_code == 0
    checked = parta("plugins", "--check")
    assert checked.exit_code == 1
    assert checked.output == "shelf\t3.0\trefused: it needs parta >=99, installed is 0.1.0\n"


def test_no_plugin_is_no_trouble(parta, monkeypatch):
    monkeypatch.setattr(installation, "discover", list)
    checked = parta("plugins", "--check")
    assert (checked.exit_code, checked.output) == (0, "")


def test_commands_hook(parta, monkeypatch):
    module = types.ModuleType("fake_shelf")
    module.info = PluginInfo("shelf", "Shelf", "Lends books.")

    @click.command("shelf")
    def shelf():
        click.echo("books")

    module.commands = hookimpl(lambda: [shelf])
    module.commands.__name__ = "commands"
    monkeypatch.setitem(sys.modules, "fake_shelf", module)
    candidate = Candidate("shelf", "fake_shelf", "parta-shelf", "3.0", ("parta",))
    monkeypatch.setattr(installation, "discover", lambda: [candidate])
    assert parta("shelf").output == "books\n"
    assert "shelf" in parta("--help").output
    assert parta("unknown").exit_code == 2
