"""`parta plugins` and `parta person` in a school, as an operator types them."""

import json

import pytest
from click.testing import CliRunner
from parta.cli import main
from parta.kernel import modules
from parta.people.services import persons
from parta.people.services.persons import PersonValues
from parta_shelf import services
from sqlalchemy import text

ANNA = PersonValues("Иванова", "Анна")


@pytest.fixture
def world(make_world, monkeypatch, tmp_path):
    made = make_world("shelf", "reader", "guest", on=False)
    monkeypatch.setenv("DATABASE_URL", made.url)
    monkeypatch.setenv("PARTA_DATA", str(tmp_path / "data"))
    return made


@pytest.fixture
def parta(world):
    def run(*words, given=None):
        at = ["--school", world.school.slug]
        done = CliRunner().invoke(main, [*map(str, words), *at], input=given, catch_exceptions=False)
        return done.exit_code, done.output.replace(world.school.slug, "s")

    return run


def test_a_plugin_is_switched_on_and_off_and_purged(parta, world):
    assert parta("plugins", "enable", "reader") == (0, "s: “reader” is on\n")
    with world.enter():
        assert modules.enabled() == {"shelf", "reader"}
    assert parta("plugins", "list") == (0, "guest\toff\t1.0\nshelf\ton\t1.0\nreader\ton\t1.0\n")
    assert parta("plugins", "purge", "shelf", "--yes", "shelf")[0] == 1
    assert parta("plugins", "disable", "shelf") == (0, "s: off: “reader”, “shelf”\n")
    assert parta("plugins", "disable", "shelf") == (0, "s: “shelf” was off\n")
    assert parta("plugins", "purge", "shelf", given="no\n")[0] == 1
    purged = parta("plugins", "purge", "shelf", given="shelf\n")
    assert purged[0] == 0
    assert purged[1].endswith("tables deleted: alembic_version_shelf, shelf_loan\n")
    with world.enter() as unit:
        assert unit.session.scalar(text("select to_regclass('shelf_loan')")) is None


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_an_unknown_plugin_or_school_is_one_line(parta, command):
    assert parta("plugins", command, "absent") == (1, "parta: There is no module “absent”.\n")
    absent = CliRunner().invoke(main, ["plugins", command, "shelf", "--school", "nowhere"])
    assert (absent.exit_code, absent.output) == (
        1,
        "parta: there is no school “nowhere”; see: parta school list\n",
    )


def test_a_migration_that_fails_leaves_the_school_as_it_was(parta, install, tmp_path, world):
    install("broken", code="from parta import toolkit\ninfo = toolkit.PluginInfo('broken', 'T', 'S')")
    package = tmp_path / "site" / "parta_broken"
    (package / "models.py").write_text("from parta import toolkit\nBase = toolkit.plugin_base()\n")
    (package / "migrations").mkdir()
    (package / "migrations" / "0001_broken.py").write_text(
        "revision = 'broken_0001'\ndown_revision = None\ndef upgrade():\n    raise OSError('no room')\n"
    )
    assert parta("plugins", "enable", "broken") == (
        1,
        "parta: the tables of “broken” cannot be made: OSError: no room\n",
    )
    with world.enter():
        assert modules.enabled() == frozenset()


def test_a_school_that_is_not_upgraded_is_left_alone(parta, world):
    with world.enter() as unit:
        unit.session.execute(text("update alembic_version_core set version_num = '0001'"))
    assert parta("plugins", "enable", "guest") == (
        1,
        "parta: the school “s” is not upgraded yet; run: parta upgrade\n",
    )


def test_a_person_is_exported_erased_and_merged(parta, world, tmp_path):
    parta("plugins", "enable", "shelf")
    with world.enter():
        one, two = persons.add_person(ANNA), persons.add_person(ANNA)
        services.lend(two, "Азбука")
    assert parta("person", "merge", one, two, given="n\n")[0] == 1
    assert parta("person", "merge", one, two, "--yes") == (0, f"s: person {two} is person {one} now\n")
    exported = json.loads(parta("person", "export", one)[1])
    assert exported["shelf_loans"]["rows"] == [{"book": "Азбука"}]
    target = tmp_path / "anna.json"
    assert parta("person", "export", one, "--to", target)[0] == 0
    assert json.loads(target.read_text())["person"]["rows"][0]["surname"] == "Иванова"
    assert target.stat().st_mode & 0o777 == 0o600
    assert parta("person", "erase", 2**63, "--yes")[0] == 2
    assert parta("person", "erase", one, given="n\n")[0] == 1
    assert parta("person", "erase", one, "--yes") == (0, f"s: person {one} is erased\n")
    assert parta("person", "export", one)[0] == 1
