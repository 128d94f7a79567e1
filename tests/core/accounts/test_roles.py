"""Roles: granted by hand, or following from what a person is; nobody has another's (D1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from parta.accounts.models import RoleGrant
from parta.accounts.services import codes, roles, sessions, users
from parta.kernel import access, clock
from parta.kernel.errors import Conflict, Forbidden, Invalid
from parta.kernel.listing import Paging
from parta.people.services import persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes, subjects, years

IDLE = timedelta(hours=1)


@pytest.fixture
def school_of_five(site):
    """A director, a teacher who leads a class, a student, a guardian, and somebody who is nothing."""
    with site.enter() as unit:
        today = clock.today()
        year = years.add_year("this", today - timedelta(days=30), today + timedelta(days=300))
        five = classes.add_class(year, 5, "А", "quarters")
        course = classes.add_course(subjects.save("Математика"), Decimal(5), class_id=five)
        people = {
            "director": persons.add_staff(PersonValues("Андреева", "Анна"), "директор"),
            "teacher": persons.add_staff(PersonValues("Борисова", "Анна"), "учитель"),
            "student": persons.add_student(PersonValues("Васильев", "Иван")),
            "guardian": persons.add_person(PersonValues("Васильева", "Анна")),
            "nobody": persons.add_staff(PersonValues("Григорьева", "Анна"), "завхоз"),
        }
        unit.session.add(RoleGrant(person_id=people["director"], role="director", granted_at=clock.now()))
        places.teach(people["teacher"], course, today)
        places.lead_class(people["teacher"], five, today)
        persons.add_guardian(people["guardian"], people["student"], "mother")
    return people


EXPECTED = {
    "director": ("director",),
    "teacher": ("homeroom", "teacher"),
    "student": ("student",),
    "guardian": ("guardian",),
    "nobody": (),
}


def test_d1_everybody_has_their_own_roles_only(site, school_of_five):
    with site.enter():
        listed = {row.person_id: row.roles for row in users.listing(Paging()).rows}
        for name, person in school_of_five.items():
            assert tuple(roles.roles_of(person)) == EXPECTED[name], name
            assert users.of_person(person).roles == EXPECTED[name]
            assert listed[person] == EXPECTED[name]
            user = codes.add_user(person, name, "correct horse battery")
            token = sessions.start(user.id, address="127.0.0.1", agent="")
            actor = sessions.resume(token, address="127.0.0.1", idle=IDLE).actor
            assert actor.roles == frozenset(EXPECTED[name])
            assert actor.may("people:person:view") is (name in {"director", "teacher"})


def test_a_role_ends_with_the_place_it_follows_from(site, school_of_five):
    with site.enter() as unit:
        unit.session.execute(
            places.Teaching.__table__.update().values(starts=date(2020, 1, 1), ends=date(2020, 2, 1))
        )
        assert roles.roles_of(school_of_five["teacher"]) == ["homeroom"]


def test_d1_the_last_administrator_remains(site, school_of_five):
    with site.enter():
        roles.grant(school_of_five["nobody"], "administrator")
        codes.add_user(school_of_five["nobody"], "admin", "correct horse battery")
        with pytest.raises(Conflict, match="must remain"):
            roles.revoke(school_of_five["nobody"], "administrator")
        roles.grant(school_of_five["director"], "administrator")
        codes.add_user(school_of_five["director"], "second", "correct horse battery")
        roles.revoke(school_of_five["nobody"], "administrator")
        assert roles.roles_of(school_of_five["nobody"]) == []


def test_d1_only_the_director_appoints_administrators(site, school_of_five):
    administrator = access.Actor(user_id=1, permissions=frozenset({"accounts:user:edit"}))
    with site.enter(), access.acting(administrator):
        roles.grant(school_of_five["nobody"], "secretary")
        with pytest.raises(Forbidden):
            roles.grant(school_of_five["nobody"], "administrator")
        with pytest.raises(Invalid):
            roles.grant(school_of_five["nobody"], "guardian")
