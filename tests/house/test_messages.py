"""Every message has its Russian words, and the same message the same ones wherever it is said."""

from pathlib import Path

import pytest
from parta.testing import messages

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = [ROOT / "core" / "parta", *sorted((ROOT / "plugins").glob("*/parta_*"))]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_everything_is_said_in_russian(package):
    assert messages.untranslated(package) == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_no_translation_outlives_its_message(package):
    spoken = {(message.id, message.context) for message in messages.extracted(package)}
    kept = {(message.id, message.context) for message in messages.kept(package) if message.id}
    assert kept <= spoken


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_translation_fills_the_same_places(package):
    faults = [
        (message.id, error) for message in messages.kept(package) for error in message.check() if message.id
    ]
    assert faults == []


def test_equal_messages_are_translated_equally():
    known = {}
    for package in PACKAGES:
        for message in messages.kept(package):
            if message.id:
                said = known.setdefault((message.id, message.context), message.string)
                assert said == message.string, f"{package.name}: {message.id}"
