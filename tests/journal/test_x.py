from parta.people.services import rosters
from parta_journal.services import diary
from parta.kernel import context
import importlib.util, pathlib
from datetime import date
DAY =  TODAY - timedelta(days
def test_x(world):
    with world.acting(world.students[1], "student"):
        c=rosters.courses_of_student(world.students[1], DAY, DAY); print(c)
        print(str(rosters._courses_of_student().compile(dialect=context.session().bind.dialect)))
        w=diary.week(day=DAY); print(w)
    assert 0
