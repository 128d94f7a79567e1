"""Accounts on the pages: access codes, roles, closing (A3, A19, D1, D7)."""

import re

import pytest
from parta.accounts.services import users
from parta.kernel.listing import Paging

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")


@pytest.fixture
def admin(site):
    return site.as_role("administrator")


@pytest.fixture
def teacher(site):
    """A member of staff without an account."""
    return site.person(surname="Орлова")


def code_of(page):
    return CODE.search(page.text)[0]


def held(site, person_id):
    with site.enter():
        return set(users.of_person(person_id).roles)


def test_a3_a_code_is_issued_shown_once_and_registers_the_person(site, admin, teacher):
    page = admin.post(site.url(f"/users/{teacher}/code"))
    assert page.status_code == 200
    code = code_of(page)
    assert f"http://localhost{site.url('/register/')}{code}" in page.text
    assert "Орлова Анна Петровна" in page.text
    assert code not in admin.get(site.url(f"/people/{teacher}")).text
    assert "code until" in admin.get(site.url("/users")).text
    stranger = site.client()
    chosen = {"login": "orlova", "password": "три слова подряд", "again": "три слова подряд"}
    assert stranger.post(site.url(f"/register/{code}"), data=chosen).location == site.url("/")
    assert "orlova" in admin.get(site.url("/users?q=орлова")).text


def test_a19_a_person_with_an_account_gets_a_code_for_a_new_password(site, admin, teacher):
    login = site.account(teacher)
    first = code_of(admin.post(site.url(f"/users/{teacher}/code")))
    page = admin.post(site.url(f"/users/{teacher}/code"))
    assert login in page.text
    assert site.client().get(site.url(f"/register/{first}")).status_code == 404
    assert admin.post(site.url("/users/999999/code")).status_code == 404


def test_d1_the_administrator_grants_and_revokes_what_is_his_to_grant(site, admin, teacher):
    path, back = site.url(f"/users/{teacher}/roles"), site.url(f"/people/{teacher}")
    assert admin.post(path, data={"role": "secretary", "do": "grant"}).location == back
    assert held(site, teacher) == {"secretary"}
    assert admin.post(path, data={"role": "secretary", "do": "revoke"}).location == back
    assert held(site, teacher) == set()
    for role in ("administrator", "director"):
        assert admin.post(path, data={"role": role, "do": "grant"}).status_code == 403
    admin.post(path, data={"role": "teacher", "do": "grant"})
    admin.post(path, data={"role": "nonsense", "do": "grant"})
    assert held(site, teacher) == set()
    page = admin.get(back).text
    assert 'value="deputy"' in page
    assert 'value="administrator"' not in page


def test_d1_the_director_appoints_administrators_and_one_always_remains(site, admin, teacher):
    director = site.as_role("director")
    path = site.url(f"/users/{teacher}/roles")
    assert 'value="administrator"' in director.get(site.url(f"/people/{teacher}")).text
    director.post(path, data={"role": "administrator", "do": "grant"})
    assert held(site, teacher) == {"administrator"}
    assert director.post(path, data={"role": "deputy", "do": "grant"}).status_code == 403
    with site.enter():
        first = next(row for row in users.listing(Paging(), role="administrator").rows if row.user_id)
    answer = director.post(
        site.url(f"/users/{first.person_id}/roles"), data={"role": "administrator", "do": "revoke"}
    )
    assert "At least one administrator must remain" in director.get(answer.location).text
    site.account(teacher)
    director.post(site.url(f"/users/{first.person_id}/roles"), data={"role": "administrator", "do": "revoke"})
    assert held(site, first.person_id) == set()


def test_a_closed_account_is_signed_out_and_may_be_opened_again(site, admin, teacher):
    browser = site.client(teacher)
    assert browser.get(site.url("/")).status_code == 200
    path = site.url(f"/users/{teacher}/active")
    admin.post(path, data={"active": "no"})
    assert browser.get(site.url("/")).status_code == 302
    assert "closed" in admin.get(site.url("/users?registered=yes&q=орлова")).text
    admin.post(path, data={"active": "yes"})
    with site.enter():
        assert users.of_person(teacher).is_active
    nobody = site.person(surname="Белова")
    assert admin.post(site.url(f"/users/{nobody}/active"), data={"active": "no"}).status_code == 404


def test_an_administrator_does_not_close_the_own_account(site):
    person = site.person("administrator")
    client = site.client(person)
    answer = client.post(site.url(f"/users/{person}/active"), data={"active": "no"})
    assert "cannot close your own" in client.get(answer.location).text
    assert client.get(site.url("/")).status_code == 200


def test_accounts_are_filtered_by_role_and_by_having_one(site, admin, teacher):
    with_account = admin.get(site.url("/users?registered=yes")).text.split('id="list"')[1]
    assert "Орлова" not in with_account
    assert "Орлова" in admin.get(site.url("/users?registered=no")).text
    assert "Орлова" not in admin.get(site.url("/users?role=administrator")).text.split('id="list"')[1]
    assert admin.get(site.url("/users?role=nonsense&registered=nonsense")).status_code == 200
