"""Importing people in a real browser: a mistake is found, corrected and the list applied (A16)."""

import pytest
from playwright.sync_api import expect

HEADINGS = (
    "Фамилия;Имя;Дата рождения;Класс;СНИЛС;Родитель 1: фамилия;Родитель 1: имя;Родитель 1: кем приходится"
)
ROW = "{};Пётр;{};11Э;1;{};Анна;мать"


def choose(page, *rows):
    """Choose a list and go on to its preview."""
    data = "\r\n".join([HEADINGS, *rows]).encode("cp1251")
    page.locator("[name=file]").set_input_files({"name": "люди.csv", "mimeType": "text/csv", "buffer": data})
    with page.expect_navigation():
        page.locator("form.parta-form button").click()


@pytest.mark.parametrize(
    ("width", "language", "theme", "surname"),
    [(390, "ru", "light", "Первов"), (1280, "en", "dark", "Второв")],
)
def test_a16_a_list_is_looked_at_corrected_and_applied(visit, width, language, theme, surname):
    visitor = visit("admin", width=width, language=language, theme=theme)
    page = visitor.open("/people/import?classes=1")
    choose(page, ROW.format(surname, "31.02.2015", surname), ROW.format(f"{surname}а", "1.3.2015", surname))
    expect(page.locator("tbody")).to_contain_text("31.02.2015")
    assert visitor.problems() == []
    page.locator(".parta-page-actions a").click()
    choose(page, ROW.format(surname, "28.02.2015", surname), ROW.format(f"{surname}а", "1.3.2015", surname))
    expect(page.locator("tbody")).to_contain_text("11Э")
    assert visitor.problems() == []
    page.locator("[type=search]").last.fill(f"{surname}а")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".parta-page-actions button").click()
    expect(page.locator("main")).to_contain_text("люди.csv")
    page.wait_for_url("**/people/import/done/*")
    assert visitor.problems() == []
