"""What tests of pages share."""

import re

import pytest


@pytest.fixture
def faults():
    """A function that tells the ids of the fields which a page says are wrong."""

    def found(answer):
        assert answer.status_code == 422
        return set(re.findall(r'id="([\w-]+)-error"', answer.text))

    return found
