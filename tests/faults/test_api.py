"""Whatever is sent to the API, it answers as its own description says (schemathesis)."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from real import Journal
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.slow

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def real_numbers(running):
    """What stands in the demonstration's journal, by the names that the API uses for it."""
    running.heal()
    journal = Journal(running, "teacher")
    lesson, work, student = journal.cells[0]
    grid = journal.grid()
    return {
        "course": journal.course,
        "course_id": journal.course,
        "term": grid["term"]["id"],
        "lesson_id": lesson,
        "work_id": work,
        "student": student,
        "student_id": student,
        "kind_id": grid["kinds"][0]["id"],
        "first": grid["term"]["starts"],
        "last": grid["today"],
        "day": grid["today"],
        "version": 0,
        "mark_version": 0,
    }


def test_every_operation_answers_as_described(running, real_numbers):
    """Half of what is sent speaks of lessons, students and works that are there."""
    address = f"http://127.0.0.1:{running.port}"
    description = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    headers = {"Authorization": f"Bearer {running.token('teacher')}"}
    answers, wrong = {}, []
    for found in description.get_all_operations():
        operation = found.ok()

        def call(case):
            answer = case.call(base_url=address, headers=headers)
            answers.setdefault(case.operation.label, []).append(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        try:
            sender(operation, real_numbers, call)()
        except (Exception, BaseExceptionGroup) as failure:
            wrong.append(f"{operation.label}: {getattr(failure, 'exceptions', failure)}")
    assert not wrong, "\n\n".join(wrong)
    print({name: dict(Counter(statuses)) for name, statuses in answers.items()})
    assert len(answers) >= 19
    assert {status for statuses in answers.values() for status in statuses} >= {200, 201, 204, 422}


def sender(operation, numbers, call):
    """What sends an operation many times."""

    @BOUNDED
    @given(case=operation.as_strategy(), real=st.booleans())
    def send(case, real):
        if real:
            speak_of(case, numbers)
        call(case)

    return send


def speak_of(case, numbers):
    """Put the numbers of what is there in place of made-up ones, however deep."""
    for values in (case.path_parameters, case.query, case.body):
        replace(values, numbers)


def replace(values, numbers):
    if isinstance(values, list):
        for inner in values:
            replace(inner, numbers)
    elif isinstance(values, dict):
        for name, inner in values.items():
            if name in numbers and isinstance(inner, type(numbers[name])):
                values[name] = numbers[name]
            replace(inner, numbers)
