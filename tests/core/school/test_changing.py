"""What was entered is changed, and removed while nothing needs it (A10, A12, A14, A15, A25)."""

from datetime import date
from decimal import Decimal

import pytest
from parta.kernel import access, context, db, directory
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from parta.kernel.listing import Paging
from parta.school.services import EDIT, VIEW, classes, courses, groups, profile, subjects, usual, years
from parta.school.services.usual import SUBJECTS
from parta.school.services.years import SCHEMES, TermDates, YearRow
from sqlalchemy import select

FIRST, LAST = date(2026, 9, 1), date(2027, 5, 31)


@pytest.fixture
def year(unit):
    return years.add_year("2026/27", FIRST, LAST)


@pytest.fixture
def class_5a(year):
    return classes.add_class(year, 5, "А", "quarters")


@pytest.fixture
def maths(unit):
    return subjects.save("Математика")


def wrong(refusal):
    return set(refusal.value.fields)


def last_change():
    return db.session().scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()


def test_a10_the_time_zone_and_name_reach_the_directory_of_schools(unit):
    before = context.school().revision
    profile.save(profile.ProfileValues("Гимназия № 2", "Гимназия"))
    profile.place("Asia/Omsk")
    found = directory.find_by_id(db.session().connection(), context.school().id)
    assert (found.name, found.timezone) == ("Гимназия № 2", "Asia/Omsk")
    assert found.revision > before
    with pytest.raises(Invalid) as refusal:
        profile.place("Asia/Nowhere")
    assert wrong(refusal) == {"timezone"}


def test_a25_a_year_is_changed_and_the_old_days_are_kept(year):
    years.change_year(year, "2026/2027", FIRST, date(2027, 8, 31))
    assert years.get(year) == YearRow(year, "2026/2027", FIRST, date(2027, 8, 31))
    assert last_change().before == {"name": "2026/27", "starts": "2026-09-01", "ends": "2027-05-31"}
    years.change_year(year, "2026/2027", FIRST, date(2027, 8, 31))


def test_a12_a_year_does_not_shrink_away_from_its_terms(year):
    halves = [TermDates("I", FIRST, date(2026, 12, 28)), TermDates("II", date(2027, 1, 11), LAST)]
    years.set_terms(year, "half_years", halves)
    for starts, ends, field in (
        (date(2026, 9, 2), LAST, "starts"),
        (FIRST, date(2027, 5, 30), "ends"),
    ):
        with pytest.raises(Invalid) as refusal:
            years.change_year(year, "2026/27", starts, ends)
        assert wrong(refusal) == {field}
    assert years.get(year).ends == LAST


def test_a12_a_year_goes_with_its_terms_but_not_with_classes(year):
    years.set_terms(year, "quarters", usual.terms(years.get(year), "quarters"))
    number = classes.add_class(year, 5, "А", "quarters")
    with pytest.raises(Conflict, match="2026/27"):
        years.remove_year(year)
    assert len(years.terms(year)) == 4
    classes.remove_class(number)
    years.remove_year(year)
    assert years.all_years() == []
    with pytest.raises(NotFound):
        years.remove_year(year)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("starts", "ends"), [(FIRST, LAST), (FIRST, date(2027, 8, 31)), (date(2026, 2, 1), date(2026, 11, 30))]
)
def test_a12_the_terms_offered_fit_any_year(unit, scheme, starts, ends):
    number = years.add_year("a year", starts, ends)
    offered = usual.terms(years.get(number), scheme)
    assert (offered[0].starts, offered[-1].ends) == (starts, ends)
    years.set_terms(number, scheme, offered)


def test_a12_the_year_offered_follows_the_last_one(year):
    assert usual.next_year(years.all_years()) == TermDates("2027/28", date(2027, 9, 1), date(2028, 5, 31))
    assert usual.next_year([]).starts.month == 9


def test_a12_a_day_outside_a_year_becomes_its_nearest(year):
    found = years.get(year)
    days = [date(2026, 1, 1), date(2026, 10, 1), date(2028, 1, 1)]
    assert [found.nearest(day) for day in days] == [FIRST, date(2026, 10, 1), LAST]


def test_a14_the_usual_subjects_are_added_once(maths):
    assert subjects.add_usual() == len(SUBJECTS) - 1
    assert subjects.add_usual() == 0
    assert subjects.listing(Paging()).total == len(SUBJECTS)


def test_a14_a_subject_that_is_taught_stays(class_5a, maths):
    course = classes.add_course(maths, Decimal(5), class_id=class_5a)
    with pytest.raises(Conflict, match="Математика"):
        subjects.remove_subject(maths)
    courses.remove_course(course)
    subjects.remove_subject(maths)
    assert subjects.all_subjects() == []
    assert last_change().before["name"] == "Математика"


