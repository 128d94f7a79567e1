"""Spreadsheets as bytes become rows of cells; what cannot be read is refused with a reason that helps."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.people.imports import child

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 1000
MAX_ROWS = 5000
MAX_COLUMNS = 100
LEADING_ROWS = 10
READ_SECONDS = 30
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACRO_PARTS = ("xl/vbaproject.bin", "xl/macrosheets/", "basic/", "scripts/")
OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
OLE_PROTECTED = re.compile(
    re.escape("EncryptedPackage".encode("utf-16-le"))
    + rb"|\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00",  # BIFF: a FILEPASS follows the beginning
    re.DOTALL,
)
MANIFEST, ODS_PROTECTED, LONGEST_MANIFEST = "META-INF/manifest.xml", b"encryption-data", 1024 * 1024
OTHER_ENCODINGS = ("utf-8", "koi8-r", "cp866", "mac_cyrillic")
QUOTED = re.compile(r'"[^"]*"')
DELIMITERS = ";,\t"
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Cell = str | int | float | bool | date


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file: its title, empty for CSV, and its rows from the very first one."""

    title: str
    rows: list[list[Cell]]


def read(data: bytes) -> list[Sheet]:
    """The sheets of a file; a CSV file has one.

    Raises Invalid, field `file`, for what is empty, too large, unreadable, not a spreadsheet or has macros.
    """
    if not data.strip():
        raise _refusal(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise _refusal(
            _("The file is larger than %(n)s MB; delete pictures and sheets that are not needed.", n=10)
        )
    if data.startswith((ZIP, OLE)):
        return _workbook(data)
    return [_csv(_text(data))]


def _refusal(message: str) -> Invalid:
    return Invalid({"file": message})


def _workbook(data: bytes) -> list[Sheet]:
    if data.startswith(ZIP):
        _check_archive(data)
    elif OLE_MACROS in data:
        raise _macros()
    elif OLE_PROTECTED.search(data):
        raise _protected()
    sheets = [Sheet(found["title"], [_cells(row) for row in found["rows"]]) for found in _read_apart(data)]
    for sheet in sheets:
        _check_rows(sheet.rows)
    return sheets


def _check_archive(data: bytes) -> None:
    """Refuse what would unpack to much more than a list of people, and what carries programs."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _unreadable() from None
    names = [part.filename.lower() for part in parts]
    if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise _too_much()
    if any(name.startswith(MACRO_PARTS) for name in names):
        raise _macros()
    if not {"xl/workbook.xml", "content.xml"} & set(names):
        raise _refusal(_("This is not a spreadsheet; use XLSX, XLS, ODS or CSV."))
    if MANIFEST in archive.namelist() and ODS_PROTECTED in _part(archive, MANIFEST):
        raise _protected()


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of an archive; empty when it cannot be unpacked, which the reader will say better."""
    try:
        with archive.open(name) as part:
            return part.read(LONGEST_MANIFEST)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        return b""


def _protected() -> Invalid:
    return _refusal(_("The file is protected by a password; save it without one."))


def _macros() -> Invalid:
    return _refusal(_("The file contains macros; save it as an ordinary workbook (.xlsx)."))


def _unreadable() -> Invalid:
    return _refusal(_("The file is damaged or not a spreadsheet; open it and save it anew as .xlsx."))


def _too_much() -> Invalid:
    return _refusal(_("The file would take up too much memory; copy the people into a new workbook."))


def _read_apart(data: bytes) -> list[dict[str, Any]]:
    command = [sys.executable, "-I", "-m", child.__name__, str(LEADING_ROWS + MAX_ROWS + 2), str(MAX_COLUMNS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=READ_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise _too_much()
    if done.returncode:
        raise _unreadable()
    sheets: list[dict[str, Any]] = json.loads(done.stdout)
    return sheets


def _cells(row: list[Any]) -> list[Cell]:
    return [date.fromisoformat(cell[child.DATE]) if isinstance(cell, dict) else cell for cell in row]


def _check_rows(rows: list[list[Cell]]) -> None:
    if len(rows) > LEADING_ROWS + MAX_ROWS + 1:
        raise _refusal(_("There are more than %(n)s rows; divide the file.", n=MAX_ROWS))


def _text(data: bytes) -> str:
    """A text file's content: UTF-8, with or without a mark, else Windows-1251."""
    known = next((name for mark, name in BOMS.items() if data.startswith(mark)), None)
    if known is None and b"\x00" in data:
        raise _refusal(_("This is not a spreadsheet; use XLSX, XLS, ODS or CSV."))
    for encoding in (known,) if known else ("utf-8", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise wrong_encoding()


def wrong_encoding() -> Invalid:
    """The refusal of a text file that is neither UTF-8 nor Windows-1251."""
    return _refusal(_("The file is neither UTF-8 nor Windows-1251; save it as “CSV UTF-8” or as .xlsx."))


def in_other_encodings(data: bytes) -> Iterator[Sheet]:
    """A text file as it would be read in encodings that are not accepted, to tell why it makes no sense."""
    for encoding in () if data.startswith((ZIP, OLE)) else OTHER_ENCODINGS:
        yield _csv(data.decode(encoding, "replace"))


def _csv(text: str) -> Sheet:
    if text.lstrip()[:1] == "<" or text.startswith("%PDF"):
        raise _refusal(_("This is not a spreadsheet; use XLSX, XLS, ODS or CSV."))
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            rows.append([*row[:MAX_COLUMNS]])
            _check_rows(rows)
    except csv.Error:
        raise _unreadable() from None
    return Sheet("", rows)


def _delimiter(text: str) -> str:
    """The sign that divides some line near the top, the headings, into the most parts."""
    lines = [QUOTED.sub("", line) for line in text.splitlines()[: LEADING_ROWS + 1]]
    return max(DELIMITERS, key=lambda sign: max((line.count(sign) for line in lines), default=0))
