"""Rules about templates and icons: nothing the pages' policy forbids, no icon that the sprite lacks."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = [ROOT / "core" / "parta", *ROOT.glob("plugins/*/parta_*")]
TEMPLATES = sorted(path for package in PACKAGES for path in package.rglob("templates/**/*.html"))
SOURCES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
ICONS = set((ROOT / "core" / "assets" / "icons.txt").read_text(encoding="utf-8").split())
WITH_ICON = {"NavItem": 3, "Found": 3}
MACROS_WITH_ICON = {"draw_icon": 0, "empty": 2, "badge": 2, "confirm_button": None}

FORBIDDEN = {
    "a style attribute": r"""<[^>]*\sstyle\s*=""",
    "an inline style block": r"<style\b",
    "an inline script": r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>",
    "an event attribute": r"""<[^>]*\s(?:on[a-z]+|hx-on\S*)\s*=""",
    "an address that runs a script": r"javascript:",
    "a file from elsewhere": r"""(?:src|href)\s*=\s*["']https?://""",
}


def _ids(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_there_are_templates_and_icons():
    assert TEMPLATES
    assert len(ICONS) > 100


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids(TEMPLATES))
def test_a_template_holds_nothing_that_the_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    found = [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids(TEMPLATES))
def test_a_form_that_posts_carries_its_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert "csrf" in form, form[:120]


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids(TEMPLATES))
def test_icons_of_a_template_are_in_the_sprite(path):
    assert set(_icons_named(path)) <= ICONS


def _icons_named(path):
    """Icons that a template names as plain text where a macro takes one."""
    parsed = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))
    for call in parsed.find_all(nodes.Call):
        name = getattr(call.node, "attr", None) or getattr(call.node, "name", "")
        if name not in MACROS_WITH_ICON:
            continue
        given = [word.value for word in call.kwargs if word.key == "icon_name"]
        place = MACROS_WITH_ICON[name]
        given += call.args[place : place + 1] if place is not None else []
        yield from (value.value for value in given if isinstance(value, nodes.Const))


@pytest.mark.parametrize("path", SOURCES, ids=_ids(SOURCES))
def test_icons_that_code_names_are_in_the_sprite(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WITH_ICON:
            place = WITH_ICON[node.func.id]
            given = [keyword.value for keyword in node.keywords if keyword.arg == "icon"]
            given += node.args[place : place + 1]
            names = {value.value for value in given if isinstance(value, ast.Constant)}
            assert names <= ICONS
