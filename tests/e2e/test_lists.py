"""Lists are searched, sorted and paged in place; the address says how, and goes back."""

import re

from playwright.sync_api import expect


def test_a_list_is_searched_while_one_types_and_the_address_follows(visit):
    visitor = visit("admin")
    page = visitor.open("/people")
    before = page.locator("#list tbody tr").count()
    search = page.locator(".parta-list-search input")
    search.press_sequentially("александр", delay=20)
    expect(page).to_have_url(re.compile(r"\?.*q="))
    expect(page.locator("#list tbody tr")).not_to_have_count(before)
    expect(search).to_be_focused()
    expect(page.locator("#announcer")).not_to_be_empty()
    search.fill("щщщщ")
    expect(page.locator("#list .empty")).to_be_visible()
    assert visitor.problems() == []
    page.locator("#list .empty a").click()
    expect(page.locator("#list tbody tr")).to_have_count(before)


def test_a_list_is_sorted_by_its_headings_and_back_undoes_it(visit):
    visitor = visit("admin")
    page = visitor.open("/people")
    heading = page.locator("#list thead a").first
    first = page.locator("#list tbody td").first.inner_text()
    heading.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("desc=1"))
    expect(page.locator("#list th[aria-sort=descending]")).to_have_count(1)
    expect(page.locator("#list thead a").first).to_be_focused()
    expect(page.locator("#list tbody td").first).not_to_have_text(first)
    page.go_back()
    expect(page.locator("#list tbody td").first).to_have_text(first)
    assert visitor.problems() == []


def test_a_list_keeps_its_order_while_it_is_paged_and_searched(visit):
    page = visit("admin").open("/people?desc=1")
    page.locator("#list-next").click()
    expect(page).to_have_url(re.compile("desc=1.*page=2|page=2.*desc=1"))
    page.locator(".parta-list-search input").press_sequentially("а", delay=20)
    expect(page).to_have_url(re.compile(r"^(?!.*page=).*q="))
    expect(page.locator("#list th[aria-sort=descending]")).to_have_count(1)
