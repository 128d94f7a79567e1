"""The journal in a browser: filled from the keyboard, by two at once, without a connection, on a phone."""

import re
from dataclasses import dataclass, field
from datetime import date

import pytest
from parta.accounts.models import SignInSession, User
from parta.demo.build import PASSWORD
from parta.people.models import Teaching
from parta.people.services import persons, places, rosters
from parta.people.services.persons import PersonValues
from parta_journal.models import Attendance, AttendanceCode, Lesson, Mark, Work
from parta_journal.services import grid, lessons
from playwright.sync_api import expect
from sqlalchemy import delete, select

from tests.e2e.conftest import TODAY, _session

NUMBER = 15
SAVED = re.compile("All saved")
RUSSIAN_KEYS = {"н": "KeyY", "Н": "KeyY"}
PRESS = "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key))"
UNSENT = "Object.keys(localStorage).filter(key => key.startsWith('parta:unsent:')).length"


@dataclass
class Place:
    """A lesson of the teacher's course with empty cells, and where its column stands."""

    course: int
    term: int
    lesson: int
    work: int
    column: int
    students: list = field(default_factory=list)

    @property
    def path(self):
        return f"/journal/courses/{self.course}?term={self.term}"


class Sheet:
    """The grid in a visitor's window."""

    def __init__(self, visitor, place):
        self.visitor, self.place = visitor, place
        self.page = visitor.open(place.path)
        self.state = self.page.locator("#journal-state")

    def cell(self, row, across=0):
        return self.page.locator(f'td[data-row="{row}"][data-column="{self.place.column + across}"]')

    def type(self, row, *keys):
        self.cell(row).focus()
        for key in keys:
            if key in RUSSIAN_KEYS:
                self.page.evaluate(PRESS, {"key": key, "code": RUSSIAN_KEYS[key], "bubbles": True})
            else:
                self.page.keyboard.press(key)

    def saved(self):
        expect(self.state).to_have_text(SAVED)

    def texts(self, rows):
        return [" ".join(self.cell(row).inner_text().split()) for row in range(rows)]


def person_of(unit, login):
    return unit.session.scalar(select(User.person_id).where(User.login == login))


def course_of(person_id):
    """A course of a whole class that the person teaches."""
    return next(c for c in rosters.courses_taught(person_id, TODAY) if c.class_id is not None)


@pytest.fixture
def place(demo):
    """The fifteenth lesson of the demonstration's today, taken away after the test."""
    with demo.enter() as unit:
        course = course_of(person_of(unit, "teacher"))
        lesson = lessons.add_lesson(course.id, TODAY, NUMBER)
        found = grid.lesson_grid(lesson)
        whole = grid.grid(course.id, found.term.id)
        works = [work.id for one in whole.lessons for work in one.works]
        work = found.lessons[0].works[0].id
        students = [student.id for student in whole.students]
    made = Place(course.id, found.term.id, lesson, work, works.index(work), students)
    yield made
    with demo.enter() as unit:
        works = select(Work.id).where(Work.lesson_id == lesson)
        unit.session.execute(delete(Mark).where(Mark.work_id.in_(works)))
        unit.session.execute(delete(Attendance).where(Attendance.lesson_id == lesson))
        unit.session.execute(delete(Work).where(Work.lesson_id == lesson))
        unit.session.execute(delete(Lesson).where(Lesson.id == lesson))


@pytest.fixture
def colleague(demo, place):
    """The homeroom teacher's account teaches the course too."""
    with demo.enter() as unit:
        person = person_of(unit, "homeroom")
        known = any(held.course_id == place.course for held in rosters.held(person, TODAY, TODAY))
        if not known:
            places.teach(person, place.course, date(TODAY.year, 9, 1))
    yield "homeroom"
    if not known:
        with demo.enter() as unit:
            mine = (Teaching.person_id == person) & (Teaching.course_id == place.course)
            unit.session.execute(delete(Teaching).where(mine))


@pytest.fixture
def sheet(visit, place):
    return Sheet(visit("teacher", language="en"), place)


def marks(demo, place):
    """Marks of the lesson by the student's place in the list."""
    with demo.enter() as unit:
        rows = unit.session.execute(
            select(Mark.student_id, Mark.marks).where(Mark.work_id == place.work)
        ).all()
    return {place.students.index(student): "/".join(given) for student, given in rows if given}


def absences(demo, place):
    with demo.enter() as unit:
        rows = unit.session.execute(
            select(Attendance.student_id, AttendanceCode.code)
            .join(AttendanceCode, AttendanceCode.id == Attendance.code_id)
            .where(Attendance.lesson_id == place.lesson)
        ).all()
    return {place.students.index(student): code for student, code in rows}


