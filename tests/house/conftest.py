"""A school in which every kind of thing stands and every kind of person has an account."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from parta.kernel import clock, context, modules
from parta.people.imports import store
from parta.people.services import persons, places, spans
from parta.people.services.persons import PersonValues
from parta.school.services import classes, subjects, years
from parta.school.services.years import TermDates
from parta_journal.services import catalogue, lessons

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
GRANTED = ("administrator", "director", "deputy", "secretary", "psychologist")


@dataclass
class Furnished:
    """The school as a site, the numbers that addresses need, and a browser for each kind of person."""

    site: object
    numbers: dict
    browsers: dict

    def address(self, rule, query=""):
        """An address that the rule answers to, of a thing that is there."""
        path = PLACE.sub(lambda found: str(self.numbers[found[1]]), rule)
        return self.site.url(path + query.format(**self.numbers))


@pytest.fixture
def furnished(make_site, parta_registry):
    """The school with every module on."""
    site = make_site(*parta_registry.plugins)
    with site.enter():
        for name in parta_registry.plugins:
            modules.hooks().all_or_nothing("plugin_enabled", school=context.school(), name=name)
        numbers, people = structure()
        journal(numbers)
        numbers["number"] = upload()
    people |= {role: site.person(role) for role in GRANTED}
    people["other teacher"] = site.person("teacher")
    browsers = {name: site.client(number) for name, number in people.items()}
    browsers["nobody"] = site.client()
    return Furnished(site, numbers, browsers)


def structure():
    """A year with a class, a study group, two courses, their teacher, a student and a guardian."""
    today = clock.today()
    first, last = today - timedelta(days=100), today + timedelta(days=200)
    year = years.add_year("2026/27", first, last)
    halves = [
        TermDates("I", first, today + timedelta(days=40)),
        TermDates("II", today + timedelta(days=50), last),
    ]
    years.set_terms(year, "half_years", halves)
    class_id = classes.add_class(year, 5, "А", "half_years")
    maths, english = subjects.save("Математика"), subjects.save("Английский язык")
    course = classes.add_course(maths, Decimal(5), class_id=class_id)
    group = classes.add_group(year, english, "5А, первая")
    people = {
        "homeroom": persons.add_staff(PersonValues("Громова", "Ольга"), "учитель"),
        "teacher": persons.add_staff(PersonValues("Орлова", "Анна"), "учитель"),
        "student": persons.add_student(PersonValues("Петров", "Пётр")),
        "guardian": persons.add_person(PersonValues("Петрова", "Мария", phone="+79001234567")),
    }
    persons.add_guardian(people["guardian"], people["student"], "mother")
    places.enrol(people["student"], class_id, first)
    places.join_group(people["student"], group, first)
    places.lead_class(people["homeroom"], class_id, first)
    places.teach(people["teacher"], course, first)
    span = next(span for span in spans.of_person(people["student"]) if span.kind == "class")
    numbers = {"year_id": year, "class_id": class_id, "subject_id": maths, "course_id": course}
    numbers |= {"group_id": group, "person_id": people["student"], "student_id": people["student"]}
    numbers |= {"guardian_id": people["guardian"], "kind": "class", "span_id": span.id}
    numbers |= {"scheme": "half_years", "name": "journal", "code": "unknown"}
    numbers |= {"first": first.isoformat(), "last": last.isoformat()}
    return numbers, people


def journal(numbers):
    """A lesson with a work."""
    kind = catalogue.kinds()[1].id
    lesson = lessons.add_lesson(numbers["course_id"], clock.today(), 1)
    work = lessons.add_work(lesson, lessons.WorkValues(kind))
    numbers |= {"lesson_id": lesson, "work_id": work, "kind_id": kind}


def upload():
    """A list of people that waits to be looked at."""
    return store.keep("people.csv", "Фамилия;Имя;Дата рождения;Класс\r\nБелова;Яна;08.03.2015;5А".encode())
