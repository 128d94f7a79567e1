"""How many SQL statements every page costs, besides entering the school: at most eight."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

MOST = 8
ENTERING = ("set_config", "from parta.schools")
NO_PAGES = ("/healthz", "/csrf", "/register/<code>", "/people/import/done/<int:number>")
QUERIES = {
    "/search": "?q=петр",
    "/people": "?q=п&sort=name&desc=1&kind=student",
    "/people/<int:person_id>/guardians/add": "?q=пет",
    "/people/import/<int:number>": "?year=2026/27",
    "/courses": "?class={class_id}",
    "/journal": "?class={class_id}",
    "/journal/diary": "?student={student_id}",
    "/api/v1/journal/diary": "?student={student_id}",
    "/api/v1/journal/grid": "?course={course_id}",
} | dict.fromkeys(
    [f"/api/v1/journal/{what}" for what in ("lessons", "marks", "attendance")],
    "?course={course_id}&first={first}&last={last}",
)
READERS = ("administrator", "teacher", "homeroom", "guardian", "nobody")


@contextmanager
def counted(database):
    """The statements run inside the block, without those that enter the school."""
    seen = []

    def note(connection, cursor, statement, *rest):
        if not any(words in statement for words in ENTERING):
            seen.append(statement)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("reader", READERS)
def test_no_page_costs_many_statements(furnished, reader):
    site, client = furnished.site, furnished.browsers[reader]
    client.get(site.url("/account"))  # what the school has on is now known to this process
    many, reached = [], 0
    for rule in sorted(site.app.url_map.iter_rules(), key=str):
        if "GET" not in rule.methods or rule.rule in NO_PAGES:
            continue
        with counted(site.database) as seen:
            answer = client.get(furnished.address(rule.rule, QUERIES.get(rule.rule, "")))
        assert answer.status_code in {200, 302, 401, 403, 404}, rule.rule
        reached += answer.status_code == 200
        if len(seen) > MOST:
            many.append(f"{len(seen)} for {rule.rule}:\n" + "\n".join(seen))
    assert reached
    assert not many, "\n\n".join(many)
