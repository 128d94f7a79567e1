"""The pages on which a school is set up: profile, years, subjects, classes, study groups, courses.

The right roles see and edit with real input; bad input is named at its field and changes nothing (A10, A12,
A14, A15).
"""

import re
from datetime import date
from decimal import Decimal

import pytest
from parta.kernel import directory
from parta.kernel.listing import Paging
from parta.people.services import overviews, persons, places
from parta.people.services.persons import PersonValues
from parta.school.services import classes, courses, groups, profile, subjects, years

FIRST, LAST, DAY = date(2026, 9, 1), date(2027, 5, 31), date(2026, 10, 1)
PROFILE = {
    "full_name": "МБОУ «СОШ № 5»",
    "short_name": "СОШ № 5",
    "address": "ул. Ленина, 1",
    "timezone": "Asia/Omsk",
    "days_per_week": "6",
    "marks": ["5", "4", "3", "2"],
}
QUARTERS = [("2026-09-01", "2026-10-25"), ("2026-11-05", "2026-12-28"), ("2027-01-11", "2027-03-21")]
QUARTERS += [("2027-04-01", "2027-05-31")]


@pytest.fixture
def admin(site):
    return site.as_role("administrator")


@pytest.fixture
def year(site):
    with site.enter():
        return years.add_year("2026/27", FIRST, LAST)


@pytest.fixture
def class_5a(site, year):
    with site.enter():
        return classes.add_class(year, 5, "А", "quarters")


def add_staff(surname="Орлова"):
    return persons.add_staff(PersonValues(surname, "Анна", "Юрьевна"), "учитель")


def add_student(surname, class_id=None):
    number = persons.add_student(PersonValues(surname, "Яна"))
    if class_id:
        places.enrol(number, class_id, FIRST)
    return number


def test_a10_the_administrator_fills_in_the_profile(site, admin):
    answer = admin.post(site.url("/profile/edit"), data=PROFILE)
    assert answer.location == site.url("/profile")
    page = admin.get(site.url("/profile")).text
    assert all(
        words in page for words in ("МБОУ «СОШ № 5»", "ул. Ленина, 1", "Omsk, UTC+06:00", "5, 4, 3, 2")
    )
    with site.database.directory() as connection:
        assert directory.find_by_id(connection, site.school.id).timezone == "Asia/Omsk"


def test_a10_a_bad_profile_is_named_at_its_fields_and_changes_nothing(site, admin, faults):
    sent = {**PROFILE, "full_name": " ", "timezone": "Mars/Base", "marks": ["5", "5"]}
    assert faults(admin.post(site.url("/profile/edit"), data=sent)) == {"timezone"}
    sent["timezone"] = "Asia/Omsk"
    assert faults(admin.post(site.url("/profile/edit"), data=sent)) == {"full_name", "marks"}
    with site.enter():
        assert profile.get().full_name == "Школа № 1"


@pytest.mark.parametrize(
    ("asked", "marks"),
    [
        ("up-1", ["4", "5", "3", "2"]),
        ("down-0", ["4", "5", "3", "2"]),
        ("drop-3", ["5", "4", "3"]),
        ("add", ["5", "4", "3", "2", ""]),
        ("up-0", ["5", "4", "3", "2"]),
        ("up-99", ["5", "4", "3", "2"]),
        ("nonsense", ["5", "4", "3", "2"]),
    ],
)
def test_a10_the_scale_is_rearranged_and_nothing_saved(site, admin, asked, marks):
    page = admin.post(site.url("/profile/edit"), data={**PROFILE, "rearrange": asked})
    assert page.status_code == 200
    assert re.findall(r'name="marks" value="([^"]*)"', page.text) == marks
    with site.enter():
        assert profile.get().short_name == "Школа № 1"


