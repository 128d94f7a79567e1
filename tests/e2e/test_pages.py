"""Every page, as people come to it by links: it stands, and nothing is wrong with it in a browser."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from parta.accounts.models import User
from parta.demo.build import LOGINS
from werkzeug.exceptions import HTTPException

MOST_PAGES = 400
ANONYMOUS = ("/sign-in", "/register")


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "a" and values.get("href"):
            self.found.append(values["href"].split("#")[0])


def links_of(text):
    parser = Links()
    parser.feed(text)
    return parser.found


def endpoint_of(demo, path):
    """The endpoint of a page of the school; None for what lies outside it."""
    parts = urlsplit(path)
    if parts.netloc or not parts.path.startswith(f"/{demo.school.slug}"):
        return None
    inside = parts.path.removeprefix(f"/{demo.school.slug}") or "/"
    try:
        return demo.app.url_map.bind("localhost").match(inside)[0]
    except HTTPException:
        return None


def walk(demo, client, starts=("/",)):
    """Follow links from `starts`, one page of each endpoint; answers endpoint → (path, answer)."""
    waiting, seen = [demo.url(path) for path in starts], {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        endpoint = endpoint_of(demo, path)
        if endpoint is None or endpoint in seen:
            continue
        answer = client.get(path, follow_redirects=True)
        seen[endpoint] = (path, answer)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            waiting += links_of(answer.text)
    return seen


def account_of(demo, login, language="ru"):
    with demo.enter() as unit:
        user = unit.session.query(User).filter_by(login=login).one()
        user.language = language
        person_id = user.person_id
    return demo.client(person_id)


@pytest.fixture(scope="module")
def pages(demo):
    """One address of every page there is, with a login that reaches it (None before signing in)."""
    found = {}
    for login in LOGINS:
        for endpoint, (path, answer) in walk(demo, account_of(demo, login)).items():
            if answer.mimetype == "text/html":
                found.setdefault(endpoint, (login, path))
    for path in ANONYMOUS:
        found[endpoint_of(demo, demo.url(path))] = (None, demo.url(path))
    return found


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("login", LOGINS)
def test_no_link_of_any_role_leads_nowhere(demo, login, language):
    seen = walk(demo, account_of(demo, login, language))
    assert len(seen) >= 3
    bad = {path: answer.status_code for path, answer in seen.values() if answer.status_code != 200}
    assert not bad
    texts = [answer.text for _path, answer in seen.values() if answer.mimetype == "text/html"]
    assert all(f'<html lang="{language}"' in text for text in texts)


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [
        (390, "ru", "light"),
        pytest.param(390, "en", "dark", marks=pytest.mark.slow),
        pytest.param(1280, "ru", "dark", marks=pytest.mark.slow),
        pytest.param(1280, "en", "light", marks=pytest.mark.slow),
    ],
)
def test_nothing_is_wrong_with_any_page(demo, pages, visit, width, language, theme):
    wrong, windows = {}, {}
    for login, path in pages.values():
        if login not in windows:
            windows[login] = visit(login, width=width, language=language, theme=theme)
        visitor = windows[login]
        visitor.open(path.removeprefix(f"/{demo.school.slug}"))
        if problems := visitor.problems():
            wrong[path] = problems
    assert not wrong
