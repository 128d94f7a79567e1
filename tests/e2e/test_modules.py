"""The page of modules in a browser: its switches by mouse and keyboard, on a phone too."""

import pytest
from parta.kernel.plugins import Refused


@pytest.fixture
def refused(parta_registry):
    """One plugin that was refused."""
    said = Refused("old_gateway", "parta-old-gateway", "0.1", "it needs parta >=9, installed is 0.1.0")
    parta_registry.refused.append(said)
    yield said
    parta_registry.refused.remove(said)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wrong_with_the_page(visit, refused, width, theme):
    visitor = visit("admin", width=width, theme=theme)
    page = visitor.open("/modules")
    assert page.get_by_text(refused.reason).is_visible()
    assert visitor.problems() == []


def test_a_switch_is_turned_by_keyboard(visit):
    visitor = visit("admin", language="en")
    page = visitor.open("/modules")
    switch = page.get_by_role("switch", name="Journal and diary")
    assert switch.get_attribute("aria-checked") == "true"
    switch.focus()
    page.keyboard.press("Space")
    page.get_by_text("is off; what it has kept stays").wait_for()
    assert page.get_by_role("switch", name="Journal and diary").get_attribute("aria-checked") == "false"
    page.get_by_role("switch", name="Journal and diary").click()
    page.get_by_text("is on.").wait_for()
    assert page.get_by_role("switch", name="Journal and diary").get_attribute("aria-checked") == "true"
    assert visitor.problems() == []
