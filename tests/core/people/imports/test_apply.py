"""Writing is all or nothing, repeatable, and quick (A16)."""

import threading
from datetime import date

import pytest
from parta.kernel import access, context, db
from parta.kernel.errors import Conflict, NotFound
from parta.kernel.listing import Paging
from parta.people.imports import records, service
from parta.people.services import persons
from parta.people.services.persons import PersonValues
from sqlalchemy import event, text

from .conftest import HEADINGS, PETROV, Files

PETROVS = Files.csv([HEADINGS, PETROV])
LARGE = 1000


def test_a16_applied_twice_changes_nothing_the_second_time(september):
    first, second = (service.apply(PETROVS, "people.csv") for _ in range(2))
    assert second.number is None
    assert records.one(first.number).counts == {"student.new": 1, "class.join": 1}
    assert [past.file for past in records.past()] == ["people.csv"]
    with pytest.raises(NotFound):
        records.one(10**9)


def test_what_has_changed_since_it_was_shown_is_not_written(september):
    shown = service.plan(PETROVS, "people.csv")
    assert service.plan(PETROVS, "people.csv").fingerprint == shown.fingerprint
    persons.add_student(PersonValues("Петров", "Пётр", "Ильич", date(2015, 3, 8)))
    with pytest.raises(Conflict) as conflict:
        service.apply(PETROVS, "people.csv", expected=shown.fingerprint)
    assert conflict.value.details["plan"].rows[0].state == "changed"
    assert records.past() == []


def test_a_failure_while_writing_leaves_nothing(september, unit):
    unit.session.execute(
        text("alter table people_enrolment add constraint full_house check (starts < '2000-01-01')")
    )
    with pytest.raises(Exception, match="full_house"), unit.session.begin_nested():
        service.apply(PETROVS, "people.csv")
    assert persons.listing(Paging()).total == 0


def test_while_somebody_else_changes_people_the_import_waits_and_then_says_so(parta_database, school, files):
    ready, done = threading.Event(), threading.Event()

    def other():
        with parta_database.enter(school):
            db.session().execute(text("lock table people_person in row exclusive mode"))
            ready.set()
            done.wait(20)

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(20)
    try:
        with pytest.raises(Conflict), parta_database.enter(school), access.acting(access.SYSTEM):
            service.apply(PETROVS, "people.csv")
    finally:
        done.set()
        thread.join()


@pytest.mark.slow
def test_a16_a_thousand_students_with_two_guardians_each_take_few_statements(files, september):
    data = files.csv(_large())
    statements = []
    bind = context.session().get_bind()

    def count(connection, cursor, statement, *rest):
        statements.append(statement)

    event.listen(bind, "before_cursor_execute", count)
    try:
        done = service.apply(data, "people.csv")
    finally:
        event.remove(bind, "before_cursor_execute", count)
    assert done.plan.counts["student.new"] == LARGE
    assert done.plan.counts["guardian.new"] == 2 * LARGE
    assert len(statements) <= 20
    assert persons.listing(Paging()).total == 3 * LARGE
    assert service.plan(data, "people.csv").is_idle


def _large():
    guardian = ["фамилия", "имя", "кем приходится", "телефон"]
    yield [*HEADINGS, *(f"Родитель {slot}: {part}" for slot in (1, 2) for part in guardian)]
    for number in range(LARGE):
        name = "".join("абвгдежзик"[int(digit)] for digit in f"{number:04}")
        mother = [f"Мать{name}", "Анна", "мать", f"8900{number:07}"]
        father = [f"Отец{name}", "Илья", "отец", f"8901{number:07}"]
        yield [f"Ученик{name}", "Пётр", "", "08.03.2015", "м", "", "5А", *mother, *father]
