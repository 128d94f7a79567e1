"""Who gets what at every address of the core and of the modules; an address without a row fails.

Who is not named in a row gets 403, and who is not signed in is asked to sign in. Every request is undone
after its answer, so that all meet the same school. Forms are sent empty: 422 says that the right was there,
302 that nothing was to be changed.
"""

import pytest
from flask import g

ADMIN = ("administrator",)
OFFICE = (*ADMIN, "secretary")
LEADERS = (*ADMIN, "director", "deputy")
TEACHERS = ("homeroom", "teacher", "other teacher")
STAFF = (*LEADERS, "secretary", "psychologist", *TEACHERS)
FAMILY = ("student", "guardian")
SIGNED_IN = (*STAFF, *FAMILY)
ALL = (*SIGNED_IN, "nobody")
READERS = (*LEADERS, "homeroom", "teacher")
OWN = ("teacher",)


def of(who, code=200):
    """Everybody of `who` gets `code`."""
    return dict.fromkeys(who, code)


def form(who, code=422):
    """A form: shown to `who`, refused to them when it is sent empty."""
    return {"GET": of(who), "POST": of(who, code)}


def button(who, code=302):
    """A button: `who` is led on, whether the thing could be done or not."""
    return {"POST": of(who, code)}


def page(who, **others):
    """A page for `who`; `others` are codes of further kinds of people."""
    return {"GET": {**of(who), **others}}


