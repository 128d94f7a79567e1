"""Every request runs inside the frame: one school, somebody, all or nothing."""

import re

import pytest
from parta.testing.web import PASSWORD


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