def test_a12_a_year_is_added_with_what_is_offered_and_changed(site, admin, faults):
    page = admin.get(site.url("/years/new")).text
    offered = dict(re.findall(r'name="(name|starts|ends)"[^>]* value="([^"]+)"', page))
    assert offered["starts"].endswith("-09-01")
    answer = admin.post(site.url("/years/new"), data=offered)
    assert offered["name"] in admin.get(answer.location).text
    changed = {**offered, "name": "Новый", "ends": offered["ends"].replace("-05-31", "-08-31")}
    assert admin.post(f"{answer.location}/edit", data=changed).status_code == 302
    assert "Новый" in admin.get(site.url("/years")).text
    assert faults(admin.post(f"{answer.location}/edit", data={**changed, "ends": "вчера"})) == {"ends"}
    assert faults(admin.post(site.url("/years/new"), data=changed)) == {"name"}
    assert admin.post(f"{answer.location}/remove").location == site.url("/years")
    assert "Новый" not in admin.get(site.url("/years/new")).text


def test_a12_a_year_with_classes_stays_and_the_page_says_why(site, admin, year, class_5a):
    answer = admin.post(site.url(f"/years/{year}/remove"))
    assert "holds classes" in admin.get(answer.location).text
    with site.enter():
        assert years.get(year).name == "2026/27"


def sent_terms(days):
    sent = {}
    for number, (starts, ends) in enumerate(days, start=1):
        sent |= {f"terms-{number}-name": f"{number}", f"terms-{number}-starts": starts}
        sent[f"terms-{number}-ends"] = ends
    return sent


def test_a12_the_terms_are_entered_in_one_table(site, admin, faults, year):
    path = site.url(f"/years/{year}/terms/quarters")
    assert "2026-10-25" in admin.get(path).text
    assert admin.post(path, data=sent_terms(QUARTERS)).status_code == 302
    with site.enter():
        assert [term.starts.month for term in years.terms(year, "quarters")] == [9, 11, 1, 4]
    overlapping = [*QUARTERS[:1], ("2026-10-20", "2026-12-28"), *QUARTERS[2:]]
    assert faults(admin.post(path, data=sent_terms(overlapping))) == {"terms-2-starts"}
    assert admin.get(site.url(f"/years/{year}/terms/fortnights")).status_code == 404


def test_a14_subjects_are_added_renamed_found_and_removed(site, admin, faults):
    assert "Add the usual subjects" in admin.get(site.url("/subjects")).text
    admin.post(site.url("/subjects/usual"))
    assert (
        admin.post(site.url("/subjects/new"), data={"name": "Ритмика", "short_name": ""}).status_code == 302
    )
    assert faults(admin.post(site.url("/subjects/new"), data={"name": "ритмика"})) == {"name"}
    with site.enter():
        number = subjects.listing(Paging(q="ритмика")).rows[0].id
    admin.post(site.url(f"/subjects/{number}/edit"), data={"name": "Ритмика и танец", "short_name": "Танец"})
    found = admin.get(site.url("/subjects?q=танец")).text
    assert "Танец" in found
    assert "Алгебра" not in found
    assert admin.post(site.url(f"/subjects/{number}/remove")).status_code == 302
    assert "Танец" not in admin.get(site.url("/subjects?q=танец")).text.split('id="list"')[1]


def test_a15_classes_are_added_at_once_and_listed(site, admin, faults, year):
    sent = {"titles": "5А 5Б, 6А", "scheme": "quarters"}
    answer = admin.post(site.url(f"/classes/new?year={year}"), data=sent)
    page = admin.get(answer.location).text
    assert all(title in page for title in ("5А", "5Б", "6А"))
    refused = admin.post(site.url(f"/classes/new?year={year}"), data={**sent, "titles": "6А, 13Б"})
    assert faults(refused) == {"titles"}
    with site.enter():
        assert len(classes.classes(year)) == 3


def test_a15_a_school_without_a_year_is_led_to_add_one(site, admin):
    assert "Add a year" in admin.get(site.url("/classes")).text
    for path in ("/classes/new", "/groups/new"):
        assert admin.get(site.url(path)).location == site.url("/years/new")
    for path in ("/groups", "/courses"):
        assert admin.get(site.url(path)).status_code == 200


