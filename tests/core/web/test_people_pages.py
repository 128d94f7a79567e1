"""The pages of people: found, entered, corrected, placed, with guardians (A11, A16, A17, A25)."""

import re
from datetime import timedelta

import pytest
from parta.kernel import clock
from parta.kernel.listing import Paging
from parta.people.services import listing, persons, places, spans
from parta.people.services.persons import PersonValues
from parta.school.services import classes, years

PETROV = {
    "surname": "Петров",
    "first_name": "Пётр",
    "patronymic": "Ильич",
    "birth_date": "2015-03-08",
    "sex": "m",
    "phone": "8 900 123-45-67",
    "email": "p@example.ru",
}


@pytest.fixture
def office(site):
    return site.as_role("secretary")


@pytest.fixture
def class_5a(site):
    today = clock.today()
    with site.enter():
        year = years.add_year("сейчас", today - timedelta(days=60), today + timedelta(days=200))
        return classes.add_class(year, 5, "А", "quarters")


@pytest.fixture
def student(site, class_5a):
    with site.enter():
        number = persons.add_student(PersonValues("Петров", "Пётр", phone="+79001234567"))
        places.enrol(number, class_5a, clock.today() - timedelta(days=30))
        mother = persons.add_person(PersonValues("Петрова", "Мария", phone="+79007654321"))
        persons.add_guardian(mother, number, "mother")
    return number


def everybody(site, kind=None):
    with site.enter():
        return [row.name for row in listing.people(Paging(), kind).rows]


def days(number):
    return (clock.today() + timedelta(days=number)).isoformat()


def test_a11_a_member_of_staff_is_entered(site, office, faults):
    sent = {**PETROV, "position": "учитель музыки"}
    answer = office.post(site.url("/people/new/staff"), data=sent)
    page = office.get(answer.location).text
    assert all(words in page for words in ("Петров Пётр Ильич", "учитель музыки", "+7 900 123-45-67"))
    wrong = {**sent, "surname": "", "phone": "12", "birth_date": "вчера", "position": " "}
    assert faults(office.post(site.url("/people/new/staff"), data=wrong)) == {"birth_date"}
    wrong["birth_date"] = "01.02.1980"
    named = faults(office.post(site.url("/people/new/staff"), data=wrong))
    assert named == {"surname", "phone", "position"}
    assert "Петров Пётр Ильич" in everybody(site, "staff")
    assert len([name for name in everybody(site) if name.startswith("Петров")]) == 1


def test_a16_a_student_is_entered_into_a_class(site, office, class_5a, faults):
    path = site.url("/people/new/student")
    assert f'selected value="{class_5a}"' in office.get(f"{path}?class={class_5a}").text
    answer = office.post(path, data={**PETROV, "class_id": class_5a, "starts": days(0)})
    assert "5А" in office.get(answer.location).text
    assert faults(office.post(path, data={**PETROV, "class_id": class_5a, "starts": days(999)})) == {"starts"}
    assert faults(office.post(path, data={**PETROV, "class_id": "77777"})) == {"class_id"}
    assert len(everybody(site, "student")) == 1
    assert office.post(path, data=PETROV).status_code == 302


def test_a25_a_persons_data_are_corrected(site, office, student, faults):
    path = site.url(f"/people/{student}")
    assert "Петров" in office.get(f"{path}/edit").text
    assert office.post(f"{path}/edit", data={**PETROV, "surname": "Петров-Водкин"}).location == path
    assert "Петров-Водкин" in office.get(path).text
    assert faults(office.post(f"{path}/edit", data={**PETROV, "email": "нет", "sex": "x"})) == {"sex"}
    assert faults(office.post(f"{path}/edit", data={**PETROV, "email": "нет"})) == {"email"}
    assert office.get(site.url("/people/999999")).status_code == 404


def test_a16_people_are_listed_by_kind_found_sorted_and_paged(site, office, student):
    with site.enter():
        for number in range(60):
            persons.add_student(PersonValues("Иванов" + "а" * (number % 9), "Ян"))
    first = office.get(site.url("/people?kind=student"))
    assert len(re.findall(r'class="parta-person"', first.text)) == 50
    assert "1–50" in first.text
    assert (
        len(re.findall(r'class="parta-person"', office.get(site.url("/people?kind=student&page=2")).text))
        == 11
    )
    found = office.get(site.url("/people?q=петр ма")).text
    assert "Петрова Мария" in found
    assert "guardian of" in found
    assert "5А" in office.get(site.url("/people?kind=student&sort=class")).text
    assert office.get(site.url("/people?kind=nonsense&sort=nonsense&page=-1&size=x")).status_code == 200


