"""A school is set up: profile, year, terms, subjects, classes, study groups, courses (A10, A12, A14, A15)."""

from datetime import date
from decimal import Decimal

import pytest
from parta.kernel import access, db
from parta.kernel.audit import AuditRow
from parta.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated
from parta.kernel.listing import Paging
from parta.school.services import VIEW, classes, profile, subjects, years
from parta.school.services.years import TermDates
from sqlalchemy import select

QUARTERS = [
    TermDates("I четверть", date(2026, 9, 1), date(2026, 10, 25)),
    TermDates("II четверть", date(2026, 11, 5), date(2026, 12, 28)),
    TermDates("III четверть", date(2027, 1, 11), date(2027, 3, 21)),
    TermDates("IV четверть", date(2027, 4, 1), date(2027, 5, 26)),
]


@pytest.fixture
def year(unit):
    return years.add_year("2026/27", date(2026, 9, 1), date(2027, 8, 31))


@pytest.fixture
def maths(unit):
    return subjects.save("Математика")


def wrong(refusal):
    return set(refusal.value.fields)


def test_a10_the_profile_is_filled_in_and_changed(unit):
    assert profile.get().full_name == "Школа № 1"
    profile.save(profile.ProfileValues(" МБОУ  «СОШ № 1» ", "СОШ № 1", "ул. Ленина, 1", 6, ("5", "4", "н/а")))
    saved = profile.get()
    assert (saved.full_name, saved.days_per_week, saved.marks) == ("МБОУ «СОШ № 1»", 6, ("5", "4", "Н/А"))
    profile.save(profile.ProfileValues("МБОУ СОШ № 1", "СОШ № 1"))
    last = db.session().scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert (last.before["full_name"], last.after["full_name"]) == ("МБОУ «СОШ № 1»", "МБОУ СОШ № 1")


def test_a10_a_bad_profile_names_every_field_and_changes_nothing(unit):
    with pytest.raises(Invalid) as refusal:
        profile.save(profile.ProfileValues(" ", "x" * 301, "", 7, ("5", "5")))
    assert wrong(refusal) == {"full_name", "short_name", "days_per_week", "marks"}
    assert profile.get().full_name == "Школа № 1"


def test_a12_a_year_has_quarters_and_trimesters_side_by_side(year):
    years.set_terms(year, "quarters", QUARTERS)
    halves = [QUARTERS[0], QUARTERS[2]]
    years.set_terms(year, "half_years", halves)
    assert [(t.number, t.starts) for t in years.terms(year, "quarters")][3] == (4, date(2027, 4, 1))
    assert len(years.terms(year)) == 6


def test_a12_terms_keep_their_identity_when_their_days_change(year):
    years.set_terms(year, "quarters", QUARTERS)
    before = [term.id for term in years.terms(year)]
    moved = [TermDates("1", date(2026, 9, 2), date(2026, 10, 30)), *QUARTERS[1:]]
    years.set_terms(year, "quarters", moved)
    after = years.terms(year)
    assert [term.id for term in after] == before
    assert (after[0].name, after[0].ends) == ("1", date(2026, 10, 30))


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({0: TermDates("I", date(2026, 8, 31), date(2026, 10, 25))}, {"terms-1-starts"}),
        ({1: TermDates("II", date(2026, 10, 25), date(2026, 12, 28))}, {"terms-2-starts"}),
        ({1: TermDates("II", date(2026, 12, 28), date(2026, 11, 5))}, {"terms-2-starts"}),
        ({3: TermDates(" ", date(2027, 4, 1), date(2027, 9, 1))}, {"terms-4-name", "terms-4-starts"}),
    ],
)
def test_a12_wrong_terms_are_named_and_nothing_changes(year, change, fields):
    years.set_terms(year, "quarters", QUARTERS)
    with pytest.raises(Invalid) as refusal:
        years.set_terms(year, "quarters", [change.get(n, term) for n, term in enumerate(QUARTERS)])
    assert wrong(refusal) == fields
    assert [term.starts for term in years.terms(year)] == [term.starts for term in QUARTERS]


def test_a12_the_number_of_terms_is_the_schemes(year):
    with pytest.raises(Invalid, match="4"):
        years.set_terms(year, "quarters", QUARTERS[:3])
    with pytest.raises(Invalid) as refusal:
        years.set_terms(year, "fortnights", QUARTERS)
    assert wrong(refusal) == {"scheme"}
    with pytest.raises(NotFound):
        years.set_terms(year + 1, "quarters", QUARTERS)


@pytest.mark.parametrize(
    ("name", "starts", "ends", "field"),
    [
        ("", date(2027, 9, 1), date(2028, 8, 31), "name"),
        ("2026/27", date(2027, 9, 1), date(2028, 8, 31), "name"),
        ("2027/28", date(2027, 8, 31), date(2028, 8, 31), "starts"),
        ("2027/28", date(2028, 8, 31), date(2027, 9, 1), "ends"),
        ("2027/28", date(2027, 9, 1), date(2029, 8, 31), "ends"),
    ],
)
def test_a12_a_wrong_year_is_refused(year, name, starts, ends, field):
    with pytest.raises(Invalid) as refusal:
        years.add_year(name, starts, ends)
    assert wrong(refusal) == {field}
    assert [row.name for row in years.all_years()] == ["2026/27"]