def test_a15_a_class_is_shown_as_of_a_day(site, admin, year, class_5a):
    with site.enter():
        one, two = add_student("Белова", class_5a), add_student("Волкова", class_5a)
        places.leave(one, date(2026, 10, 15))
    page = site.url(f"/classes/{class_5a}")
    names = re.compile(r"(Белова|Волкова) Яна</a>")
    assert names.findall(admin.get(f"{page}?day=2026-10-15").text) == ["Белова", "Волкова"]
    assert names.findall(admin.get(f"{page}?day=2026-10-16").text) == ["Волкова"]
    assert 'value="2027-05-31"' in admin.get(f"{page}?day=2030-01-01").text
    assert 'value="2026-09-01"' in admin.get(f"{page}?day=2000-01-01").text
    assert admin.get(f"{page}?day=nonsense").status_code == 200
    assert admin.get(site.url("/classes/999999")).status_code == 404
    assert site.url(f"/people/{two}") in admin.get(page).text


def test_a15_a_class_is_changed_and_removed_while_it_is_empty(site, admin, faults, year, class_5a):
    path = site.url(f"/classes/{class_5a}")
    assert (
        admin.post(f"{path}/edit", data={"grade": "5", "letter": "к", "scheme": "trimesters"}).location
        == path
    )
    assert faults(admin.post(f"{path}/edit", data={"grade": "пять", "scheme": "weeks"})) == {
        "grade",
        "scheme",
    }
    with site.enter():
        add_student("Белова", class_5a)
    assert "stays" in admin.get(admin.post(f"{path}/remove").location).text
    with site.enter():
        empty = classes.add_class(year, 6, "А", "quarters")
    admin.post(site.url(f"/classes/{empty}/remove"))
    with site.enter():
        assert [row.title for row in classes.classes(year)] == ["5К"]


def test_a15_the_homeroom_teacher_is_chosen_with_a_day(site, admin, faults, class_5a):
    with site.enter():
        orlova = add_staff()
    path = site.url(f"/classes/{class_5a}/homeroom")
    assert faults(admin.post(path, data={"person_id": "", "starts": "2026-09-01"})) == {"person_id"}
    assert faults(admin.post(path, data={"person_id": orlova, "starts": "2025-09-01"})) == {"starts"}
    assert admin.post(path, data={"person_id": orlova, "starts": "2026-09-01"}).status_code == 302
    assert faults(admin.post(path, data={"person_id": orlova, "starts": "2026-10-01"})) == {"person_id"}
    with site.enter():
        assert [row.person_id for row in overviews.homeroom(class_5a)] == [orlova]


def test_a17_students_without_a_class_are_ticked_into_one(site, admin, faults, class_5a):
    with site.enter():
        one, two = add_student("Белова"), add_student("Волкова")
    path = site.url(f"/classes/{class_5a}/students/add")
    assert "Белова Яна" in admin.get(f"{path}?day=2026-10-01").text
    assert faults(admin.post(path, data={"starts": "2026-10-01"})) == {"students"}
    assert faults(admin.post(path, data={"starts": "2026-10-01", "students": [one, 99999]})) == {"students"}
    assert admin.post(path, data={"starts": "2026-10-01", "students": [one, two]}).status_code == 302
    with site.enter():
        assert len(overviews.classmates(class_5a, DAY)) == 2


def test_a14_the_subjects_of_a_class_are_entered_in_one_form(site, admin, faults, class_5a):
    with site.enter():
        maths, music = subjects.save("Математика"), subjects.save("Музыка")
    path = site.url(f"/classes/{class_5a}/plan")
    assert admin.post(path, data={f"hours-{maths}": "5", f"hours-{music}": "0,5"}).status_code == 302
    assert faults(admin.post(path, data={f"hours-{maths}": "", f"hours-{music}": "много"})) == {
        f"hours-{music}"
    }
    assert faults(admin.post(path, data={f"hours-{maths}": "", f"hours-{music}": "99"})) == {
        f"hours-{maths}",
        f"hours-{music}",
    }
    with site.enter():
        hours = {row.subject_id: row.hours_per_week for row in courses.plan(class_5a)}
    assert hours == {maths: Decimal(5), music: Decimal("0.5")}
    assert "0.5" in admin.get(site.url(f"/classes/{class_5a}")).text


