"""The frame's own controls, by keyboard and mouse, in a real browser."""

import re

from parta.accounts.models import SignInSession
from parta.demo.build import PASSWORD
from playwright.sync_api import expect


def test_the_first_key_skips_to_the_content(visit):
    page = visit("teacher").open("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("parta-skip-link")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_search_opens_by_keyboard_and_leads_to_what_was_found(visit):
    visitor = visit("director")
    page = visitor.open("/account")
    page.keyboard.press("Control+k")
    expect(page.locator("#search-dialog input")).to_be_focused()
    page.keyboard.type("а")
    page.keyboard.press("Escape")
    expect(page.locator("#search-dialog")).to_be_hidden()
    assert visitor.problems() == []


def test_the_theme_changes_at_once_and_stays(visit):
    visitor = visit("teacher")
    page = visitor.open("/")
    page.locator(".parta-wide-only summary").first.click()
    with page.expect_response(re.compile("/account/preferences")):
        page.locator('[data-preference="theme"] button[value="dark"]').first.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert visitor.problems() == []
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(visit):
    page = visit("teacher").open("/")
    summary = page.locator(".parta-menu-person summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_attribute("href", re.compile("/account$"))
    page.keyboard.press("Escape")
    expect(page.locator(".parta-menu-person")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_the_language_is_changed_from_a_phone(visit):
    visitor = visit("parent", width=390)
    page = visitor.open("/")
    page.locator(".parta-menu-person summary").click()
    page.locator('.parta-narrow-only button[value="en"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert visitor.problems() == []


def test_the_navigation_is_narrowed_and_stays_so(visit):
    visitor = visit("director")
    page = visitor.open("/")
    page.locator("[data-rail-toggle]").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-rail", "narrow")
    assert page.locator(".parta-rail").bounding_box()["width"] < 80
    assert visitor.problems() == []


def test_t6_signing_in_again_in_place_goes_on_where_it_stopped(visit, demo):
    visitor = visit("director")
    page = visitor.open("/account")
    with demo.enter() as unit:
        unit.session.query(SignInSession).delete()
    page.keyboard.press("Control+k")
    page.keyboard.type("ал")
    expect(page.locator("#sign-in-again")).to_be_visible()
    page.locator("#again-login").fill("director")
    page.locator("#again-password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again [role=alert]")).to_be_visible()
    page.locator("#again-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again")).to_be_hidden()
    expect(page.locator("#search-found")).not_to_contain_text("Начните")
    expect(page.locator(".parta-toasts")).to_be_visible()


def test_t6_somebody_else_signing_in_gets_a_page_of_their_own(visit, demo):
    page = visit("director").open("/account")
    with demo.enter() as unit:
        unit.session.query(SignInSession).delete()
    page.keyboard.press("Control+k")
    page.keyboard.type("ал")
    page.locator("#again-login").fill("teacher")
    page.locator("#again-password").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("teacher")


def test_t6_a_form_sent_after_the_session_has_ended_keeps_what_it_holds(visit, demo):
    page = visit("admin", language="en").open("/profile/edit")
    page.locator("[name=address]").fill("School street 5")
    with demo.enter() as unit:
        unit.session.query(SignInSession).delete()
    page.get_by_role("button", name="Save").click()
    page.locator("#again-login").fill("admin")
    page.locator("#again-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("School street 5")
    expect(page.locator("[name=address]")).to_have_count(0)


def test_a_form_sent_without_a_connection_stays_on_the_page(visit):
    page = visit("admin", language="en").open("/profile/edit")
    page.locator("[name=address]").fill("School street 6")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".parta-toasts")).to_contain_text("connection")
    expect(page.locator("[name=address]")).to_have_value("School street 6")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("School street 6")
