"""The spreadsheet to fill in, made from the columns that the import reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import language
from parta.people.imports.columns import COLUMNS, RELATIONS, RULES, STAFF, STUDENTS, TITLES, Column
from parta.people.imports.readers import MAX_ROWS

WIDTHS = {"date": 15, "sex": 8, "class": 10, "relation": 18, "phone": 20}
WIDTH = 18
TWO_LINES = 32
LISTS = "lists"


def xlsx(classes: Sequence[str] = ()) -> bytes:
    """A workbook with a sheet for students, one for staff and one that explains; `classes` can be chosen."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        _fill_sheet(book, STUDENTS, classes)
        _fill_sheet(book, STAFF, classes)
        _explain(book)
        if classes:
            lists = book.add_worksheet(LISTS)
            lists.write_column(0, 0, classes)
            lists.hide()
    return made.getvalue()


def csv_file(kind: str, classes: Sequence[str] = ()) -> bytes:
    """A text file with headings and the example row, in the form that Excel opens in Russia."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading(language()) for column in COLUMNS[kind]])
    writer.writerow(example(kind, classes))
    return made.getvalue().encode("utf-8-sig")


def example(kind: str, classes: Sequence[str] = ()) -> list[str]:
    """The example row; the mark at its beginning keeps it from being read."""
    row = [_example(column, classes) for column in COLUMNS[kind]]
    mark = "Пример" if language() == "ru" else "Example"
    return [f"{mark}: {row[0]}", *row[1:]]


def _example(column: Column, classes: Sequence[str]) -> str:
    if column.kind == "class" and classes:
        return classes[0]
    return column.example.get(language(), "")


def _fill_sheet(book: Workbook, kind: str, classes: Sequence[str]) -> None:
    sheet = book.add_worksheet(TITLES[kind][language()])
    bold, must = _formats(book)
    grey = book.add_format({"italic": True, "font_color": "#6c757d"})
    as_text = book.add_format({"num_format": "@"})
    as_date = book.add_format({"num_format": "dd.mm.yyyy"})
    for place, column in enumerate(COLUMNS[kind]):
        form = as_date if column.kind == "date" else as_text
        sheet.set_column(place, place, WIDTHS.get(column.kind, WIDTH), form)
        sheet.write_string(0, place, column.heading(language()), must if column.required else bold)
        _offer(sheet, place, choices(column, classes))
    sheet.set_row(0, TWO_LINES)
    sheet.write_row(1, 0, example(kind, classes), grey)
    sheet.freeze_panes(1, 1)


def _formats(book: Workbook) -> tuple[Any, Any]:
    """How a heading looks, and how that of a column that must be filled in does."""
    look = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    return book.add_format({**look, "bg_color": "#eef1f5"}), book.add_format({**look, "bg_color": "#ffe8a3"})


def choices(column: Column, classes: Sequence[str] = ()) -> dict[str, Any]:
    """What may be chosen in the cells of a column, as the workbook says it; empty when anything may be."""
    place = 0 if language() == "ru" else -1
    if column.kind == "sex":
        return {"source": ["ж", "м"] if place == 0 else ["female", "male"]}
    if column.kind == "relation":
        return {"source": [words[place] for words in RELATIONS.values()]}
    if column.kind == "class" and classes:
        return {"source": f"={LISTS}!$A$1:$A${len(classes)}", "error_type": "warning"}
    return {}


def _offer(sheet: Worksheet, place: int, choices: dict[str, Any]) -> None:
    if choices:
        sheet.data_validation(1, place, MAX_ROWS + 1, place, {"validate": "list", **choices})


def _explain(book: Workbook) -> None:
    sheet = book.add_worksheet(TITLES[RULES][language()])
    bold, must = _formats(book)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    rules = (
        _("One row is one person; a student's row also names up to two guardians."),
        _("Yellow columns must be filled in. Other columns may be empty or deleted."),
        _("Brothers and sisters stand on a row each, with the same guardian written the same way."),
        _("An empty cell changes nothing of a person who is known already."),
        _("The grey example row is not read; you may delete it."),
    )
    for row, rule in enumerate(rules):
        sheet.write_string(row, 0, rule)
    row = len(rules) + 1
    for kind, columns in COLUMNS.items():
        sheet.write_string(row, 0, TITLES[kind][language()], book.add_format({"bold": True}))
        for column in columns:
            row += 1
            sheet.write_string(row, 0, column.heading(language()), must if column.required else bold)
            sheet.write_string(row, 1, str(column.note))
        row += 2