def test_a15_a_study_group_gets_students_of_two_classes_and_a_course(site, admin, faults, year, class_5a):
    with site.enter():
        class_5b = classes.add_class(year, 5, "Б", "quarters")
        one, two = add_student("Белова", class_5a), add_student("Волкова", class_5b)
        english = subjects.save("Английский язык")
    assert faults(admin.post(site.url("/groups/new"), data={"subject_id": "", "name": "1"})) == {"subject_id"}
    page = admin.post(site.url("/groups/new"), data={"subject_id": english, "name": "первая"}).location
    for class_id, student in ((class_5a, one), (class_5b, two)):
        sent = {"starts": "2026-10-01", "students": [student]}
        assert admin.post(f"{page}/members?class={class_id}", data=sent).status_code == 302
    shown = admin.get(f"{page}?day=2026-10-01").text
    assert "Белова" in shown
    assert "Волкова" in shown
    outside = {"starts": "2027-10-01", "students": [one]}
    assert faults(admin.post(f"{page}/members?class={class_5a}", data=outside)) == {"starts"}
    assert admin.post(f"{page}/course", data={"hours_per_week": "2"}).status_code == 302
    assert faults(admin.post(f"{page}/course", data={"hours_per_week": ""})) == {"hours_per_week"}
    assert admin.post(f"{page}/edit", data={"name": "сильная"}).status_code == 302
    listed = admin.get(site.url("/groups?day=2026-10-01")).text
    assert "сильная" in listed
    assert "5А, 5Б" in listed
    admin.post(f"{page}/remove")
    with site.enter():
        assert groups.get(int(page.rsplit("/", 1)[1])).name == "сильная"


def test_a14_a_course_has_teachers_with_days_and_is_found_by_class_and_teacher(
    site, admin, faults, year, class_5a
):
    with site.enter():
        course = classes.add_course(subjects.save("Математика"), Decimal(5), class_id=class_5a)
        orlova, belov = add_staff(), add_staff("Белов")
        other = classes.add_course(subjects.save("Музыка"), Decimal(1), class_id=class_5a)
    path = site.url(f"/courses/{course}")
    for teacher in (orlova, belov):
        sent = {"person_id": teacher, "starts": "2026-09-01"}
        assert admin.post(f"{path}/teachers/add", data=sent).location == path
    assert faults(admin.post(f"{path}/teachers/add", data=sent)) == {"person_id"}
    shown = admin.get(path).text
    assert "Орлова" in shown
    assert "Белов" in shown
    found = admin.get(site.url(f"/courses?year={year}&teacher={orlova}&day=2026-10-01")).text.split(
        'id="list"'
    )[1]
    assert "Математика" in found
    assert "Музыка" not in found
    assert admin.post(f"{path}/edit", data={"hours_per_week": "6"}).location == path
    assert faults(admin.post(f"{path}/edit", data={"hours_per_week": "0"})) == {"hours_per_week"}
    assert "stays" in admin.get(admin.post(f"{path}/remove").location).text
    admin.post(site.url(f"/courses/{other}/remove"))
    with site.enter():
        assert [row.subject for row in overviews.courses(year, DAY)] == ["Математика"]


def test_who_may_only_look_is_shown_no_way_to_change(site, year, class_5a):
    teacher = site.as_role("teacher")
    for path in ("/profile", "/years", f"/years/{year}", "/subjects", "/classes", f"/classes/{class_5a}"):
        page = teacher.get(site.url(path)).text.split("<main")[1]
        assert not re.search(r'href="[^"]*/(edit|new|plan|add|homeroom|terms/\w+)\b', page), path
        assert "/remove" not in page


def test_the_years_are_a_choice_once_there_are_two(site, admin, year):
    with site.enter():
        other = years.add_year("2027/28", date(2027, 9, 1), date(2028, 5, 31))
    page = admin.get(site.url(f"/classes?year={other}")).text
    assert f'href="{site.url("/classes")}?year={year}"' in page
    assert "2027/28" in page
