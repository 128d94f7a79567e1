"""Headings and cells are understood as people write them (A16)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parta.kernel.errors import Invalid
from parta.people.imports import cells
from parta.people.imports.columns import COLUMNS, STAFF, STUDENTS, find_header
from parta.people.imports.entries import entries, tables
from parta.people.imports.readers import Sheet

from .conftest import HEADINGS, PETROV

EVERY = [(kind, column) for kind, columns in COLUMNS.items() for column in columns]


def read(*rows, title=""):
    found, _ = tables([Sheet(title, list(rows))])
    return [entry for table in found for entry in entries(table)]


def refusal(*rows):
    with pytest.raises(Invalid) as refused:
        read(*rows)
    return refused.value.fields["file"]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", [STUDENTS, STAFF])
def test_a16_every_heading_of_the_template_is_known_in_both_languages(kind, language):
    header = find_header([[column.heading(language) for column in COLUMNS[kind]]], 1)
    assert (header.kind, header.unknown, header.twice) == (kind, (), ())
    assert list(header.places) == [column.name for column in COLUMNS[kind]]


@given(
    st.permutations(COLUMNS[STUDENTS]),
    st.sampled_from([str.upper, str.lower, str.title, str]),
    st.sampled_from([" {} ", "{}", "\u00a0{}:", "{} *", "  {}\n"]),
    st.booleans(),
)
def test_a16_headings_may_stand_in_any_order_case_and_spacing(columns, case, spaced, is_yo):
    row = [spaced.format(case(column.ru)).replace("е", "ё" if is_yo else "е") for column in columns]
    header = find_header([row], 1)
    assert header.places == {column.name: place for place, column in enumerate(columns)}


def test_a16_headings_may_follow_a_title_and_be_grouped_by_merged_cells():
    rows = (
        ["Список учеников 5 класса"],
        [],
        ["Ученик", "", "", "", "Родитель 1", "", "", "Родитель 2"],
        [
            "Фамилия",
            "Имя",
            "Дата рождения",
            "Класс",
            "Фамилия",
            "Имя",
            "Телефон",
            "Фамилия",
            "Имя",
            "Телефон",
        ],
        [
            "Петров",
            "Пётр",
            "08.03.2015",
            "5А",
            "Петрова",
            "Анна",
            "8 900 1234567",
            "Петров",
            "Илья",
            "89001234568",
        ],
    )
    (entry,) = read(*rows)
    assert entry.row == 5
    assert [m.values.first_name for m in entry.guardians] == ["Анна", "Илья"]
    assert [m.values.phone for m in entry.guardians] == ["+79001234567", "+79001234568"]


def test_a16_a_heading_merged_over_two_rows_is_known():
    rows = (
        ["Фамилия", "Имя", "Дата рождения", "Класс", "Родитель 1", "", ""],
        ["", "", "", "", "Фамилия", "Имя", "Кем приходится"],
        ["Петров", "Пётр", "08.03.2015", "5А", "Петрова", "Анна", "мать"],
    )
    (entry,) = read(*rows)
    assert (entry.row, entry.values.surname, entry.problems) == (3, "Петров", [])
    assert entry.guardians[0].relation == "mother"


def test_headings_in_the_twelfth_row_are_not_found():
    assert "first 11 rows" in refusal(*([["—"]] * 11), HEADINGS, PETROV)


def test_no_headings_at_all_shows_the_first_row():
    assert "Петров, Пётр" in refusal(PETROV)


def test_missing_columns_are_named():
    message = refusal(["Имя", "Класс", "Отчество"], ["Пётр", "5А", ""])
    assert "Фамилия, Дата рождения" in message
    assert "Должность" in refusal(["Фамилия", "Имя"], ["Орлова", "Анна"])


def test_a_column_that_stands_twice_is_named():
    assert "Телефон" in refusal([*HEADINGS, "Телефон"], PETROV)


def test_headings_without_people_are_refused_and_an_example_is_nobody():
    assert "Nobody" in refusal(HEADINGS)
    assert "Nobody" in refusal(HEADINGS, ["Пример: Иванов", *PETROV[1:]], ["example", "x"], ["", " "])


def test_an_unknown_column_is_reported():
    (table,), _ = tables([Sheet("", [[*HEADINGS, "СНИЛС"], [*PETROV, "1"]])])
    assert table.header.unknown == ("СНИЛС",)


@pytest.mark.parametrize(
    "written",
    [
        "2015-12-31",
        "31.12.2015",
        "31/12/2015",
        "31.12.2015 г.",
        "2015-12-31 00:00:00",
        42369.0,
        "42369",
        date(2015, 12, 31),
    ],
)
def test_a16_dates_in_every_style(written):
    assert cells.day(written) == date(2015, 12, 31)


@pytest.mark.parametrize("written", ["31.02.2015", "12.2015", "31.12.15", "2015", "вчера", 1.5, 10**9, True])
def test_what_is_no_date_says_what_is_expected(written):
    with pytest.raises(ValueError, match=r"31\.12\.2015|no such day"):
        cells.day(written)


@pytest.mark.parametrize("written", [79001234567.0, 9001234567, "8-900-123-45-67", "+7 (900) 123 45 67"])
def test_a16_phones_in_every_spelling(written):
    assert cells.phone(written) == "+79001234567"


def test_every_bad_cell_of_a_row_is_named_with_its_value():
    bad = ["", "П1", "И", "31.13.2015", "?", "123", "пятый"]
    (entry,) = read(HEADINGS, bad)
    assert [(p.row, p.column, p.value) for p in entry.faults] == [
        (2, "Фамилия", ""),
        (2, "Имя", "П1"),
        (2, "Дата рождения", "31.13.2015"),
        (2, "Пол", "?"),
        (2, "Телефон", "123"),
        (2, "Класс", "пятый"),
    ]
    assert all(problem.message for problem in entry.faults)


def test_a_guardian_needs_a_name_and_a_relation():
    headings = [*HEADINGS, "Родитель 1: фамилия", "Родитель 1: имя", "Родитель 1: кем приходится"]
    (entry,) = read(headings, [*PETROV, "Петрова", "", "тётка"])
    assert [p.column for p in entry.faults] == ["Родитель 1: имя", "Родитель 1: кем приходится"]


@given(st.text(), st.text())
def test_nothing_written_in_a_cell_raises_anything_but_a_reason(name, other):
    (entry,) = read(HEADINGS, ["Петров", name, other, other, name, other, name])
    assert entry.kind == STUDENTS
