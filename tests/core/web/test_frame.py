"""Every request runs inside the frame: one school, somebody, all or nothing."""

import re
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from parta.accounts.services import codes
from parta.kernel import clock
from parta.school.services import subjects
from parta.testing.web import PASSWORD
from sqlalchemy import text
from sqlalchemy.exc import OperationalError


def token_of(page):
    return re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)[1]


def test_t6_a_person_signs_in_and_out(site):
    login = site.account(site.person("director"))
    client = site.app.test_client()
    page = client.get(site.url("/sign-in"))
    assert page.status_code == 200
    sent = {"login": login.upper(), "password": PASSWORD, "csrf_token": token_of(page)}
    answer = client.post(site.url("/sign-in"), data=sent)
    assert (answer.status_code, answer.location) == (302, site.url("/"))
    home = client.get(site.url("/"))
    assert home.status_code == 200
    assert "Иванова Анна Петровна" in home.text
    assert client.post(site.url("/sign-out"), data={"csrf_token": token_of(home)}).status_code == 302
    assert client.get(site.url("/")).status_code == 302


def test_home_asks_who_is_not_signed_in_to_sign_in_and_comes_back(site):
    answer = site.app.test_client().get(site.url("/account"))
    assert answer.location == site.url("/sign-in?next=/account")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(site, elsewhere):
    login = site.account(site.person("director"))
    client = site.client()
    sent = {"login": login, "password": PASSWORD}
    answer = client.post(site.url("/sign-in"), query_string={"next": elsewhere}, data=sent)
    assert answer.location == site.url("/")


def test_a_change_without_this_browsers_token_is_refused(site):
    client = site.as_role("administrator")
    client.csrf = ""
    answer = client.post(site.url("/account/preferences"), data={"theme": "dark"})
    assert answer.status_code == 403


def test_every_answer_carries_the_security_headers(site):
    answer = site.client().get(site.url("/sign-in"))
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'self'; img-src 'self' data: blob:"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_address_is_a_page_and_a_problem(site):
    client = site.as_role("director")
    page = client.get(site.url("/nowhere"))
    assert (page.status_code, page.mimetype) == (404, "text/html")
    problem = client.get(site.url("/api/v1/nowhere"))
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert problem.json["status"] == 404


def test_guessing_is_slowed_for_this_login_from_this_address_only(site):
    login = site.account(site.person("director"))
    client = site.client()
    for _try in range(5):
        assert client.post(site.url("/sign-in"), data={"login": login, "password": "x"}).status_code == 422
    refused = client.post(site.url("/sign-in"), data={"login": login, "password": PASSWORD})
    assert refused.status_code == 429
    elsewhere = {"REMOTE_ADDR": "10.1.1.1"}
    sent = {"login": login, "password": PASSWORD}
    assert client.post(site.url("/sign-in"), data=sent, environ_base=elsewhere).status_code == 302


def test_a_session_of_one_school_is_nothing_in_another(make_site):
    one, other = make_site(), make_site()
    client = one.as_role("administrator")
    cookie = client.get_cookie(f"parta_session_{one.school.id}", path=one.url(""))
    client.set_cookie(f"parta_session_{other.school.id}", cookie.value, path=other.url(""))
    assert client.get(one.url("/")).status_code == 200
    assert client.get(other.url("/")).status_code == 302
    assert client.post(other.url("/account/preferences"), data={"theme": "dark"}).status_code == 403


def test_the_health_of_the_installation_is_told_outside_any_school(site):
    answer = site.app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert site.client().get(site.url("/healthz")).status_code == 404


def test_an_address_without_a_school_offers_the_schools(make_site):
    one, other = make_site(), make_site()
    client = one.app.test_client()
    page = client.get("/")
    assert one.school.slug in page.text
    assert other.school.slug in page.text
    assert client.get("/account?x=1").location == one.url("/account?x=1")


def test_an_installation_with_one_school_needs_no_prefix(site):
    client = site.app.test_client()
    assert client.get("/sign-in").status_code == 200
    assert client.get("/").location == "/sign-in?next=/"


def test_the_api_describes_itself_and_says_who_i_am(site):
    client = site.as_role("director")
    spec = client.get(site.url("/api/v1/openapi.json")).json
    assert spec["servers"] == [{"url": site.url("")}]
    assert "/api/v1/me" in spec["paths"]
    me = client.get(site.url("/api/v1/me")).json
    assert me["roles"] == ["director"]
    assert site.client().get(site.url("/api/v1/me")).status_code == 401