def test_t8_a_lesson_is_filled_from_the_keyboard_and_saved_in_batches(sheet, demo, place):
    requests = []
    sheet.page.on("request", lambda sent: requests.append(sent.url) if "/cells" in sent.url else None)
    sheet.type(0, "5", "Enter", "4", "5", "Enter", "4", "/", "3", "Enter", "н", "Enter")
    # The same letters from a Latin layout: the keys on which Н, Б, У and О lie.
    sheet.type(4, "y", "ArrowDown", ",", "ArrowDown", "e", "ArrowDown", "j", "Enter")
    sheet.saved()
    assert marks(demo, place) == {0: "5", 1: "4/5", 2: "4/3"}
    assert absences(demo, place) == {3: "Н", 4: "Н", 5: "Б", 6: "У", 7: "О"}
    assert len(requests) <= 3
    assert sheet.texts(5) == ["5", "4/5", "4/3", "Н", "Н"]
    sheet.page.reload()
    assert sheet.texts(5) == ["5", "4/5", "4/3", "Н", "Н"]
    assert sheet.visitor.problems() == []


def test_t8_keys_undo_clear_fill_copy_and_paste(sheet, demo, place):
    sheet.type(0, "5", "Enter")
    sheet.type(1, "Control+d")
    assert sheet.texts(2) == ["5", "5"]
    sheet.type(1, "4", "Escape")
    assert sheet.texts(2) == ["5", "5"]
    sheet.type(1, "3", "Control+z", "Control+z")
    assert sheet.texts(2) == ["5", ""]
    sheet.type(0, "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    assert sheet.texts(4) == ["5", "5", "5", ""]
    sheet.type(0, "Shift+ArrowDown", "Delete")
    assert sheet.texts(3) == ["", "", "5"]
    sheet.cell(0).focus()
    sheet.page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "4\\nН\\n5/4\\n");
            const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(event);
        }"""
    )
    assert sheet.texts(3) == ["4", "Н", "5/4"]
    sheet.saved()
    assert (marks(demo, place), absences(demo, place)) == ({0: "4", 2: "5/4"}, {1: "Н"})
    sheet.page.keyboard.press("?")
    expect(sheet.page.get_by_role("heading", name="Keys of the grid")).to_be_visible()
    assert sheet.visitor.problems() == []


def test_t9_the_average_follows_at_once(sheet):
    average = sheet.page.locator("tbody tr").nth(0).locator("td.journal-average")
    before = average.inner_text()
    sheet.type(0, "2", "Enter")
    assert average.inner_text() != before
    sheet.type(0, "Delete")
    assert average.inner_text() == before


def test_a_mark_off_the_scale_is_said_at_once_and_never_sent(sheet, demo, place):
    sheet.type(0, "7", "Enter")
    expect(sheet.page.get_by_text("“7” is not a mark").first).to_be_visible()
    expect(sheet.state).to_contain_text("Not saved: 1")
    sheet.type(0, "Escape")
    sheet.saved()
    assert marks(demo, place) == {}


def test_two_teachers_on_one_cell_see_both_values_and_choose(visit, place, colleague, demo):
    first = Sheet(visit("teacher", language="en"), place)
    second = Sheet(visit(colleague, language="en"), place)
    first.type(0, "5", "Enter")
    first.saved()
    second.type(0, "3", "Enter")
    expect(second.state).to_contain_text("Conflicts: 1")
    assert second.cell(0).inner_text().replace(" ", "") == "3≠5"
    assert marks(demo, place) == {0: "5"}
    second.state.get_by_role("button").click()
    dialog = second.page.locator("#journal-conflict")
    expect(dialog).to_contain_text("“5”")
    dialog.get_by_role("button", name="Put mine: 3").click()
    second.saved()
    assert marks(demo, place) == {0: "3"}
    first.type(0, "4", "Enter")
    first.state.get_by_role("button").click()
    first.page.get_by_role("button", name="Keep what is there: 3").click()
    first.saved()
    assert (marks(demo, place), first.texts(1)) == ({0: "3"}, ["3"])


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(sheet, demo, place):
    sheet.page.context.set_offline(True)
    sheet.type(0, "5", "Enter")
    expect(sheet.state).to_contain_text("Unsent: 1 (no connection)")
    assert marks(demo, place) == {}
    sheet.page.context.set_offline(False)
    sheet.saved()
    assert marks(demo, place) == {0: "5"}
    assert sheet.page.evaluate(UNSENT) == 0


def test_an_answer_that_was_lost_is_no_conflict(sheet, demo, place):
    lost = []

    def lose(route):
        lost.append(route.fetch())
        route.abort()

    sheet.page.route("**/cells", lose, times=1)
    sheet.type(0, "5", "Enter")
    expect(sheet.state).to_contain_text("no connection")
    assert marks(demo, place) == {0: "5"}
    sheet.type(0, "4", "Enter")
    sheet.saved()
    assert len(lost) == 1
    assert marks(demo, place) == {0: "4"}


def test_unsent_entries_survive_the_page_and_wait_for_their_own_person(
    visit, demo, address, place, colleague
):
    visitor = visit("teacher", language="en")
    sheet = Sheet(visitor, place)
    # What a page sends while it closes would get through any emulated loss of the connection.
    visitor.page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('none')) }")
    sheet.type(0, "5", "Enter")
    expect(sheet.state).to_contain_text("no connection")
    mine = visitor.page.context.cookies()
    visitor.page.context.add_cookies([_session(demo, address, colleague, "en")])
    other = Sheet(visitor, place)
    other.saved()
    assert other.texts(1) == [""]
    assert visitor.page.evaluate(UNSENT) == 1
    visitor.page.context.add_cookies(mine)
    expect(visitor.open("/journal").locator("#journal-waiting")).to_contain_text("Open the journal")
    again = Sheet(visitor, place)
    again.saved()
    assert (again.texts(1), marks(demo, place)) == (["5"], {0: "5"})
    assert visitor.page.evaluate(UNSENT) == 0


def test_t6_an_expired_session_is_renewed_in_place_and_nothing_is_lost(sheet, demo, place):
    with demo.enter() as unit:
        unit.session.execute(delete(SignInSession))
    sheet.type(0, "5", "Enter")
    dialog = sheet.page.locator("#sign-in-again")
    dialog.locator("[name=login]").fill("teacher")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    sheet.saved()
    assert marks(demo, place) == {0: "5"}


def test_t6_signing_in_again_in_another_window_refuses_no_mark(visit, demo, place, address):
    visitor = visit("teacher", language="en")
    sheet = Sheet(visitor, place)
    visitor.page.context.add_cookies([_session(demo, address, "teacher", "en")])
    sheet.type(0, "5", "Enter")
    sheet.saved()
    assert marks(demo, place) == {0: "5"}


def test_t6_marks_wait_when_another_window_has_signed_out(sheet, demo, place):
    sheet.page.context.clear_cookies()
    sheet.type(0, "5", "Enter")
    dialog = sheet.page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    sheet.page.keyboard.press("Escape")
    expect(sheet.state).to_contain_text("you are not signed in")
    expect(dialog).to_be_visible()
    dialog.locator("[name=login]").fill("teacher")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    sheet.saved()
    assert marks(demo, place) == {0: "5"}


def test_signing_out_warns_of_unsent_entries_and_removes_them(sheet, demo, place):
    page = sheet.page
    page.route("**/cells", lambda route: route.abort())
    sheet.type(0, "5", "Enter")
    expect(sheet.state).to_contain_text("no connection")
    page.locator(".parta-menu-person summary").click()
    page.get_by_role("button", name="Sign out").click()
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("the rest is lost")
    dialog.get_by_role("button", name="Cancel").click()
    assert page.evaluate(UNSENT) == 1
    page.locator(".parta-menu-person summary").click()
    page.get_by_role("button", name="Sign out").click()
    dialog.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate(UNSENT) == 0


def test_h_r1_a_homeroom_teacher_writes_absences_only_and_a_leader_nothing(visit, demo, place):
    with demo.enter() as unit:
        leader = person_of(unit, "homeroom")
        (class_id, _title) = rosters.classes_led(leader, TODAY)[0]
        foreign = next(
            c
            for c in rosters.courses_of_class(class_id, TODAY)
            if c.class_id == class_id
            and not any(h.course_id == c.id for h in rosters.held(leader, TODAY, TODAY))
        )
        whole = grid.grid(foreign.id, place.term)
    number = sum(len(one.works) for one in whole.lessons if one.day <= TODAY) - 1
    sheet = Sheet(visit("homeroom", language="en"), Place(foreign.id, whole.term.id, 0, 0, number))
    for row in range(len(whole.students)):
        if not sheet.cell(row).inner_text().strip():
            break
    sheet.type(row, "5", "Enter")
    expect(sheet.page.get_by_text("Only an attendance letter may stand here").first).to_be_visible()
    sheet.type(row, "Escape")
    sheet.type(row, "Н", "Enter")
    sheet.saved()
    assert sheet.cell(row).inner_text().strip() == "Н"
    sheet.type(row, "Delete")
    sheet.saved()
    reader = Sheet(visit("deputy", language="en"), place)
    expect(reader.state).to_contain_text("For reading")
    reader.type(0, "5")
    expect(reader.page.get_by_text("You may read this cell").first).to_be_visible()
    assert marks(demo, place) == {}


def test_t11_topic_and_homework_are_saved_beside_the_grid(sheet, demo, place):
    sheet.cell(0).focus()
    panel = sheet.page.locator(".journal-panel")
    panel.get_by_label("Topic").fill("Дроби")
    panel.get_by_label("Homework", exact=True).fill("№ 5")
    panel.get_by_label("Topic").focus()
    expect(sheet.page.get_by_text("The lesson is saved.").nth(1)).to_be_visible()
    with demo.enter() as unit:
        row = unit.session.get(Lesson, place.lesson)
    assert (row.topic, row.homework) == ("Дроби", "№ 5")
    assert sheet.visitor.problems() == []


def test_t11_topic_and_homework_need_no_scripts(browser, demo, address, place):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([_session(demo, address, "teacher", "en")])
    page = context.new_page()
    page.goto(f"{address}/{demo.school.slug}/journal/lessons/{place.lesson}")
    page.get_by_label("Topic", exact=True).fill("Углы")
    page.get_by_label("Homework", exact=True).fill("§ 3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The lesson is saved.")).to_be_visible()
    expect(page.get_by_label("Topic", exact=True)).to_have_value("Углы")
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_t8_a_lesson_is_filled_with_taps(visit, demo, place, width):
    visitor = visit("teacher", width=width, language="en")
    page = visitor.open(f"/journal/lessons/{place.lesson}")
    line = page.locator(".journal-student").nth(0)
    line.get_by_role("button", name="5", exact=True).click()
    line.get_by_role("button", name="4", exact=True).click()
    page.locator(".journal-student").nth(1).get_by_role("button", name="Отсутствовал", exact=True).click()
    expect(page.locator("#journal-state")).to_have_text(SAVED)
    assert (marks(demo, place), absences(demo, place)) == ({0: "5/4"}, {1: "Н"})
    page.locator(".journal-student").nth(1).get_by_role("button", name="Present").click()
    expect(page.locator("#journal-state")).to_have_text(SAVED)
    assert absences(demo, place) == {}
    assert visitor.problems() == []


def test_p_r1_a_guardian_reads_in_the_diary_what_the_teacher_has_just_written(visit, demo, place):
    with demo.enter() as unit:
        parent = person_of(unit, "parent")
        child = rosters.children(parent)[0].id
        course = next(c for c in rosters.courses_of_student(child, TODAY, TODAY) if c.holds(TODAY))
        lesson = lessons.add_lesson(course.id, TODAY, NUMBER + 1, lessons.LessonValues("Дроби", "№ 77"))
        stranger = next(n for n in place.students if n not in {c.id for c in rosters.children(parent)})
    visitor = visit("parent", width=390, language="en")
    page = visitor.open(f"/journal/diary?student={child}&day={TODAY}")
    expect(page.get_by_text("№ 77")).to_be_visible()
    assert visitor.problems() == []
    answer = page.goto(f"{visitor.root}/journal/diary?student={stranger}")
    assert answer.status == 404
    with demo.enter():
        lessons.remove_lesson(lesson)


def test_the_panel_is_reached_from_the_grid_and_left_by_escape(sheet):
    sheet.cell(0).focus()
    sheet.page.keyboard.press("Escape")
    expect(sheet.page.locator("aside :focus")).to_have_count(1)
    sheet.page.keyboard.press("Escape")
    expect(sheet.cell(0)).to_be_focused()


def test_the_whole_class_is_printed(sheet):
    sheet.page.emulate_media(media="print")
    hidden = "box => box.scrollHeight - box.clientHeight"
    assert sheet.page.locator(".journal-scroll").evaluate(hidden) == 0
    expect(sheet.page.locator(".journal-panel")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_class_of_forty_with_long_names_fits(visit, demo, place, width, theme):
    with demo.enter() as unit:
        course = course_of(person_of(unit, "teacher"))
        for number in range(40 - len(place.students)):
            name = PersonValues(f"Константинопольская-{'абвгдежзик'[number % 10]}", "Александра-Виктория")
            places.enrol(persons.add_student(name), course.class_id, TODAY)
    visitor = visit("teacher", width=width, theme=theme)
    page = visitor.open(place.path)
    assert page.locator("tbody tr").count() >= 40
    assert visitor.problems() == []
