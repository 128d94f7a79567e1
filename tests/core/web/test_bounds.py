"""What no database can keep is refused in the frame, for every page and every resource."""

import pytest
from sqlalchemy.exc import OperationalError

HUGE = 10**30
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", [f"/people/{HUGE}", "/register/a%00b", "/%00"])
def test_an_address_that_names_nothing_possible_is_not_found(site, path):
    answer = site.as_role("director").get(site.url(path))
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize("query", ["q=a%00b", f"page={HUGE}", f"year={HUGE}", f"class_id={HUGE}"])
def test_a_query_with_what_cannot_be_kept_is_no_fault(site, query):
    assert site.as_role("director").get(site.url(f"/people?{query}")).status_code in {200, 422}


def test_the_character_zero_in_a_form_is_refused_and_changes_nothing(site):
    answer = site.as_role("administrator").post(site.url("/subjects"), data={"name": "a\0b"})
    assert answer.status_code == 422
    assert "cannot be kept" in answer.text


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        (rb'{"entries": ["\u0000"]}', True),
        (rb'{"entries": ["\\\u0000"]}', True),
        (rb'{"entries": ["\ud83d"]}', True),
        (rb'{"entries": ["\ude00\ud83d"]}', True),
        (rb'{"entries": ["\\u0000 \ud83d\ude00 \u0416"]}', False),
    ],
)
def test_json_with_half_a_character_is_refused(make_site, sent, refused):
    site = make_site("journal")
    answer = site.as_role("director").post(site.url("/api/v1/journal/cells"), data=sent, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert (answer.json["errors"].keys() == {""}) is refused


def test_a_number_or_day_out_of_reach_is_refused_at_its_field(make_site):
    site = make_site("journal")
    query = f"course={HUGE}&first=0001-01-01&last=2026-09-01"
    answer = site.as_role("director").get(site.url(f"/api/v1/journal/lessons?{query}"))
    assert (answer.status_code, answer.json["errors"].keys()) == (422, {"course", "first"})


def test_every_plugin_names_its_schemas_by_itself(make_site):
    site = make_site("journal")
    spec = site.as_role("director").get(site.url("/api/v1/openapi.json")).json
    names = set(spec["components"]["schemas"])
    assert {"Course", "JournalOpenableCourse", "JournalLesson", "Problem"} <= names
    assert "Error" not in names
    for operations in spec["paths"].values():
        for name, operation in operations.items():
            if name != "parameters":
                assert {status for status in operation["responses"] if status >= "4"} == {"default"}


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("commit", {}, Exception("closed")), 503), (OSError(), 500)]
)
def test_a_commit_that_fails_is_answered_as_what_failed(site, monkeypatch, error, status):
    client = site.as_role("administrator")

    def fail(session):
        raise error

    monkeypatch.setattr("parta.kernel.db.SchoolSession.commit", fail)
    answer = client.post(site.url("/account/preferences"), data={"theme": "dark"})
    assert answer.status_code == status
    assert ("written down" in answer.text) is (status == 500)
