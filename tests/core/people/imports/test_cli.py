"""`parta import people`, as an operator types it (A16)."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from parta.boot import registry
from parta.cli import main
from parta.kernel import access, directory, installation, settings
from parta.kernel.listing import Paging
from parta.people.services import persons
from parta.school.services import years

from .conftest import HEADINGS, PETROV, Files


@pytest.fixture(scope="module")
def folder():
    made = Path(tempfile.mkdtemp(prefix="parta-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def parta(folder, monkeypatch):
    monkeypatch.setenv("PARTA_DATA", str(folder / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*rows, options=("--create-classes",)):
        path = folder / "people.csv"
        path.write_bytes(Files.csv([HEADINGS, *rows]))
        words = ["import", "people", str(path), "--school", "school-5", *options]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return run


@pytest.fixture
def people(parta):
    """How many people the school has; made with a year at first need."""

    def count():
        with installation.attached(settings.load(), registry()) as database:
            with database.directory() as connection:
                school = directory.find_by_slug(connection, "school-5")
            with database.enter(school), access.acting(access.SYSTEM):
                if not years.all_years():
                    years.add_year("2026/27", date(2026, 9, 1), date(2027, 8, 31))
                return persons.listing(Paging()).total

    assert CliRunner().invoke(main, ["school", "create", "school-5", "--name", "Школа"]).exit_code in {0, 1}
    count()
    return count


def test_people_are_imported_from_the_command_line(parta, people):
    wrong = parta(PETROV, ["Петрова", "Яна", "", "вчера", "", "", "5А"])
    assert wrong.exit_code == 1
    assert "вчера" in wrong.output
    assert "Row 3" in wrong.output
    tried = parta(PETROV, options=["--create-classes", "--dry-run"])
    assert (tried.exit_code, people()) == (0, 0)
    assert "New students: 1" in tried.output
    assert "Classes added: 5А" in tried.output
    done = parta(PETROV)
    assert (done.exit_code, people()) == (0, 1)
    assert parta(PETROV).output == "Nothing to change.\n"


def test_what_cannot_be_read_is_one_line(parta, people):
    refused = parta(options=["--year", "2026/27"])
    assert refused.exit_code == 1
    assert refused.output.startswith("parta: Nobody is listed")
    unknown = parta(PETROV, options=["--year", "1990"])
    assert (unknown.exit_code, unknown.output.count("\n")) == (1, 1)
