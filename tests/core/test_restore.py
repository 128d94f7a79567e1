"""Who was erased after a back-up stays erased when it is restored, in its own place and in a copy."""

import shutil
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from parta import boot
from parta.cli import main
from parta.kernel import access, directory, installation, settings
from parta.people.models import Person
from parta.people.services import custody, persons
from parta.people.services.persons import PersonValues


@pytest.fixture
def data(monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="parta-test-"))
    folder.chmod(0o755)
    monkeypatch.setenv("PARTA_DATA", str(folder / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def parta(*words):
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_restored_back_up_brings_nobody_back_who_was_erased(data):
    def surnames(slug):
        with database.directory() as connection:
            school = directory.find_by_slug(connection, slug)
        with database.enter(school) as unit:
            return [row.surname for row in unit.session.query(Person).order_by(Person.surname)]

    with installation.attached(settings.load(), boot.registry()) as database:
        parta("school", "create", "school-1", "--name", "Школа № 1")
        with database.directory() as connection:
            school = directory.find_by_slug(connection, "school-1")
        with database.enter(school), access.acting(access.SYSTEM):
            persons.add_staff(PersonValues("Иванова", "Анна"), position="учитель")
            gone = persons.add_staff(PersonValues("Петров", "Пётр"), position="учитель")
        archive = parta("backup", "school-1", "--to", str(data)).strip()
        with database.enter(school), access.acting(access.SYSTEM):
            custody.erase(gone)
        assert surnames("school-1") == ["Иванова"]
        assert "Erased again, as they were after the back-up: 1 persons" in parta(
            "restore", archive, "--replace"
        )
        assert surnames("school-1") == ["Иванова"]
        parta("restore", archive, "--as", "copy-of-it")
        assert surnames("copy-of-it") == ["Иванова"]
