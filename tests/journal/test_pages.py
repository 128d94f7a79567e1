"""The journal's pages and what it adds to the core's: what stands on them, and what their forms do."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from parta.kernel import access, context, modules
from parta.people.services import persons, places
from parta.people.services.persons import PersonValues
from parta_journal.services import lessons, saving

from tests.journal.conftest import DAY, FIRST, TODAY


@pytest.fixture
def world(desk):
    return desk[1]


@pytest.fixture
def site(desk):
    return desk[0]


@pytest.fixture
def teacher(site, world):
    return site.client(world.teacher)


def sent(client, site, path, **values):
    return client.post(site.url(path), data=values, follow_redirects=True)


def version(text):
    return re.search(r'name="version"[^>]*value="(\d+)"', text)[1]


def mark(site, world, lesson, student, text):
    """Have the teacher write into a cell."""
    entry = saving.Entry(uuid4(), lesson, student, text, mark_version=0, attendance_version=0)
    with site.enter(), world.as_teacher():
        assert saving.save([entry])[0].state == "saved"


def test_t_r1_a_teacher_finds_the_journals_and_the_grid(teacher, site, world):
    assert "Математика" in teacher.get(site.url("/journal")).text
    text = teacher.get(site.url(f"/journal/courses/{world.course}")).text
    assert "journal-data" in text
    assert "Абрамова" in text


def test_a_r1_a_leader_chooses_a_class(site, world):
    client = site.as_role("deputy")
    assert "5А" in client.get(site.url("/journal")).text
    assert "Математика" in client.get(site.url(f"/journal?class={world.class_id}")).text


def test_t8_a_lesson_is_added_by_form_and_a_bad_one_says_why(teacher, site, world):
    path = f"/journal/courses/{world.course}/lessons/new"
    made = sent(teacher, site, path, day=DAY.isoformat(), number="3", topic="Углы", homework="№ 7")
    assert "The lesson is added." in made.text
    assert "Углы" in made.text
    again = sent(teacher, site, path, day=DAY.isoformat(), number="3")
    assert "this lesson is there already" in again.text
    assert "The lesson is added." not in sent(teacher, site, path, day="x", number="").text


def test_t11_topic_and_homework_are_written_by_form_and_an_old_page_overwrites_nothing(teacher, site, world):
    path = f"/journal/lessons/{world.lesson}"
    old = version(teacher.get(site.url(path)).text)
    first = sent(teacher, site, path, topic="Дроби", homework="№ 5", version=old)
    assert "The lesson is saved." in first.text
    stale = sent(teacher, site, path, topic="Углы", homework="№ 6", version=old)
    assert "Somebody else" in stale.text
    assert "№ 5" in stale.text
    assert 'value="Углы"' in stale.text
    again = sent(teacher, site, path, topic="Углы", homework="№ 6", version=version(stale.text))
    assert "The lesson is saved." in again.text
    both = sent(teacher, site, path, topic="Углы", homework="№ 6", nothing_set="y", version="3")
    assert "clear it" in both.text


def test_t9_works_are_added_changed_and_removed_by_form(teacher, site, world):
    path = f"/journal/lessons/{world.lesson}/works"
    assert "The column is added." in sent(teacher, site, f"{path}/new", kind_id="5", title="Дроби").text
    text = teacher.get(site.url(f"/journal/lessons/{world.lesson}")).text
    number = max(map(int, re.findall(rf"{path}/(\d+)", text)))
    changed = sent(teacher, site, f"{path}/{number}", kind_id="5", weight="2.5", title="Дроби")
    assert "weight 2.5" in changed.text
    assert "The weight is a number" in sent(teacher, site, f"{path}/{number}", kind_id="5", weight="0").text
    assert "The column is removed." in sent(teacher, site, f"{path}/{number}/remove").text
    gone = teacher.get(site.url(f"{path}/{number}"), follow_redirects=True)
    assert "Дроби" not in gone.text


def test_t8_a_marked_lesson_is_not_removed(teacher, site, world):
    mark(site, world, world.lesson, world.students[0], "5")
    kept = sent(teacher, site, f"/journal/lessons/{world.lesson}/remove")
    assert "Clear them first" in kept.text
    assert "The lesson is removed." in sent(teacher, site, f"/journal/lessons/{world.second}/remove").text


def test_t8_my_day_shows_the_lessons_and_what_waits(teacher, site, world):
    with site.enter():
        lessons.add_lesson(world.course, TODAY - timedelta(days=3), 4)
    mark(site, world, world.lesson, world.students[0], "Н")
    shown = teacher.get(site.url(f"/journal/day?day={DAY}")).text
    assert "absent: 1" in shown
    for odd in ("x", "9999-12-31", "0001-01-01"):
        assert teacher.get(site.url(f"/journal/day?day={odd}")).status_code == 200
    assert "Not written up yet" in teacher.get(site.url("/journal/day")).text


def test_s_r1_s_r2_the_diary_shows_the_week(site, world):
    mark(site, world, world.lesson, world.students[0], "4/5")
    with site.enter():
        lessons.change_lesson(world.lesson, lessons.LessonValues("Дроби", "№ 5"), 1)
    text = site.client(world.students[0]).get(site.url(f"/journal/diary?day={DAY}")).text
    for part in ("Математика", "Дроби", "№ 5", "4/5"):
        assert part in text


def test_a28_the_list_of_kinds_is_edited_by_the_administrator(site, world):
    client = site.as_role("administrator")
    made = sent(client, site, "/journal/kinds/new", name="Устный счёт", short="Ус", weight="2")
    assert "Устный счёт" in made.text
    assert (
        "Write the abbreviation"
        in sent(client, site, "/journal/kinds/new", name="x", short="долго", weight="2").text
    )
    number = max(map(int, re.findall(r"/journal/kinds/(\d+)", made.text)))
    changed = sent(client, site, f"/journal/kinds/{number}", name="Счёт", short="Ус", weight="3")
    assert "Счёт" in changed.text
    sent(client, site, f"/journal/kinds/{number}/up")
    order = [
        int(n) for n in re.findall(r'/journal/kinds/(\d+)"', client.get(site.url("/journal/kinds")).text)
    ]
    assert order.index(number) < order.index(max(n for n in order if n != number))
    assert client.get(site.url("/journal/kinds/99999")).status_code == 404


def collected(site, world, hook, person, *roles, **values):
    with site.enter(), world.acting(person, *roles):
        return modules.hooks().collect(hook, school=context.school(), **values)


def test_t8_home_says_what_is_to_be_done_today(site, world):
    with site.enter():
        lessons.add_lesson(world.course, TODAY, 1)
        lessons.add_lesson(world.course, TODAY - timedelta(days=7), 1)
    cards = {card.name: card for card in collected(site, world, "home_cards", world.teacher, "teacher")}
    assert [line.text for line in cards["journal_today"].lines] == ["1. 5А · Математика"]
    assert cards["journal_late"].lines[0].state == "late"


def test_p_r1_home_says_what_is_new_for_each_child(site, world):
    with site.enter():
        mother = persons.add_person(PersonValues("Белова", "Вера"))
        for child in world.students[:3]:
            persons.add_guardian(mother, child, "mother")
        lessons.change_lesson(world.lesson, lessons.LessonValues("Дроби", "№ 5"), 1)
    mark(site, world, world.lesson, world.students[0], "5")
    mark(site, world, world.second, world.students[1], "Н")
    first, second, third = collected(site, world, "home_cards", mother, "guardian")
    assert {line.text for line in first.lines} == {"Математика: 5", "Математика"}
    assert {line.text for line in second.lines} == {"Математика: Н", "Математика"}
    assert [line.detail for line in third.lines] == ["homework: № 5"]


def test_a_person_and_a_class_have_their_tabs(site, world):
    with site.enter():
        stranger = persons.add_staff(PersonValues("Чужая", "Анна"), "учитель")
        leader = persons.add_staff(PersonValues("Классная", "Анна"), "учитель")
        places.lead_class(leader, world.class_id, FIRST)
    student = world.students[0]

    def names(hook, person, *roles, **values):
        return [tab.name for tab in collected(site, world, hook, person, *roles, **values)]

    assert names("person_tabs", leader, "homeroom", person_id=student) == ["journal_diary"]
    assert names("person_tabs", stranger, "deputy", person_id=student) == ["journal_diary"]
    assert names("person_tabs", stranger, "deputy", person_id=leader) == []
    assert names("person_tabs", stranger, "teacher", person_id=student) == []
    assert names("class_tabs", stranger, "teacher", class_id=world.class_id) == ["journal"]
    assert names("class_tabs", student, "student", class_id=world.class_id) == []


def test_nothing_is_collected_for_nobody(site):
    with site.enter(), access.acting(access.ANONYMOUS):
        assert modules.hooks().collect("home_cards", school=context.school()) == []
