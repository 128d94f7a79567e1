"""How a cell is read, and what marks come to (T8, T9)."""

from decimal import Decimal

import pytest
from parta_journal.services.marking import Unreadable, Written, average, read_cell

SCALE = ("5", "4", "3", "2", "1")
LETTERS = ("Н", "Б", "У", "О")


@pytest.mark.parametrize(
    ("typed", "marks", "letter"),
    [
        ("", (), ""),
        ("5", ("5",), ""),
        ("4/5", ("4", "5"), ""),
        (" 4 5 ", ("4", "5"), ""),
        ("н", (), "Н"),
        ("H", (), "Н"),
        ("y", (), "У"),
        ("Н4", ("4",), "Н"),
        ("4 о", ("4",), "О"),
        ("Б 4/3", ("4", "3"), "Б"),
        ("зч", ("ЗЧ",), ""),
        ("н/а", ("Н/А",), ""),
        ("НА", ("Н/А",), ""),
        ("осв", ("ОСВ",), ""),
        ("Н/А 5", ("Н/А", "5"), ""),
    ],
)
def test_t8_a_cell_is_read_as_it_is_typed(typed, marks, letter):
    assert read_cell(typed, SCALE, LETTERS) == Written(marks, letter)


@pytest.mark.parametrize("typed", ["6", "55", "x", "5+", "5/4/3", "НБ", "Н Б", "-", "4.5", "0"])
def test_t8_what_is_off_the_scale_is_refused_and_the_scale_is_said(typed):
    with pytest.raises(Unreadable) as refusal:
        read_cell(typed, SCALE, LETTERS)
    assert "5" in str(refusal.value)


def test_a10_the_scale_is_the_schools_own():
    assert read_cell("10/12", ("12", "11", "10"), LETTERS).marks == ("10", "12")
    with pytest.raises(Unreadable):
        read_cell("5", ("12", "11", "10"), LETTERS)


def test_a_cell_is_shown_letter_first():
    assert Written(("4", "5"), "Н").text == "Н 4/5"
    assert Written().text == ""


def test_t9_an_average_is_weighted_and_rounded_half_up():
    one = Decimal(1)
    assert average([]) is None
    assert average([("ЗЧ", one), ("Н/А", one)]) is None
    assert average([("5", Decimal(5)), ("3", one), ("ОСВ", one)]) == Decimal("4.67")
    # 4.125 to two places: half up, never to the even digit.
    assert average([("5", one), ("4", Decimal(7))]) == Decimal("4.13")
    assert average([("4", Decimal("0.5")), ("5", Decimal("0.5"))]) == Decimal("4.50")
