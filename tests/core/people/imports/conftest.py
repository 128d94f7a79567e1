"""Spreadsheets of every kind, made for the tests, and a school with a class to import into."""

import io
import struct
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape

import pytest
import time_machine
import xlsxwriter
from parta.school.services import classes, years

HEADINGS = ["Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Телефон", "Класс"]
PETROV = ["Петров", "Пётр", "Ильич", "08.03.2015", "м", "", "5А"]
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


class Files:
    """Makes files from rows."""

    headings = HEADINGS
    petrov = PETROV

    @staticmethod
    def csv(rows, delimiter=";", encoding="utf-8"):
        """A text file."""
        lines = [delimiter.join(str(cell) for cell in row) for row in rows]
        return "\r\n".join(lines).encode(encoding)

    @staticmethod
    def xlsx(rows, sheet="Лист1", **more):
        """A workbook; dates are real dates; `more` are further sheets, `merge` ranges of the first."""
        made = io.BytesIO()
        merges = more.pop("merge", [])
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            dates = book.add_format({"num_format": "dd.mm.yyyy"})
            for title, content in {sheet: rows, **more}.items():
                page = book.add_worksheet(title)
                for number, row in enumerate(content):
                    for column, cell in enumerate(row):
                        _write(page, number, column, cell, dates)
                for area in merges if title == sheet else []:
                    page.merge_range(*area)
        return made.getvalue()

    @staticmethod
    def ods(rows, extra=()):
        """An OpenDocument spreadsheet, as its standard says."""
        cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
        cells = ["".join(cell.format(escape(str(content))) for content in row) for row in rows]
        table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
        content = (
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="Лист1">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        )
        parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
        manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        return archive({**parts, "META-INF/manifest.xml": manifest, **dict.fromkeys(extra, "x")})

    @staticmethod
    def protected(kind):
        """What a file with a password begins with, in each of three kinds."""
        if kind == "xlsx":
            return _compound("EncryptedPackage", b"?" * 100)
        if kind == "xls":
            stream = _biff([["тайна"]])
            return _compound("Workbook", stream[:20] + _record(0x002F, b"?" * 54) + stream[20:])
        parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "?"}
        return archive({**parts, "META-INF/manifest.xml": "<manifest:encryption-data/>"})

    @staticmethod
    def xls(rows):
        """A workbook of Excel 97: BIFF8 records in the one stream of a compound file."""
        return _compound("Workbook", _biff(rows))


def archive(parts):
    """A zip file of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def with_parts(data, **parts):
    """A zip file with more parts."""
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def _write(page, row, column, cell, dates):
    if isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), dates)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    else:
        page.write_string(row, column, cell)


def _record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def _biff(rows):
    title = "Лист1".encode("utf-16-le")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, int | float):
                sheet += _record(0x0203, place + struct.pack("<d", cell))
            else:
                text = str(cell)
                label = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
                sheet += _record(0x0204, place + label)
    sheet += _record(0x000A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start += _record(0x0042, struct.pack("<H", 1200))
    place = len(start) + 4 + 8 + len(title) + 4
    start += _record(0x0085, struct.pack("<IBBBB", place, 0, 0, 5, 1) + title)
    return start + _record(0x000A, b"") + sheet


def _compound(name, stream):
    size, free, end, table = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream = stream.ljust(max(4096, -(-len(stream) // size) * size), b"\x00")
    sectors = len(stream) // size
    chain = [table, end, *range(3, 2 + sectors), end]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(size, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0).ljust(436, b"\xff")
    root = _entry("Root Entry", 5, free, free, 1, end, 0)
    found = _entry(name, 2, free, free, free, 2, len(stream))
    return header + fat + (root + found).ljust(size, b"\x00") + stream


def _entry(name, kind, left, right, child, start, length):
    text = (name + "\x00").encode("utf-16-le")
    made = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, left, right, child)
    return made + b"\x00" * 36 + struct.pack("<IQ", start, length)


@pytest.fixture(scope="session")
def files():
    return Files


@pytest.fixture
def september(unit):
    """Move to 15 September 2026, in a school with classes 5А and 5Б."""
    with time_machine.travel("2026-09-15T09:00:00+00:00", tick=True):
        year = years.add_year("2026/27", FIRST, LAST)
        for letter in "АБ":
            classes.add_class(year, 5, letter, "quarters")
        yield year
