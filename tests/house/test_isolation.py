"""Two schools of one installation: A with every module on, B with none. Nothing of A is in B.

Every address of a module and every school hook is tried in both; every credential of A is shown to B.
"""

import re

import pytest
from parta import hookspecs
from parta.accounts.services import codes, tokens
from parta.kernel import modules, settings
from parta.kernel.audit import AuditRow
from parta.kernel.worker import Worker
from parta.testing.web import PASSWORD
from sqlalchemy import select

HOOKS = {name: value for name, value in vars(hookspecs).items() if hasattr(value, "parta_spec")}
PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")
EXAMPLES = {"int": "1", "date": "2026-11-24", "string": "x", "": "x", "path": "x"}


def example(rule):
    """An address that the rule answers to."""
    return PLACE.sub(lambda found: EXAMPLES.get(found[1] or "", "1"), rule)


@pytest.fixture
def schools(make_site, parta_registry):
    """The same person with all roles in both schools: (A, its browser, B, its browser)."""
    names = tuple(parta_registry.plugins)
    assert names
    a, b = make_site(*names), make_site()
    roles = ("administrator", "director", "deputy")
    return a, a.client(a.person(*roles)), b, b.client(b.person(*roles))


def of_modules(site):
    """Addresses of modules: (method, address)."""
    owners = site.app.extensions["parta_owners"]
    found = []
    for rule in site.app.url_map.iter_rules():
        owner = owners.get(rule.endpoint.rpartition(".")[0], "core")
        if owner in site.app.extensions["parta_registry"].plugins:
            found += [(method, example(rule.rule)) for method in rule.methods - {"HEAD", "OPTIONS"}]
    return found


def test_no_address_of_a_module_answers_where_it_is_off(schools):
    a, client_of_a, b, client_of_b = schools
    addresses = of_modules(a)
    assert addresses
    reached = set()
    for method, path in addresses:
        off = client_of_b.open(b.url(path), method=method)
        assert off.status_code == 404, f"{method} {path}"
        on = client_of_a.open(a.url(path), method=method)
        if on.status_code != 404:
            reached.add(path)
    assert reached, "in the school that has them on, some address answers"


def test_no_page_of_the_other_school_leads_to_a_module(schools):
    a, client_of_a, b, client_of_b = schools
    starts = {path for method, path in of_modules(a) if method == "GET"}
    for path in ("/", "/modules", "/account"):
        assert client_of_b.get(b.url(path)).status_code == 200
        links = set(re.findall(r'href="([^"#?]+)', client_of_b.get(b.url(path)).text))
        assert not {b.url(start) for start in starts} & links
    shown = set(re.findall(r'href="([^"#?]+)', client_of_a.get(a.url("/")).text))
    assert {a.url(start) for start in starts} & shown


def test_no_hook_of_a_module_is_called_where_it_is_off(schools):
    a, _, b, _ = schools
    called = set()
    for name in HOOKS:
        with b.enter():
            implementations = modules.hooks()._caller(name).get_hookimpls()
            assert {one.plugin_name for one in implementations} <= {"core", "kernel"}, name
        with a.enter():
            called |= {one.plugin_name for one in modules.hooks()._caller(name).get_hookimpls()}
    assert called >= set(a.app.extensions["parta_registry"].plugins)


def test_the_description_of_the_api_knows_no_module_that_is_off(schools):
    a, client_of_a, b, client_of_b = schools
    path = "/api/v1/openapi.json"
    off, on = client_of_b.get(b.url(path)).json["paths"], client_of_a.get(a.url(path)).json["paths"]
    assert set(off) < set(on)
    parts = {re.sub(r"<[^>]*>", "{}", address) for _, address in of_modules(a) if "/api/" in address}
    assert not parts & set(off)


def test_no_job_of_a_module_runs_where_it_is_off(make_world, tmp_path):
    world, off = make_world("shelf"), make_world(on=False)
    owned = world.registry.contributions.jobs["shelf.remind"]
    for school, written in ((world.school, 1), (off.school, 0)):
        off.school = school
        worker_of(world, tmp_path).run_job(owned, 1, school.id, {"person_id": 1})
        with off.enter() as unit:
            rows = unit.session.scalars(select(AuditRow).where(AuditRow.action == "shelf.remind")).all()
            assert len(rows) == written


def worker_of(world, tmp_path):
    return Worker(world.database, world.registry, settings.load({"PARTA_DATA": str(tmp_path / "data")}))


@pytest.fixture
def credentials(schools):
    """Everything that lets its holder into A."""
    a, client, _, _ = schools
    person = a.person("administrator", surname="Соколова")
    login = a.account(person, "sokolova")
    guest = a.person(surname="Гостева", kind="person")
    with a.enter():
        token = tokens.make(login)
        code = codes.issue(guest)
    session = client.get_cookie(f"parta_session_{a.school.id}", path=a.url("")).value
    return {"login": login, "token": token, "code": code, "session": session, "csrf": client.csrf}


def test_a_session_of_a_is_none_at_b(schools, credentials):
    a, _, b, _ = schools
    for path in ("/", a.url(""), b.url("")):
        for school in (a.school.id, b.school.id):
            stranger = b.app.test_client()
            stranger.set_cookie(f"parta_session_{school}", credentials["session"], path=path)
            assert stranger.get(b.url("/api/v1/me")).status_code == 401
            assert stranger.get(b.url("/account")).status_code == 302


def test_a_token_of_a_is_none_at_b(schools, credentials):
    a, _, b, _ = schools
    headers = {"Authorization": f"Bearer {credentials['token']}"}
    assert a.app.test_client().get(a.url("/api/v1/me"), headers=headers).status_code == 200
    assert b.app.test_client().get(b.url("/api/v1/me"), headers=headers).status_code == 401


def test_a_csrf_token_of_a_is_none_at_b(schools, credentials):
    _, _, b, client_of_b = schools
    client_of_b.csrf = credentials["csrf"]
    assert client_of_b.post(b.url("/account/preferences"), data={"theme": "dark"}).status_code == 403


def test_an_access_code_of_a_is_none_at_b(schools, credentials):
    a, _, b, _ = schools
    assert a.app.test_client().get(a.url(f"/register/{credentials['code']}")).status_code == 200
    assert b.app.test_client().get(b.url(f"/register/{credentials['code']}")).status_code == 404


def test_a_login_of_a_is_none_at_b(schools, credentials):
    a, _, b, _ = schools
    sent = {"login": credentials["login"], "password": PASSWORD}
    assert a.client().post(a.url("/sign-in"), data=sent).status_code == 302
    assert b.client().post(b.url("/sign-in"), data=sent).status_code == 422


def test_a_message_of_a_is_not_shown_at_b(schools):
    a, client, b, client_of_b = schools
    kept = client.post(a.url("/modules/journal/off")).headers["Set-Cookie"]
    name, _, value = kept.split(";")[0].partition("=")
    for cookie in (name, name.replace(f"_{a.school.id}", f"_{b.school.id}")):
        client_of_b.set_cookie(cookie, value, path=b.url(""))
    said = "what it has kept stays"
    assert said not in client_of_b.get(b.url("/account")).text
    assert said in client.get(a.url("/account")).text