PUBLIC = {
    "/healthz": page(ALL),
    "/csrf": page(ALL),
    "/sign-in": {"GET": {**of(SIGNED_IN, 302), "nobody": 200}, "POST": of(ALL, 422)},
    "/register": form(ALL, 200),
    "/register/<code>": {"GET": of(ALL, 404), "POST": of(ALL, 404)},
    "/account/preferences": button(ALL),
    "/api/v1/openapi.json": page(ALL),
}
OWN_ACCOUNT = {
    "/": page(SIGNED_IN),
    "/search": page(SIGNED_IN),
    "/account": page(SIGNED_IN),
    "/account/password": form(SIGNED_IN, 200),
    "/account/sessions/end": button(SIGNED_IN),
    "/api/v1/me": page(SIGNED_IN),
}
SCHOOL = {
    "/profile": page(STAFF),
    "/profile/edit": form(ADMIN),
    "/years": page(STAFF),
    "/years/new": form(ADMIN),
    "/years/<int:year_id>": page(STAFF),
    "/years/<int:year_id>/edit": form(ADMIN),
    "/years/<int:year_id>/remove": button(ADMIN),
    "/years/<int:year_id>/terms/<scheme>": form(ADMIN),
    "/subjects": page(STAFF),
    "/subjects/new": form(ADMIN),
    "/subjects/usual": button(ADMIN),
    "/subjects/<int:subject_id>/edit": form(ADMIN, 302),
    "/subjects/<int:subject_id>/remove": button(ADMIN),
    "/classes": page(STAFF),
    "/classes/new": form(ADMIN),
    "/classes/<int:class_id>": page(STAFF),
    "/classes/<int:class_id>/edit": form(ADMIN),
    "/classes/<int:class_id>/plan": form(ADMIN),
    "/classes/<int:class_id>/remove": button(ADMIN),
    "/classes/<int:class_id>/homeroom": form(OFFICE),
    "/classes/<int:class_id>/students/add": form(OFFICE),
    "/groups": page(STAFF),
    "/groups/new": form(ADMIN),
    "/groups/<int:group_id>": page(STAFF),
    "/groups/<int:group_id>/edit": form(ADMIN, 302),
    "/groups/<int:group_id>/remove": button(ADMIN),
    "/groups/<int:group_id>/course": form(ADMIN),
    "/groups/<int:group_id>/members": form(OFFICE),
    "/courses": page(STAFF),
    "/courses/<int:course_id>": page(STAFF),
    "/courses/<int:course_id>/edit": form(ADMIN),
    "/courses/<int:course_id>/remove": button(ADMIN),
    "/courses/<int:course_id>/teachers/add": form(OFFICE),
    "/api/v1/years": page(STAFF),
    "/api/v1/classes": page(STAFF),
    "/api/v1/courses": page(STAFF),
    "/modules": page((*ADMIN, "director")),
    "/modules/<name>/on": button(ADMIN),
    "/modules/<name>/off": button(ADMIN),
    "/modules/<name>/settings": {"GET": of(ADMIN, 404), "POST": of(ADMIN, 404)},
}
PEOPLE = {
    "/people": page(STAFF),
    "/people/new/staff": form(OFFICE),
    "/people/new/student": form(OFFICE),
    "/people/<int:person_id>": page(STAFF),
    "/people/<int:person_id>/edit": form(OFFICE, 302),
    "/people/<int:person_id>/position": form(OFFICE),
    "/people/<int:person_id>/move": form(OFFICE),
    "/people/<int:person_id>/leave": form(OFFICE),
    "/people/<int:person_id>/guardians/add": form(OFFICE),
    "/people/<int:person_id>/guardians/new": form(OFFICE),
    "/people/<int:person_id>/guardians/<int:guardian_id>/remove": button(OFFICE),
    "/people/places/<kind>/<int:span_id>": form(OFFICE),
    "/people/places/<kind>/<int:span_id>/remove": button(OFFICE),
    "/people/import": form(OFFICE, 200),
    "/people/import/<int:number>": form(OFFICE, 302),
    "/people/import/done/<int:number>": {"GET": of(OFFICE, 404)},
    "/people/import/template.xlsx": page(OFFICE),
    "/people/import/template-staff.csv": page(OFFICE),
    "/people/import/template-students.csv": page(OFFICE),
    "/users": page((*ADMIN, "director")),
    "/users/<int:person_id>/code": button(ADMIN, 200),
    "/users/<int:person_id>/active": button(ADMIN),
    "/users/<int:person_id>/roles": button(ADMIN),
}
JOURNAL = {
    "/journal": page((*LEADERS, *TEACHERS)),
    "/journal/day": page(("teacher", "other teacher")),
    "/journal/diary": page((*LEADERS, "homeroom", *FAMILY), **of(("teacher", "other teacher"), 404)),
    "/journal/kinds": page(ADMIN),
    "/journal/kinds/new": form(ADMIN, 200),
    "/journal/kinds/<int:kind_id>": form(ADMIN, 200),
    "/journal/kinds/<int:kind_id>/up": button(ADMIN),
    "/journal/courses/<int:course_id>": page(READERS),
    "/journal/courses/<int:course_id>/lessons/new": form(OWN, 200),
    "/journal/lessons/<int:lesson_id>": {"GET": of(READERS), "POST": of(OWN, 302)},
    "/journal/lessons/<int:lesson_id>/remove": button(OWN),
    "/journal/lessons/<int:lesson_id>/works/new": form(OWN, 200),
    "/journal/lessons/<int:lesson_id>/works/<int:work_id>": form(OWN, 302),
    "/journal/lessons/<int:lesson_id>/works/<int:work_id>/remove": button(OWN),
}
JOURNAL_API = {
    "/courses": page((*LEADERS, *TEACHERS)),
    "/grid": page(READERS),
    "/marks": page(READERS),
    "/attendance": page(READERS),
    "/diary": page((*LEADERS, "homeroom", *FAMILY), **of(("teacher", "other teacher"), 404)),
    "/lessons": {"GET": of(READERS), "POST": of(OWN, 201)},
    "/lessons/<int:lesson_id>": {"PUT": of(OWN), "DELETE": of(OWN, 204)},
    "/lessons/<int:lesson_id>/works": button(OWN, 201),
    "/works/<int:work_id>": {"PUT": of(OWN, 204), "DELETE": of(OWN, 204)},
    "/cells": button(TEACHERS, 200),
    "/marks/<int:work_id>/<int:student_id>/comment": {"PUT": of(("teacher", "other teacher"), 404)},
    "/attendance/<int:lesson_id>/<int:student_id>/comment": {"PUT": of(TEACHERS, 404)},
}
SIGN_OUT = {"/sign-out": button(ALL)}  # last: the browsers lose their cookies
TABLE = {
    **PUBLIC,
    **OWN_ACCOUNT,
    **SCHOOL,
    **PEOPLE,
    **JOURNAL,
    **{f"/api/v1/journal{rule}": row for rule, row in JOURNAL_API.items()},
    **SIGN_OUT,
}
QUERIES = {
    "/search": "?q=петр",
    "/people/import/<int:number>": "?year=2026/27",
    "/journal/diary": "?student={student_id}",
    "/api/v1/journal/diary": "?student={student_id}",
    "/api/v1/journal/grid": "?course={course_id}",
} | dict.fromkeys(
    [f"/api/v1/journal/{what}" for what in ("lessons", "marks", "attendance")],
    "?course={course_id}&first={first}&last={last}",
)
COMMENT = {"text": "a", "version": 0}


