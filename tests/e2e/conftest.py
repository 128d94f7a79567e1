"""A real browser on a real server: the demonstration school, seen by the people in it."""

import logging
import os
import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from parta.accounts.models import User
from parta.demo import build
from parta.demo.plan import DemoPlan
from parta.kernel import i18n, installation, migrations, switching
from parta.testing.plugin import MakeSchool
from parta.testing.web import Site
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

AXE = Path(__file__).resolve().parents[2] / "core" / "assets" / ".build" / "axe.min.js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TODAY = date(2026, 11, 24)
SHORT_PAUSE = 5_000
VIOLATIONS = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""
WITH_BEST_PRACTICE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MISSING_ICONS = """async () => {
    const uses = [...document.querySelectorAll("use")].map(use => use.getAttribute("href").split("#"));
    const sprites = new Map();
    for (const [file] of uses)
        if (!sprites.has(file)) sprites.set(file, await (await fetch(file)).text());
    return uses.filter(([file, id]) => !sprites.get(file).includes(`id="${id}"`)).map(([, id]) => id);
}"""
RUN_AXE = """async tags => {
    const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
    const places = one => one.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ");
    return found.violations.map(one => `${one.id}: ${places(one)} (${one.nodes[0].failureSummary})`);
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the tests are skipped, but in continuous integration they fail."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo(parta_app, parta_full_database, parta_database, parta_registry) -> Iterator[Site]:
    """A small demonstration school with every plugin on."""
    maker = MakeSchool(parta_database)
    site = Site(parta_app, parta_full_database, maker())
    migrations.upgrade_school(parta_full_database, site.school, installation.owners(parta_registry))
    with i18n.reading("ru"), site.enter():
        for name in parta_registry.plugins:
            switching.enable(name)
        build.build(DemoPlan(random.Random(7), 60, TODAY), "Школа № 1", lambda step: None)
    yield site
    maker.drop_all()


@pytest.fixture(scope="session")
def address(parta_app) -> Iterator[str]:
    """Where the application is served, for the length of the tests."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, parta_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class Visitor:
    """Somebody at a browser window: opens pages of the school and notes what was wrong with them."""

    page: Page
    root: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the school and wait until it stands."""
        self.page.goto(self.root + path, wait_until="networkidle")
        return self.page

    def problems(self) -> list[str]:
        """What is wrong with the page as it is: policy, console, width, missing icons, accessibility."""
        found = [f"policy: {said}" for said in self.page.evaluate("window.violations")]
        found += [f"console: {said}" for said in self.wrong]
        self.wrong.clear()
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"the page is {wide} px wider than the window"] if wide > 0 else []
        found += [f"no icon {name}" for name in self.page.evaluate(MISSING_ICONS)]
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return found + self.page.evaluate(RUN_AXE, WITH_BEST_PRACTICE)


@pytest.fixture
def visit(browser, demo, address):
    """A function: a window of the given width, language and theme, signed in with a login of the school."""
    contexts = []

    def make(login=None, *, width=1280, language="ru", theme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 800},
            locale="ru-RU" if language == "ru" else "en-US",
            color_scheme=theme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(SHORT_PAUSE)
        context.add_init_script(VIOLATIONS)
        if login is not None:
            context.add_cookies([_session(demo, address, login, language)])
        visitor = Visitor(context.new_page(), f"{address}/{demo.school.slug}")
        visitor.page.on("console", lambda said: _note(visitor, said))
        visitor.page.on("pageerror", lambda error: visitor.wrong.append(str(error)))
        return visitor

    yield make
    for context in contexts:
        context.close()


def _note(visitor, said):
    if said.type in {"error", "warning"}:
        visitor.wrong.append(f"{said.text} {said.location.get('url', '')}")


def _session(demo, address, login, language):
    """The cookie of a new session; the account's language is set."""
    with demo.enter() as unit:
        user = unit.session.query(User).filter_by(login=login).one()
        user.language, user.theme = language, "auto"
        person_id = user.person_id
    client = demo.client(person_id)
    name = f"parta_session_{demo.school.id}"
    cookie = client.get_cookie(name, path=f"/{demo.school.slug}")
    return {"name": name, "value": cookie.value, "domain": "127.0.0.1", "path": f"/{demo.school.slug}"}
