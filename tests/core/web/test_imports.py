"""The pages of the import: a secretary uploads, looks, corrects and applies (A11, A16)."""

import io
from datetime import date
from urllib.parse import urlsplit

import pytest
from parta.kernel import clock
from parta.kernel.listing import Paging
from parta.people.services import persons
from parta.school.services import classes, years

HEADINGS = "Фамилия;Имя;Дата рождения;Класс;Родитель 1: фамилия;Родитель 1: имя;Родитель 1: кем приходится"
PETROV = "Петров;Пётр;08.03.2015;5А;Петрова;Анна;мать"
WRONG = "Петрова;Яна;вчера;5А;;;"


@pytest.fixture
def office(site):
    """A secretary of a school that has a year with a class."""
    with site.enter():
        today = clock.today()
        year = years.add_year("2026/27", today, date(today.year + 1, today.month, 1))
        classes.add_class(year, 5, "А", "quarters")
    return site.as_role("secretary")


def people(site):
    with site.enter():
        return persons.listing(Paging(), kind="student").total


def upload(site, client, *rows, name="people.csv", **fields):
    data = "\r\n".join([HEADINGS, *rows]).encode("cp1251")
    sent = {"file": (io.BytesIO(data), name), "year": "2026/27", **fields}
    return client.post(site.url("/people/import"), data=sent)


def test_a16_a_secretary_imports_a_file_and_sees_what_was_done(site, office):
    answer = upload(site, office, PETROV)
    assert answer.status_code == 302
    page = office.get(answer.location)
    assert "Nothing is changed yet" in page.text
    assert "Joins the class" in page.text
    assert people(site) == 0
    sent = {"expected": fingerprint(page), "year": "2026/27"}
    done = office.post(urlsplit(answer.location).path, data=sent)
    assert people(site) == 1
    result = office.get(done.location)
    assert "New guardians" in result.text
    assert "people.csv" in office.get(site.url("/people/import")).text


def fingerprint(page):
    return page.text.partition('name="expected" value="')[2].partition('"')[0]


def test_a16_what_is_wrong_stands_first_and_there_is_no_way_to_apply_it(site, office):
    answer = upload(site, office, PETROV, WRONG)
    page = office.get(answer.location)
    assert "“вчера” is not a date" in page.text
    assert "Петров Пётр" not in page.text
    assert fingerprint(page) == ""
    assert "Петров Пётр" in office.get(f"{answer.location}&show=new").text
    office.post(urlsplit(answer.location).path, data={"expected": "", "year": "2026/27"})
    assert people(site) == 0


def test_a_school_that_has_changed_since_the_preview_is_shown_anew(site, office):
    answer = upload(site, office, PETROV)
    sent = {"expected": fingerprint(office.get(answer.location)), "year": "2026/27"}
    with site.enter():
        persons.add_student(persons.PersonValues("Петров", "Пётр", "", date(2015, 3, 8)))
    again = office.post(urlsplit(answer.location).path, data=sent)
    assert again.location.startswith(urlsplit(answer.location).path)
    assert "has changed since" in office.get(again.location).text
    assert people(site) == 1


def test_a_file_that_cannot_be_read_is_refused_at_the_form(site, office):
    sent = {"file": (io.BytesIO(b"%PDF-1.7"), "people.pdf"), "year": "2026/27"}
    assert "not a spreadsheet" in office.post(site.url("/people/import"), data=sent).text
    assert "Choose a file." in office.post(site.url("/people/import"), data={"year": "2026/27"}).text
    large = {"file": (io.BytesIO(b"a;b\n" * (13 * 1024 * 1024)), "people.csv"), "year": "2026/27"}
    assert "10 MB" in office.post(site.url("/people/import"), data=large).text


def test_an_unknown_class_may_be_added_by_who_may_change_classes(site, office):
    row = PETROV.replace("5А", "6В")
    page = office.get(upload(site, office, row).location)
    assert "An administrator can add them" in page.text
    boss = site.as_role("administrator")
    answer = upload(site, boss, row)
    assert "Add them with this import" in boss.get(answer.location).text
    page = boss.get(f"{answer.location}&classes=1")
    boss.post(
        urlsplit(answer.location).path,
        data={"expected": fingerprint(page), "year": "2026/27", "classes": "1"},
    )
    assert people(site) == 1


def test_a_thousand_rows_are_paged_and_searched(site, office):
    letters = "абвгдежзиклмнопрст"
    rows = [f"Петров{a}{b};Пётр;08.03.2015;5А;;;" for a in letters for b in letters[:8]]
    answer = upload(site, office, *rows)
    first, second = office.get(answer.location), office.get(f"{answer.location}&page=2")
    assert (first.text.count("Joins the class"), "Петроваа" in second.text) == (50, False)
    assert "Петровтз" not in first.text
    found = office.get(f"{answer.location}&q=петровсе")
    assert found.text.count('class="parta-person"') == 1


def test_every_figure_leads_to_the_rows_it_counts(site, office):
    wrong = office.get(f"{upload(site, office, PETROV, WRONG).location}&only=Дата рождения")
    assert ("“вчера”" in wrong.text, "Петров Пётр" in wrong.text) == (True, False)
    answer = upload(site, office, PETROV, "Петрова;Яна;09.03.2016;5А;;;")
    assert "only=guardian.new" in office.get(answer.location).text
    found = office.get(f"{answer.location}&only=guardian.new")
    assert ("Петров Пётр" in found.text, "Петрова Яна" in found.text) == (True, False)


@pytest.mark.parametrize("path", ["/template.xlsx", "/template-students.csv", "/template-staff.csv"])
def test_the_template_is_downloaded(site, office, path):
    answer = office.get(site.url(f"/people/import{path}"))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]


def test_only_who_may_import_sees_any_of_it(site, office):
    preview = upload(site, office, PETROV).location
    teacher = site.as_role("teacher")
    for path in (
        preview,
        *map(site.url, ("/people/import", "/people/import/template.xlsx", "/people/import/done/1")),
    ):
        assert teacher.get(path).status_code == 403


def test_another_attachment_of_the_school_is_no_list_of_people(site, office):
    assert office.get(site.url("/people/import/999")).status_code == 404


def test_a_school_without_a_year_is_told_to_enter_one(site):
    page = site.as_role("secretary").get(site.url("/people/import"))
    assert "There is no academic year yet" in page.text