def bodies(numbers):
    """What is sent as JSON, by rule; elsewhere nothing is sent."""
    lesson = {"topic": "", "homework": ""}
    work = {"kind_id": numbers["kind_id"]}
    new = {"course_id": numbers["course_id"], "day": numbers["first"], "number": 5}
    sent = {
        "/lessons": new,
        "/lessons/<int:lesson_id>": {**lesson, "version": 1},
        "/lessons/<int:lesson_id>/works": work,
        "/works/<int:work_id>": work,
        "/cells": {"entries": []},
        "/marks/<int:work_id>/<int:student_id>/comment": COMMENT,
        "/attendance/<int:lesson_id>/<int:student_id>/comment": COMMENT,
    }
    return {f"/api/v1/journal{rule}": body for rule, body in sent.items()}


def methods(rule):
    return rule.methods - {"HEAD", "OPTIONS"}


def asked(client, method, address, body):
    """The code of an answer; a page that asks to sign in counts as 401."""
    answer = client.open(address, method=method, json=body if method in {"POST", "PUT"} else None)
    signing_in = answer.status_code == 302 and "/sign-in?" in answer.location
    return 401 if signing_in else answer.status_code


@pytest.fixture
def undone(furnished, monkeypatch):
    """The school, in which nothing that a request does remains."""

    def roll_back(response):
        g.rollback = True
        return response

    functions = furnished.site.app.after_request_funcs
    monkeypatch.setitem(functions, None, [*functions[None], roll_back])
    return furnished


def test_every_address_has_its_row(furnished):
    rules = furnished.site.app.url_map.iter_rules()
    found = {(method, rule.rule) for rule in rules for method in methods(rule)}
    assert found == {(method, rule) for rule, row in TABLE.items() for method in row}


def test_everybody_gets_what_the_table_says(undone):
    wrong, sent = [], bodies(undone.numbers)
    for rule, row in TABLE.items():
        address = undone.address(rule, QUERIES.get(rule, ""))
        if rule == "/healthz":
            address = rule
        for method, codes in row.items():
            for who, client in undone.browsers.items():
                got = asked(client, method, address, sent.get(rule))
                expected = codes.get(who, 401 if who == "nobody" else 403)
                if got != expected:
                    wrong.append(f"{method} {rule} as {who}: {got}, expected {expected}")
    assert not wrong, "\n".join(wrong)


def test_who_is_signed_in_at_one_school_is_nobody_at_another(undone, make_site):
    other = make_site("journal")
    client = undone.browsers["administrator"]
    cookie = client.get_cookie(f"parta_session_{undone.site.school.id}", path=undone.site.url(""))
    for number in (undone.site.school.id, other.school.id):
        client.set_cookie(f"parta_session_{number}", cookie.value, path=other.url(""))
    wrong = []
    for rule, row in TABLE.items():
        if rule in PUBLIC or rule in SIGN_OUT:
            continue
        address = undone.address(rule, QUERIES.get(rule, "")).replace(undone.site.url("/"), other.url("/"), 1)
        wrong += [
            f"{method} {rule}: {code}"
            for method in row
            if (code := asked(client, method, address, None)) not in {401, 403, 404}
        ]
    assert not wrong, "\n".join(wrong)
