"""The demonstration school is believable and the same for the same seed."""

import random
from collections import Counter
from datetime import date

import pytest
from parta.accounts.models import User
from parta.demo import build, names
from parta.demo.plan import DemoPlan
from parta.people.models import Enrolment, Guardianship, Person
from parta.school.services import classes
from sqlalchemy import select

TODAY = date(2026, 11, 24)


@pytest.fixture
def built(site):
    plan = DemoPlan(random.Random(7), 120, TODAY)
    with site.enter():
        build.build(plan, "Школа № 1", lambda step: None)
    return plan


def test_a_small_school_is_complete(site, built):
    with site.enter() as unit:
        made = classes.classes(built.year_id)
        assert [row.title for row in made] == ["1А", "2А", "3А", "4А", "5А"]
        assert unit.session.query(Enrolment).count() == 120
        with_guardian = set(unit.session.scalars(select(Guardianship.student_id)))
        assert with_guardian == set(built.ability)
        assert {user.login for user in unit.session.query(User)} == set(build.LOGINS)
    assert set(built.homeroom) == {row.id for row in made}


def test_nobody_has_two_lessons_at_once_and_no_class_a_gap(built):
    for class_id in built.homeroom:
        slots = [
            (slot, course.group_id)
            for course in built.courses
            if course.class_id == class_id
            for slot in course.slots
        ]
        whole = [slot for slot, group in slots if group is None]
        assert max(Counter(whole).values()) == 1
        for day in range(5):
            numbers = {number for (weekday, number), _group in slots if weekday == day}
            assert numbers == set(range(1, len(numbers) + 1))


def test_lessons_are_held_on_school_days_up_to_this_week(built):
    days = built.days()
    assert days[0] == date(2026, 9, 1)
    assert days[-1] == date(2026, 11, 27)
    assert date(2026, 11, 4) not in days
    assert not [day for day in days if date(2026, 10, 26) <= day <= date(2026, 11, 2)]


def test_the_same_seed_makes_the_same_people(site, built, make_site):
    other = make_site()
    with other.enter() as unit:
        build.build(DemoPlan(random.Random(7), 120, TODAY), "Школа № 2", lambda step: None)
        there = list(unit.session.scalars(select(Person.sort_key).order_by(Person.id)))
    with site.enter() as unit:
        assert list(unit.session.scalars(select(Person.sort_key).order_by(Person.id))) == there


def test_demo_accounts_sign_in_and_are_told_it_is_a_demonstration(site, built):
    client = site.client()
    sent = {"login": "parent", "password": build.PASSWORD}
    assert client.post(site.url("/sign-in"), data=sent).status_code == 302


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Илья", "Ильич", "Ильинична"),
        ("Никита", "Никитич", "Никитична"),
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Пётр", "Петрович", "Петровна"),
    ],
)
def test_patronymics(father, son, daughter):
    assert (names.patronymic(father, "m"), names.patronymic(father, "f")) == (son, daughter)