def test_a_school_that_is_not_upgraded_answers_503_and_the_others_work(make_site):
    old, current = make_site(), make_site()
    client = old.as_role("director")
    with old.database.engine().begin() as connection:
        connection.exec_driver_sql(
            f"update {old.school.schema}.alembic_version_core set version_num = '0001'"
        )
    old.database.memory.clear()
    page = client.get(old.url("/"))
    assert page.status_code == 503
    assert "upgraded" in page.text
    assert client.get(old.url("/api/v1/me")).json["status"] == 503
    assert current.as_role("director").get(current.url("/")).status_code == 200
    with old.database.engine().begin() as connection:
        head = f"select version_num from {current.school.schema}.alembic_version_core"
        connection.exec_driver_sql(
            f"update {old.school.schema}.alembic_version_core set version_num = ({head})"
        )
    assert client.get(old.url("/")).status_code == 200


def test_a_view_that_fails_is_a_page_and_changes_nothing(site, monkeypatch):
    client = site.as_role("director")

    def broken(*args, **values):
        raise RuntimeError("broken")

    monkeypatch.setitem(site.app.view_functions, "home.home", broken)
    page = client.get(site.url("/"))
    assert page.status_code == 500
    assert "written down" in page.text


def test_an_answer_that_checked_no_right_is_a_fault(site, monkeypatch):
    client = site.as_role("director")
    monkeypatch.setitem(site.app.view_functions, "home.home", lambda: "hello")
    assert client.get(site.url("/")).status_code == 500


def test_a_database_that_is_away_is_said_so(site, monkeypatch):
    client = site.as_role("director")
    away = OperationalError("select 1", {}, Exception("server closed the connection"))

    def refuse(*args, **values):
        raise away

    monkeypatch.setitem(site.app.view_functions, "home.home", refuse)
    assert client.get(site.url("/")).status_code == 503


def test_a_form_sent_twice_at_once_is_a_conflict_and_no_fault(site):
    client = site.as_role("administrator")
    client.get(site.url("/"))
    answers = []
    sender = threading.Thread(
        target=lambda: answers.append(client.post(site.url("/subjects/new"), data={"name": "Астрономия"}))
    )
    with site.enter() as unit:
        subjects.save("Астрономия")
        sender.start()
        deadline = time.monotonic() + 20
        while not unit.session.scalar(text("select count(*) from pg_locks where not granted")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    sender.join()
    assert answers[0].status_code == 409
    assert "sent twice" in answers[0].text


def test_the_first_code_makes_an_account_and_holds_once(site):
    person = site.person("director")
    with site.enter():
        code = codes.issue(person)
    assert len(code.replace("-", "")) == 16
    client = site.client()
    client.get(site.url("/register"))
    typed = client.post(site.url("/register"), data={"code": code.lower().replace("-", " ")})
    assert typed.status_code == 302
    sent = {"login": "headmistress", "password": "три простых слова", "again": "три простых слова"}
    short = {**sent, "password": "short", "again": "short"}
    assert "at least 8" in client.post(typed.location, data=short).text
    assert client.post(typed.location, data=sent).status_code == 302
    assert client.get(site.url("/")).status_code == 200
    assert client.get(typed.location).status_code == 404


def test_t6_a_person_signs_out_everywhere_else(site):
    person = site.person("director")
    phone, office = site.client(person), site.client(person)
    assert "Sign out everywhere else" in office.get(site.url("/account")).text
    office.post(site.url("/account/sessions/end"))
    assert phone.get(site.url("/")).status_code == 302
    assert office.get(site.url("/")).status_code == 200


def test_t6_a_new_password_needs_the_old_one(site):
    person = site.person("director")
    client = site.client(person)
    sent = {"old": "wrong", "new": "another good one", "again": "another good one"}
    assert "not your present password" in client.post(site.url("/account/password"), data=sent).text
    assert client.post(site.url("/account/password"), data={**sent, "old": PASSWORD}).status_code == 302


def test_a_session_left_alone_ends_for_staff_and_lasts_for_families(site):
    teacher = site.as_role("director")
    parent = site.client(site.person(kind="person"))
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert teacher.get(site.url("/")).status_code == 302
        assert parent.get(site.url("/")).status_code == 200