def test_a17_a_student_moves_leaves_and_the_days_are_corrected(site, office, student, class_5a, faults):
    with site.enter():
        other = classes.add_class(years.current().id, 5, "Б", "quarters")
    page = site.url(f"/people/{student}")
    assert faults(office.post(f"{page}/move", data={"class_id": "", "starts": days(0)})) == {"class_id"}
    assert faults(office.post(f"{page}/move", data={"class_id": class_5a, "starts": days(0)})) == {"class_id"}
    assert office.post(f"{page}/move", data={"class_id": other, "starts": days(0)}).location == page
    shown = office.get(page).text
    assert "5Б" in shown
    assert "5А" in shown
    with site.enter():
        present, former = spans.of_person(student)
    path = site.url(f"/people/places/class/{former.id}")
    assert faults(office.post(path, data={"starts": days(-30), "ends": days(5)})) == {"starts"}
    assert faults(office.post(path, data={"starts": days(-5), "ends": days(-6)})) == {"ends"}
    answer = office.post(f"{path}?from=target", data={"starts": days(-20), "ends": days(-1)})
    assert answer.location == site.url(f"/classes/{class_5a}")
    assert office.post(f"{page}/leave", data={"last_day": days(3)}).location == page
    assert faults(office.post(f"{page}/leave", data={"last_day": days(3)})) == {"last_day"}
    assert office.post(site.url(f"/people/places/class/{present.id}/remove")).location == page
    with site.enter():
        assert [span.starts for span in spans.of_person(student)] == [clock.today() - timedelta(days=20)]
    assert office.get(site.url("/people/places/nonsense/1")).status_code == 404


def test_a16_a_guardian_is_found_among_the_people_or_entered_anew(site, office, student, faults):
    page = site.url(f"/people/{student}")
    with site.enter():
        uncle = persons.add_person(PersonValues("Белов", "Глеб"))
        persons.add_student(PersonValues("Белова", "Яна"))
    found = office.get(f"{page}/guardians/add?q=бел").text
    assert "Белов Глеб" in found
    assert "Белова" not in found
    assert "Nobody of this name" in office.get(f"{page}/guardians/add?q=несуществующий").text
    path = f"{page}/guardians/add?q=бел"
    assert faults(office.post(path, data={"guardian_id": uncle, "relation": ""})) == {"relation"}
    assert "Choose who" in office.post(path, data={"relation": "father"}).text
    assert office.post(path, data={"guardian_id": student, "relation": "father"}).status_code == 422
    assert office.post(path, data={"guardian_id": uncle, "relation": "other"}).location == page
    new = {**PETROV, "surname": "Петрова", "relation": "guardian"}
    assert office.post(f"{page}/guardians/new", data=new).location == page
    wrong = {**new, "first_name": "7"}
    assert faults(office.post(f"{page}/guardians/new", data=wrong)) == {"first_name"}
    assert len(everybody(site, "guardian")) == 3
    assert office.post(f"{page}/guardians/{uncle}/remove").location == page
    assert office.post(f"{page}/guardians/{uncle}/remove").status_code == 404
    assert "Белов Глеб" not in office.get(page).text


def test_a11_a_parent_is_employed(site, office, student, faults):
    with site.enter():
        mother = persons.guardians(student)[0].person_id
    path = site.url(f"/people/{mother}/position")
    assert faults(office.post(path, data={"position": ""})) == {"position"}
    office.post(path, data={"position": "библиотекарь"})
    assert "библиотекарь" in office.get(site.url("/people?kind=staff")).text


def test_contacts_are_shown_to_leaders_and_to_the_homeroom_teacher_of_the_class(site, student, class_5a):
    with site.enter():
        mother = persons.guardians(student)[0].person_id
    homeroom = site.person()
    with site.enter():
        places.lead_class(homeroom, class_5a, clock.today())
    seeing = [site.as_role("deputy"), site.client(homeroom)]
    for client in seeing:
        for number in (student, mother):
            assert "+7 900" in client.get(site.url(f"/people/{number}")).text
    teacher = site.as_role("teacher")
    for number in (student, mother):
        page = teacher.get(site.url(f"/people/{number}")).text
        assert "+7" not in page
        assert "Personal data" not in page
        assert "Петров" in page


def test_a_person_in_another_school_is_not_found_here(make_site, student, site):
    other = make_site()
    answer = other.as_role("administrator").get(other.url(f"/people/{student + 10**6}"))
    assert answer.status_code == 404


def test_search_finds_people_classes_and_pages(site, student, class_5a):
    teacher = site.as_role("teacher")
    assert site.url(f"/people/{student}") in teacher.get(site.url("/search?q=петров")).text
    assert site.url(f"/classes/{class_5a}") in teacher.get(site.url("/search?q=5а")).text
    pages = teacher.get(site.url("/search?q=subj"), headers={"HX-Request": "true"}).text
    assert site.url("/subjects") in pages
    assert "<html" not in pages
    assert (
        site.url("/users")
        not in teacher.get(site.url("/search?q=accounts"), headers={"HX-Request": "true"}).text
    )
    family = site.client(student)
    assert site.url("/people") not in family.get(site.url("/search?q=петров")).text


def test_names_are_shown_as_text_never_as_markup(site, office, class_5a):
    assert "&lt;b&gt;" in office.get(site.url("/people?q=<b>")).text
    assert "<b>" not in office.get(site.url("/people?q=<b>")).text
