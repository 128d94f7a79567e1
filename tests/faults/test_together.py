"""Two teachers type in one cell at the same moment: one wins, the other is told both values (T8)."""

import threading
import uuid

import pytest
from parta.accounts.models import User
from parta.kernel import access, directory, installation, settings
from parta.people.models import Staff
from parta.people.services import places
from parta.school.models import Year
from real import SLUG

pytestmark = pytest.mark.slow

TYPED = {"teacher": "3", "homeroom": "2"}


@pytest.fixture
def shared(parta, journal):
    """Lets the homeroom teacher teach the teacher's course too; returns cells that hold neither's mark."""
    with installation.opened(settings.load(parta.environ)) as database:
        with database.directory() as connection:
            school = directory.find_by_slug(connection, SLUG)
        with database.enter(school) as unit, access.acting(access.SYSTEM):
            login = unit.session.query(User.person_id).filter_by(login="homeroom")
            second = unit.session.query(Staff).filter(Staff.person_id == login.scalar_subquery()).one()
            first_day = max(year.starts for year in unit.session.query(Year))
            places.teach(second.person_id, journal.course, first_day)
    stands = journal.stands()
    return [cell for cell in journal.cells if stands.get(cell[1:], ("", 0))[0] not in TYPED.values()][:8]


def test_two_teachers_on_one_cell_at_the_same_time(parta, journal, shared):
    assert len(shared) == 8
    for lesson, work, student in shared:
        _text, seen = journal.stands().get((work, student), ("", 0))
        outcomes = both(parta, lesson, work, student, seen)
        states = sorted(outcome["state"] for outcome in outcomes.values())
        assert states == ["conflict", "saved"]
        (winner,) = (login for login, outcome in outcomes.items() if outcome["state"] == "saved")
        (loser,) = TYPED.keys() - {winner}
        told = outcomes[loser]
        assert (told["text"], told["mark_version"]) == (TYPED[winner], seen + 1)
        assert f"«{TYPED[winner]}»" in told["message"]
        assert f"«{TYPED[loser]}»" in told["message"]
        assert told["by"]
        assert journal.stands()[work, student] == (TYPED[winner], seen + 1)


def both(parta, lesson, work, student, seen):
    """What becomes of the entries of both, sent at once."""
    at_once = threading.Barrier(len(TYPED))
    outcomes = {}

    def write(login):
        entry = {"id": str(uuid.uuid4()), "lesson_id": lesson, "work_id": work, "student_id": student}
        sent = {"entries": [{**entry, "text": TYPED[login], "mark_version": seen}]}
        at_once.wait()
        outcomes[login] = parta.api(login, "POST", "/journal/cells", sent).json["outcomes"][0]

    for login in TYPED:
        parta.token(login)
    threads = [threading.Thread(target=write, args=(login,)) for login in TYPED]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
