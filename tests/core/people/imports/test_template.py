"""The template is what the import reads: the official sample goes in (A16)."""

import csv
import io

import pytest
from parta.kernel.errors import Invalid
from parta.kernel.i18n import reading
from parta.people.imports import cells, readers, service, template
from parta.people.imports.columns import COLUMNS, STAFF, STUDENTS
from python_calamine import CalamineWorkbook


def filled(kind, rows):
    """The text template with its example row replaced."""
    text = template.csv_file(kind, ["5А"]).decode("utf-8-sig")
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows([next(csv.reader(io.StringIO(text), delimiter=";")), *rows])
    return made.getvalue().encode()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a16_the_empty_template_is_understood_and_holds_nobody(september, language):
    with reading(language):
        made = [template.xlsx(["5А", "5Б"]), template.xlsx(), *(template.csv_file(kind) for kind in COLUMNS)]
    for data in made:
        with pytest.raises(Invalid, match="Nobody"):
            service.plan(data, "template")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", [STUDENTS, STAFF])
def test_a11_a16_the_sample_goes_in_once_its_mark_is_taken_away(september, kind, language):
    with reading(language):
        row = template.example(kind, ["5А"])
        row[0] = row[0].partition(": ")[2]
        data = filled(kind, [row])
    done = service.apply(data, "sample.csv").plan
    assert done.states["new"] == 1
    assert done.counts["guardian.new"] == (2 if kind == STUDENTS else 0)
    assert service.plan(data, "sample.csv").is_idle


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_choice_offered_is_understood(language):
    with reading(language):
        for columns in COLUMNS.values():
            for column in columns:
                offered = template.choices(column)
                assert all(readers_of(column)(word) for word in offered.get("source", []))


def readers_of(column):
    return cells.READERS[column.kind]


def test_the_workbook_has_a_sheet_for_each_kind_and_hides_its_lists():
    with reading("ru"):
        data = template.xlsx(["5А"])
    assert [s.title for s in readers.read(data)] == ["Ученики", "Работники", "Как заполнять"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names[-1] == "lists"