def test_a14_subjects_are_found_sorted_and_renamed(unit):
    for name in ("Физика", "Ёлочка", "Алгебра"):
        subjects.save(name)
    found = subjects.listing(Paging()).rows
    assert [row.name for row in found] == ["Алгебра", "Ёлочка", "Физика"]
    assert [row.name for row in subjects.listing(Paging(q="елочк")).rows] == ["Ёлочка"]
    subjects.save("Физика и астрономия", "Физика", found[2].id)
    assert subjects.listing(Paging()).rows[2].short_name == "Физика"


def test_a14_a_subject_is_there_once(maths):
    with pytest.raises(Invalid, match="математика"):
        subjects.save(" математика ")
    with pytest.raises(Invalid):
        subjects.save("  ")
    assert subjects.save("Математика", "Мат.", maths) == maths
    with pytest.raises(NotFound):
        subjects.save("Химия", "", maths + 1)


@pytest.mark.parametrize(
    ("written", "grade", "letter"),
    [
        ("5а", 5, "А"),
        ("5 A", 5, "А"),
        ("10-Б", 10, "Б"),
        ("7 «В»", 7, "В"),
        ("11 ФМ", 11, "ФМ"),
        ("9", 9, ""),
    ],
)
def test_a15_classes_as_people_write_them(written, grade, letter):
    assert classes.parse_title(written) == (grade, letter)


def test_a15_what_is_no_class_is_refused():
    with pytest.raises(Invalid, match="пятый"):
        classes.parse_title("пятый")


def test_a15_classes_stand_in_order_and_once(year):
    for grade, letter in ((10, "А"), (5, "б"), (5, "A")):
        classes.add_class(year, grade, letter, "quarters")
    assert [row.title for row in classes.classes(year)] == ["5А", "5Б", "10А"]
    with pytest.raises(Invalid, match="5А"):
        classes.add_class(year, 5, "а", "quarters")
    with pytest.raises(Invalid) as refusal:
        classes.add_class(year, 12, "x" * 16, "weeks")
    assert wrong(refusal) == {"grade", "letter", "scheme"}
    with pytest.raises(NotFound):
        classes.add_class(year + 1, 5, "А", "quarters")


def test_a14_courses_are_taught_to_a_class_or_a_study_group(year, maths):
    fifth = classes.add_class(year, 5, "А", "quarters")
    english = subjects.save("Английский язык")
    group = classes.add_group(year, english, "5А, первая")
    classes.add_course(maths, Decimal("5"), class_id=fifth)
    classes.add_course(english, Decimal("1.5"), group_id=group)
    rows = classes.courses(year)
    assert [(row.subject, row.learners, row.hours_per_week) for row in rows] == [
        ("Английский язык", "5А, первая", Decimal("1.5")),
        ("Математика", "5А", Decimal("5.0")),
    ]


def test_a14_a_wrong_course_is_refused(year, maths):
    fifth = classes.add_class(year, 5, "А", "quarters")
    group = classes.add_group(year, subjects.save("Труд"), "мальчики")
    classes.add_course(maths, Decimal(5), class_id=fifth)
    for options, field in (
        ({"class_id": fifth}, "subject"),
        ({}, ""),
        ({"class_id": fifth, "group_id": group}, ""),
        ({"group_id": group}, "group"),
    ):
        with pytest.raises(Invalid) as refusal:
            classes.add_course(maths, Decimal(5), **options)
        assert wrong(refusal) == {field}
    with pytest.raises(Invalid) as refusal:
        classes.add_course(subjects.save("Физика"), Decimal(0), class_id=fifth)
    assert wrong(refusal) == {"hours_per_week"}
    with pytest.raises(NotFound):
        classes.add_course(maths, Decimal(5), class_id=fifth + 1)


def test_a15_a_study_group_is_there_once(year, maths):
    classes.add_group(year, maths, "Первая")
    with pytest.raises(Invalid, match="Первая"):
        classes.add_group(year, maths, " Первая ")
    with pytest.raises(Invalid):
        classes.add_group(year, maths, "")


READS = [
    years.all_years,
    lambda: years.terms(1),
    lambda: subjects.listing(Paging()),
    lambda: classes.classes(1),
    lambda: classes.courses(1),
]
WRITES = [
    lambda: profile.save(profile.ProfileValues("a", "a")),
    lambda: years.add_year("2026/27", date(2026, 9, 1), date(2027, 8, 31)),
    lambda: years.set_terms(1, "quarters", QUARTERS),
    lambda: subjects.save("Физика"),
    lambda: classes.add_class(1, 5, "А", "quarters"),
    lambda: classes.add_group(1, 1, "Первая"),
    lambda: classes.add_course(1, Decimal(5), class_id=1),
]


@pytest.mark.parametrize("call", [*READS, *WRITES])
def test_nobody_and_the_unentitled_are_refused(unit, call):
    with access.acting(access.ANONYMOUS), pytest.raises(Unauthenticated):
        call()
    with access.acting(access.Actor(user_id=1)), pytest.raises(Forbidden):
        call()


@pytest.mark.parametrize("call", WRITES)
def test_who_may_look_may_not_write(unit, call):
    with access.acting(access.Actor(user_id=1, permissions=frozenset({VIEW}))), pytest.raises(Forbidden):
        call()
