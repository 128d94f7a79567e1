"""The first access to a school, and a way back in, as an operator gives them (A8, D7)."""

import re

import pytest
from click.testing import CliRunner
from parta.accounts.services import codes, users
from parta.cli import main
from parta.kernel import directory
from parta.people.services import listing

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")
SECRET = "a secret of the tests"


@pytest.fixture
def parta(parta_full_database, monkeypatch, tmp_path):
    url = parta_full_database.url.set(drivername="postgresql")
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("PARTA_SECRET_KEY", SECRET)
    monkeypatch.setenv("PARTA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PORT", "8055")

    def run(*words):
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        return done.exit_code, done.output

    return run


@pytest.fixture
def founded(make_school, parta_full_database):
    """Puts a school that the command has made among those that are dropped after the test."""

    def take(slug):
        with parta_full_database.directory() as connection:
            made = directory.find_by_slug(connection, slug)
            make_school.made += [made] if made else []
        return made

    return take


def test_a8_a_school_begins_with_its_directors_code(parta, founded, site):
    exit_code, output = parta(
        "school", "create", "founded", "--name", "Школа № 7", "--director", "Иванова Анна Петровна"
    )
    school = founded("founded")
    assert exit_code == 0
    assert "Иванова Анна Петровна" in output
    code = CODE.search(output)[0]
    assert f"http://127.0.0.1:8055/founded/register/{code}" in output
    client = site.app.test_client()
    page = client.get(f"/founded/register/{code}")
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)[1]
    sent = {"login": "ivanova", "password": "три слова подряд", "again": "три слова подряд"}
    answer = client.post(f"/founded/register/{code}", data={**sent, "csrf_token": token})
    assert answer.location == "/founded/"
    site.school = school
    with site.enter():
        (found,) = users.find("ivanova")
        assert found.roles == ("director",)
        assert listing.one(found.person_id)[1].position == "директор"


@pytest.mark.parametrize("director", ["Иванова", "Иванова 7", ""])
def test_a8_a_director_without_a_proper_name_makes_no_school(parta, founded, director):
    exit_code, output = parta("school", "create", "unfounded", "--name", "Школа", "--director", director)
    assert (exit_code, output.startswith("parta: ")) == (1, True)
    assert founded("unfounded") is None


def test_d7_who_is_locked_out_gets_a_new_code(parta, site):
    person = site.person("administrator", surname="Орлова")
    login = site.account(person)
    site.account(site.person("administrator"))
    with site.enter():
        users.set_active(users.of_person(person).user_id, False)
    exit_code, output = parta("access", login.upper(), "--school", site.school.slug)
    assert exit_code == 0
    assert "open again" in output
    with site.enter():
        assert users.of_person(person).is_active
        assert codes.invitation(CODE.search(output)[0]).login == login
    assert "Орлова Анна Петровна: " in parta("access", "орлова", "анна", "--school", site.school.slug)[1]


def test_an_unknown_or_doubtful_name_is_one_line_and_issues_nothing(parta, site):
    one, two = site.person(surname="Орлова"), site.person(surname="Орловская")
    assert parta("access", "Белов", "--school", site.school.slug) == (
        1,
        "parta: nobody has the login or name “Белов”\n",
    )
    exit_code, output = parta("access", "орлов", "--school", site.school.slug)
    assert exit_code == 1
    assert "Орлова Анна Петровна (no account), Орловская Анна Петровна (no account)" in output
    with site.enter():
        assert [users.of_person(number).code_until for number in (one, two)] == [None, None]
