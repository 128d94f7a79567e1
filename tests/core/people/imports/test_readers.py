"""Files become rows; what cannot be read says why (A16, bad input)."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parta.kernel.errors import Invalid
from parta.people.imports import readers

from .conftest import Files, archive, with_parts

ROWS = [Files.headings, Files.petrov]


def refusal(data):
    with pytest.raises(Invalid) as refused:
        readers.read(data)
    assert set(refused.value.fields) == {"file"}
    return refused.value.fields["file"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a16_csv_is_read_in_every_usual_form(files, encoding, delimiter):
    (sheet,) = readers.read(files.csv(ROWS, delimiter, encoding))
    assert sheet.rows == ROWS


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a16_workbooks_of_three_kinds_are_read(files, kind):
    (sheet,) = readers.read(getattr(files, kind)(ROWS))
    assert (sheet.title, sheet.rows) == ("Лист1", ROWS)


@given(st.sampled_from(";,\t"), st.lists(st.text("абв ;,\"'", max_size=5), min_size=2, max_size=4))
def test_quoted_delimiters_do_not_divide(delimiter, cells):
    quoted = delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)
    line = delimiter.join(Files.headings)
    (sheet,) = readers.read(f"{line}\n{quoted}".encode())
    assert sheet.rows[1] == cells


def test_what_is_empty_or_too_large_is_refused():
    assert "empty" in refusal(b"")
    assert "empty" in refusal(b" \r\n")
    assert "10 MB" in refusal(b"a;b\n" * (50 * 1024 * 1024 // 4))


def test_what_is_no_spreadsheet_is_refused(files):
    for data in (
        b"%PDF-1.7 \xd0\xd0",
        b"<html><table>",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d",
        archive({"word/document.xml": "x"}),
        archive({}),
    ):
        assert "not a spreadsheet" in refusal(data)


def test_what_is_damaged_is_refused(files):
    whole = files.xlsx(ROWS)
    for data in (
        whole[: len(whole) // 2],
        b"PK\x03\x04 not really",
        archive({"xl/workbook.xml": "no"}),
        files.xls(ROWS)[:700],
        archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a>"}),
    ):
        assert "damaged" in refusal(data)


def test_macros_are_refused(files):
    for data in (
        with_parts(files.xlsx(ROWS), xl__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"),
        files.ods(ROWS, extra=["Basic/Standard/Module1.xml"]),
        files.xls([*ROWS, ["_VBA_PROJECT_CUR"]]),
    ):
        assert "macros" in refusal(data)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_file_with_a_password_is_refused(files, kind):
    assert "password" in refusal(files.protected(kind))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(files):
    assert "memory" in refusal(with_parts(files.xlsx(ROWS), xl__media__a=b"\x00" * (101 * 1024 * 1024)))
    assert "memory" in refusal(with_parts(files.xlsx(ROWS), **{f"p{n}": "" for n in range(1001)}))


def test_a_bomb_that_lies_about_its_size_ends_only_the_reading_process(files):
    bomb = files.xlsx(ROWS)
    with zipfile.ZipFile(io.BytesIO(bomb)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = (
        parts["xl/worksheets/sheet1.xml"]
        .replace(b'r="A2"', b'r="XFD1048576"')
        .replace(b'<row r="2"', b'<row r="1048576"')
    )
    parts["xl/worksheets/sheet1.xml"] = sheet
    data = archive(parts)
    assert len(data) < 10_000
    assert "memory" in refusal(data)


def test_too_many_rows_are_refused(files):
    rows = [files.headings, *([files.petrov] * (readers.MAX_ROWS + 11))]
    for data in (files.csv(rows), files.xlsx(rows)):
        assert "5000" in refusal(data)


def test_a_file_that_is_neither_utf_8_nor_windows_1251_is_refused():
    assert "Windows-1251" in refusal(b"\x98\x98;\x98")
    assert "Windows-1251" in refusal(b"\xef\xbb\xbf\xd4\xe0\xec;\xff")


def test_a_hidden_sheet_is_not_read(files):
    book = io.BytesIO(files.xlsx(ROWS, Второй=[["тайна"]]))
    with zipfile.ZipFile(book) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    plain = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = plain.replace(
        'name="Второй"'.encode(), 'name="Второй" state="hidden"'.encode()
    )
    assert [sheet.title for sheet in readers.read(archive(parts))] == ["Лист1"]
