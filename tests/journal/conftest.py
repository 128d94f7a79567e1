"""A school that has the journal on: class 5А with maths, two lessons, a teacher and four students."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from parta.kernel import access, clock, db, migrations, modules
from parta.kernel.modules import ON, PluginRow
from parta.people.services import persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes, subjects, years
from parta.school.services.years import TermDates
from parta_journal.plugin import permissions
from parta_journal.services import catalogue, lessons

TODAY = clock.now().astimezone(ZoneInfo("Europe/Moscow")).date()
FIRST, LAST = TODAY - timedelta(days=100), TODAY + timedelta(days=200)
DAY = TODAY - timedelta(days=10 if TODAY.weekday() != 2 else 9)  # never a Sunday
MIDDLE = TODAY + timedelta(days=40)
SURNAMES = ("Абрамова", "Белов", "Волкова", "Громов")


@dataclass
class World:
    """Numbers of what stands in the school."""

    year: int
    class_id: int
    course: int
    teacher: int
    lesson: int
    second: int
    students: list[int] = field(default_factory=list)

    def acting(self, person_id, *roles):
        """Act as a person with what these roles hold by default."""
        held = frozenset(p.name for p in permissions() if set(roles) & set(p.roles))
        return access.acting(
            access.Actor(user_id=person_id, person_id=person_id, name="Кто", permissions=held)
        )

    def as_teacher(self):
        return self.acting(self.teacher, "teacher")


def add_course(name, **learners):
    return classes.add_course(subjects.save(name), Decimal(5), **learners)


def add_staff(surname, *courses):
    number = persons.add_staff(PersonValues(surname, "Анна", "Петровна"), "учитель")
    for course in courses:
        places.teach(number, course, FIRST)
    return number


def add_student(surname, class_id, starts=FIRST):
    number = persons.add_student(PersonValues(surname, "Яна"))
    places.enrol(number, class_id, starts)
    return number


@pytest.fixture
def journal_school(make_school, parta_full_database):
    made = make_school()
    owner = parta_full_database.registry.plugins["journal"].owner
    with parta_full_database.directory() as connection:
        migrations.upgrade(connection, made, [owner])
    with parta_full_database.enter(made) as opened, access.acting(access.SYSTEM):
        opened.session.add(PluginRow(name="journal", state=ON, reason="", changed_at=clock.now()))
        catalogue.seed()
    return made


@pytest.fixture
def unit(journal_school, parta_full_database):
    with parta_full_database.enter(journal_school) as opened, access.acting(access.SYSTEM):
        yield opened


def build_world():
    """What stands in the school entered."""
    year = years.add_year("сейчас", FIRST, LAST)
    halves = [TermDates("I", FIRST, MIDDLE), TermDates("II", MIDDLE + timedelta(days=10), LAST)]
    years.set_terms(year, "half_years", halves)
    class_id = classes.add_class(year, 5, "А", "half_years")
    course = add_course("Математика", class_id=class_id)
    teacher = add_staff("Орлова", course)
    first = lessons.add_lesson(course, DAY, 1)
    second = lessons.add_lesson(course, DAY, 2)
    students = [add_student(surname, class_id) for surname in SURNAMES]
    return World(year, class_id, course, teacher, first, second, students)


@pytest.fixture
def world(unit):
    return build_world()


@pytest.fixture
def desk(make_site):
    """The whole application on such a school."""
    site = make_site("journal")
    with site.enter():
        catalogue.seed()
        world = build_world()
    return site, world


@pytest.fixture
def statements(unit):
    """The SQL statements run from now on, as in a process that knows what the school has on."""
    modules.enabled()
    seen = []
    engine = unit.session.get_bind()

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    db.event.listen(engine, "before_cursor_execute", note)
    yield seen
    db.event.remove(engine, "before_cursor_execute", note)