@pytest.mark.parametrize("written", ["5А 5Б, 6 «в»", "5а;5Б\n6-В", "5 А 5 Б 6 В"])
def test_a15_classes_are_added_several_at_once(year, written):
    assert len(classes.add_classes(year, written, "quarters")) == 3
    assert [row.title for row in classes.classes(year)] == ["5А", "5Б", "6В"]


def test_a15_every_title_at_fault_is_named(class_5a, year):
    with pytest.raises(Invalid) as refusal:
        classes.add_classes(year, "5А, пятый, 12Б", "quarters")
    assert wrong(refusal) == {"titles"}
    assert all(part in str(refusal.value) for part in ("5А", "пятый", "12Б"))
    with pytest.raises(Invalid):
        classes.add_classes(year, " , ", "quarters")


def test_a25_a_class_is_changed(class_5a, year):
    classes.change_class(class_5a, 5, "к", "trimesters")
    assert (classes.get(class_5a).title, classes.get(class_5a).scheme) == ("5К", "trimesters")
    other = classes.add_class(year, 5, "А", "quarters")
    with pytest.raises(Invalid) as refusal:
        classes.change_class(other, 5, "К", "quarters")
    assert wrong(refusal) == {"letter"}


def test_a15_a_study_group_is_renamed_and_removed(year, maths):
    number = classes.add_group(year, maths, "первая")
    other = classes.add_group(year, maths, "вторая")
    groups.rename(number, " сильная ")
    assert groups.get(number).name == "сильная"
    for name in ("", "вторая"):
        with pytest.raises(Invalid) as refusal:
            groups.rename(number, name)
        assert wrong(refusal) == {"name"}
    classes.add_course(maths, Decimal(1), group_id=number)
    with pytest.raises(Conflict):
        groups.remove_group(number)
    groups.remove_group(other)
    with pytest.raises(NotFound):
        groups.get(other)


def test_a14_the_plan_of_a_class_is_entered_in_one_go(class_5a, maths):
    physics, music = subjects.save("Физика"), subjects.save("Музыка")
    courses.set_plan(class_5a, {maths: Decimal(5), physics: Decimal("0.5"), music: None})
    courses.set_plan(class_5a, {maths: Decimal(6), physics: Decimal("0.5"), music: None})
    planned = {row.subject_id: row.hours_per_week for row in courses.plan(class_5a)}
    assert planned == {maths: Decimal(6), physics: Decimal("0.5")}
    with pytest.raises(Invalid) as refusal:
        courses.set_plan(class_5a, {maths: None, physics: Decimal(41), music: Decimal("NaN")})
    assert wrong(refusal) == {f"hours-{number}" for number in (maths, physics, music)}


@pytest.mark.parametrize("hours", ["0", "0.04", "2.25", "41", "-1", "NaN", "Infinity"])
def test_a14_hours_that_cannot_be_stored_are_refused(class_5a, maths, hours):
    course = classes.add_course(maths, Decimal(5), class_id=class_5a)
    with pytest.raises(Invalid) as refusal:
        courses.change_course(course, Decimal(hours))
    assert wrong(refusal) == {"hours_per_week"}


WRITES = [
    lambda: profile.place("Asia/Omsk"),
    lambda: years.change_year(1, "a", FIRST, LAST),
    lambda: years.remove_year(1),
    subjects.add_usual,
    lambda: subjects.remove_subject(1),
    lambda: classes.add_classes(1, "5А", "quarters"),
    lambda: classes.change_class(1, 5, "А", "quarters"),
    lambda: classes.remove_class(1),
    lambda: groups.rename(1, "a"),
    lambda: groups.remove_group(1),
    lambda: courses.set_plan(1, {}),
    lambda: courses.change_course(1, Decimal(1)),
    lambda: courses.remove_course(1),
]
READS = [
    profile.shown,
    lambda: years.get(1),
    subjects.all_subjects,
    lambda: subjects.get(1),
    lambda: classes.get(1),
    lambda: groups.get(1),
    lambda: courses.plan(1),
]


@pytest.mark.parametrize("call", WRITES)
def test_who_may_look_may_not_change(unit, call):
    with access.acting(access.Actor(user_id=1, permissions=frozenset({VIEW}))), pytest.raises(Forbidden):
        call()


@pytest.mark.parametrize("call", READS)
def test_who_may_not_look_is_refused(unit, call):
    with access.acting(access.Actor(user_id=1, permissions=frozenset({EDIT}))), pytest.raises(Forbidden):
        call()
