"""The journal over the JSON API: lessons, works, cells, comments, grid and diary."""

from uuid import uuid4

import pytest
from parta.people.services import persons
from parta.people.services.persons import PersonValues

from tests.journal.conftest import DAY


class Api:
    """The API as a person calls it."""

    def __init__(self, site, person_id):
        self.site, self.client = site, site.client(person_id)

    def __call__(self, method, path, **sent):
        query = {"query_string": sent.pop("query")} if "query" in sent else {}
        body = {"json": sent} if sent else {}
        url = self.site.url(f"/api/v1/journal{path}")
        return self.client.open(url, method=method, **query, **body)

    def cells(self, *entries):
        answer = self("POST", "/cells", entries=list(entries))
        assert answer.status_code == 200, answer.text
        return answer.json["outcomes"]


@pytest.fixture
def teacher(desk):
    site, world = desk
    return Api(site, world.teacher)


@pytest.fixture
def world(desk):
    return desk[1]


def entry(lesson, student, text, marks=0, attendance=0, **more):
    return {
        "id": str(uuid4()),
        "lesson_id": lesson,
        "student_id": student,
        "text": text,
        "mark_version": marks,
        "attendance_version": attendance,
        **more,
    }


def span(world):
    return {"course": world.course, "first": DAY.isoformat(), "last": DAY.isoformat()}


def test_t8_cells_are_saved_each_with_its_outcome(teacher, world):
    saved, refused = teacher.cells(
        entry(world.lesson, world.students[0], "Н 4/5"), entry(world.lesson, world.students[1], "9")
    )
    assert (saved["state"], saved["text"], saved["mark_version"]) == ("saved", "Н 4/5", 1)
    assert (refused["state"], refused["text"]) == ("refused", "9")
    assert "Белов" in refused["message"]
    (conflict,) = teacher.cells(entry(world.lesson, world.students[0], "2"))
    assert (conflict["state"], conflict["text"], conflict["by"]) == ("conflict", "Н 4/5", "Орлова Анна")
    assert conflict["at"].startswith("20")
    (mark,) = teacher("GET", "/marks", query=span(world)).json
    assert (mark["marks"], mark["student_id"], mark["weight"]) == (["4", "5"], world.students[0], "1.0")
    (absence,) = teacher("GET", "/attendance", query=span(world)).json
    assert (absence["letter"], absence["lesson_id"]) == ("Н", world.lesson)


def test_t8_a_lesson_is_added_changed_and_removed(teacher, world):
    made = teacher("POST", "/lessons", course_id=world.course, day=DAY.isoformat(), number=5, topic="Углы")
    assert made.status_code == 201
    path = f"/lessons/{made.json['id']}"
    changed = teacher("PUT", path, topic="Дроби", homework="№ 5", version=1)
    assert (changed.json["version"], changed.json["homework"]) == (2, "№ 5")
    stale = teacher("PUT", path, topic="Другое", homework="", version=1)
    assert (stale.status_code, stale.mimetype) == (409, "application/problem+json")
    assert "Дроби" in stale.text
    found = teacher("GET", "/lessons", query=span(world)).json
    assert [lesson["number"] for lesson in found] == [1, 2, 5]
    assert teacher("DELETE", path).status_code == 204
    assert teacher("DELETE", path).status_code == 404
    outside = teacher("POST", "/lessons", course_id=world.course, day="2001-01-01", number=5)
    assert (outside.status_code, set(outside.json["errors"])) == (422, {"day"})


def test_t9_works_are_added_changed_and_removed(teacher, world):
    made = teacher("POST", f"/lessons/{world.lesson}/works", kind_id=5, title="Дроби")
    path = f"/works/{made.json['id']}"
    assert teacher("PUT", path, kind_id=5, weight="2.5").status_code == 204
    (lesson, _second) = teacher("GET", "/grid", query={"course": world.course}).json["lessons"]
    assert [(work["weight"], work["is_default"]) for work in lesson["works"]] == [("1", True), ("2.5", False)]
    assert teacher("PUT", path, kind_id=5, weight="0").status_code == 422
    assert teacher("DELETE", path).status_code == 204


def test_h17_comments_go_beside_a_cell(teacher, world):
    student = world.students[0]
    (saved,) = teacher.cells(entry(world.lesson, student, "Б 4"))
    mark = teacher("PUT", f"/marks/{saved['work_id']}/{student}/comment", text="Молодец", version=1)
    absence = teacher("PUT", f"/attendance/{world.lesson}/{student}/comment", text="Справка", version=1)
    assert (mark.json, absence.json) == ({"version": 2}, {"version": 2})
    found = teacher("GET", "/grid", query={"course": world.course}).json
    assert found["marks"] == [[saved["work_id"], student, "4", 2, "Молодец"]]
    assert found["letters"] == [[world.lesson, student, "Б", 2, "Справка"]]


def test_the_grid_says_what_may_be_written(teacher, world):
    found = teacher("GET", "/grid", query={"course": world.course}).json
    assert found["course"]["learners"] == "5А"
    assert [student["surname"] for student in found["students"]][:2] == ["Абрамова", "Белов"]
    assert all(lesson["teaches"] for lesson in found["lessons"])
    assert (found["scale"], len(found["kinds"])) == (["5", "4", "3", "2", "1"], 16)
    assert [course["id"] for course in teacher("GET", "/courses").json] == [world.course]


def test_p_r1_a_guardian_reads_the_week_of_a_child_and_of_no_other(desk, teacher, world):
    site, _world = desk
    with site.enter():
        mother = persons.add_person(PersonValues("Абрамова", "Вера"))
        persons.add_guardian(mother, world.students[0], "mother")
    teacher.cells(entry(world.lesson, world.students[0], "5"))
    guardian = Api(site, mother)
    week = guardian("GET", "/diary", query={"day": DAY.isoformat()}).json
    lessons = [lesson for day in week["days"] for lesson in day["lessons"]]
    assert [mark["marks"] for mark in lessons[0]["marks"]] == [["5"]]
    assert guardian("GET", "/diary", query={"student": world.students[1]}).status_code == 404
    assert (
        guardian("POST", "/cells", entries=[entry(world.lesson, world.students[0], "5")]).status_code == 403
    )


@pytest.mark.parametrize(
    "wrong",
    [{"id": "x"}, {"text": "5" * 101}, {"lesson_id": "one"}, {"student_id": None}, {"more": 1}, {"text": 5}],
)
def test_an_entry_that_cannot_be_read_is_refused_and_nothing_saved(teacher, world, wrong):
    good = entry(world.lesson, world.students[0], "5")
    answer = teacher(
        "POST", "/cells", entries=[good, {**entry(world.lesson, world.students[1], "5"), **wrong}]
    )
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert teacher("GET", "/marks", query=span(world)).json == []
