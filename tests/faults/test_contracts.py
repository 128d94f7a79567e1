"""What scripts may rely on: `PORT`, `PARTA_DATA`, the sign-in form, `parta token`, `/healthz`."""

import signal
import time

import pytest
from real import PASSWORD, SLUG

pytestmark = pytest.mark.slow


def test_health_is_told_as_json(parta):
    answer = parta.request("GET", "/healthz")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json == {"status": "ok", "database": "up", "schools": 1, "refused_plugins": 0}


@pytest.mark.parametrize("login", ["admin", "director", "deputy", "homeroom", "teacher", "student", "parent"])
def test_t6_a_script_signs_in_by_the_form(parta, login):
    answer, cookie = parta.sign_in(login)
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    home = parta.request("GET", "/", headers={"Cookie": cookie})
    assert home.status == 200
    assert parta.request("GET", "/").status == 302


def test_a_script_that_gives_a_wrong_password_is_refused(parta):
    answer, cookie = parta.sign_in("director", "guess")
    assert answer.status == 422
    assert parta.request("GET", "/", headers={"Cookie": cookie}).status == 302


def test_a_token_opens_the_api_and_says_whose_it_is(parta):
    me = parta.api("teacher", "GET", "/me")
    assert (me.status, me.json["roles"]) == (200, ["teacher"])
    refused = parta.request("GET", "/api/v1/me", headers={"Authorization": "Bearer made-up"})
    assert (refused.status, refused.headers["Content-Type"]) == (401, "application/problem+json")


def test_a_token_is_one_line_and_no_other_account_gets_one(parta):
    made = parta.run("token", "director", "--school", SLUG)
    assert (made.returncode, made.stdout.count("\n"), len(made.stdout) > 40) == (0, 1, True)
    unknown = parta.run("token", "nobody", "--school", SLUG)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == "parta: There is no active account “nobody”.\n"


def test_the_data_folder_and_the_port_are_those_that_were_asked_for(parta):
    assert (parta.data / "postgres" / "PG_VERSION").is_file()
    parta.supervisor.send_signal(signal.SIGTERM)
    assert parta.supervisor.wait(60) == 0
    parta.supervisor.stdout.close()
    began = time.monotonic()
    again = parta.run("demo", "--students", "60")
    assert (again.returncode, PASSWORD in again.stdout) == (0, True)
    assert parta.serve() == f"Parta answers at http://127.0.0.1:{parta.port}\n"
    print(f"`parta demo` and `parta serve` once more: {time.monotonic() - began:.1f} s")
    assert parta.request("GET", "/healthz").json["schools"] == 1
