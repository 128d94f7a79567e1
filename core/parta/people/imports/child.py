"""Reads a spreadsheet in a process of its own, so that a malicious one can end nothing but that process.

A spreadsheet of a few kilobytes may claim billions of cells, and the reader is native code that ends its
process when memory runs out. So the parent gives it the file on stdin and takes JSON from stdout.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

MEMORY = 1 << 30
CPU_SECONDS = 20
DATE = "d"


def main(rows: int, columns: int) -> None:
    """Print the visible sheets of the workbook on stdin: titles, and the first `rows` rows of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    visible = [found.name for found in book.sheets_metadata if found.visible == SheetVisibleEnum.Visible]
    sheets = [{"title": name, "rows": _rows(book, name, rows, columns)} for name in visible]
    json.dump(sheets, sys.stdout)


def _rows(book: CalamineWorkbook, name: str, rows: int, columns: int) -> list[list[Any]]:
    read = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows)
    return [_trimmed([_plain(cell) for cell in row[:columns]]) for row in read]


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime | date):
        return {DATE: cell.isoformat()[:10]}
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row.pop()
    return row


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
