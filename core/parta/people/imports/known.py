"""What the school knows already, read in a handful of statements, and how people are recognised in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from parta.kernel import access, clock, context
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.text import search_key, squeeze
from parta.people.models import Enrolment, Guardianship, Person, Staff, Student
from parta.people.services import CONTACTS
from parta.people.services.persons import PersonValues
from parta.school.models import SchoolClass, Year


@dataclass(slots=True, eq=False)
class Party:
    """A person of the school or of the file: `before` is None for a new one.

    `source` says where a new one stands; `after` collects what the file says of them, `said` in which row
    each of it stands.
    """

    person_id: int | None
    before: PersonValues | None
    after: PersonValues
    is_student: bool = False
    position: str | None = None
    source: str = ""
    said: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Surname, first name, patronymic."""
        return full_name(self.after)


@dataclass(frozen=True, slots=True)
class Place:
    """A student's place in a class that ends, if at all, in the year imported for or later."""

    id: int
    class_id: int
    starts: date
    ends: date | None


@dataclass(slots=True)
class Known:
    """The year imported for with its classes, and everybody."""

    year: Year
    classes: dict[tuple[int, str], int]
    parties: dict[int, Party] = field(default_factory=dict)
    by_name: dict[str, list[Party]] = field(default_factory=lambda: defaultdict(list))
    relations: dict[tuple[Party, Party], str] = field(default_factory=dict)
    guardians: dict[Party, list[Party]] = field(default_factory=lambda: defaultdict(list))
    wards: dict[Party, list[Party]] = field(default_factory=lambda: defaultdict(list))
    places: dict[Party, list[Place]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[int, str] = field(default_factory=dict)

    def named(self, values: PersonValues) -> list[Party]:
        """The people of this name; where one of two patronymics is missing the names still agree."""
        return [party for party in self.by_name[name_key(values)] if same_patronymic(party.after, values)]

    def join(self, guardian: Party, student: Party) -> None:
        """Let a guardian answer for a student."""
        if guardian not in self.guardians[student]:
            self.guardians[student].append(guardian)
            self.wards[guardian].append(student)

    def family(self, student: Party) -> list[Party]:
        """Who answers for the student's brothers and sisters: those who have a guardian in common."""
        siblings = {ward: None for guardian in self.guardians[student] for ward in self.wards[guardian]}
        return list({party: None for ward in siblings for party in self.guardians[ward]})

    def add(self, party: Party) -> Party:
        """Let a person of the file be recognised in later rows."""
        self.by_name[name_key(party.after)].append(party)
        return party


def full_name(values: PersonValues) -> str:
    """Surname, first name, patronymic."""
    return squeeze(f"{values.surname} {values.first_name} {values.patronymic}")


def name_key(values: PersonValues) -> str:
    """What people are looked up by: surname and first name, ё as е."""
    return search_key(values.surname, values.first_name)


def same_patronymic(one: PersonValues, other: PersonValues) -> bool:
    """Whether the patronymics agree, or one is not known."""
    keys = {search_key(one.patronymic), search_key(other.patronymic)}
    return len(keys - {""}) < 2


def share_contact(one: PersonValues, other: PersonValues) -> bool:
    """Whether two have a phone or an e-mail address in common."""
    return bool((one.phone and one.phone == other.phone) or (one.email and one.email == other.email))


def find_year(name: str | None) -> Year:
    """The year of this name; by default the one today lies in, else the next to come, else the last.

    Raises Invalid, field `year`, for an unknown name, or when there is no year.
    """
    rows = context.session().scalars(select(Year).order_by(Year.starts)).all()
    if name is not None:
        found = next((row for row in rows if row.name == squeeze(name)), None)
        if found is None:
            names = ", ".join(row.name for row in rows) or "—"
            raise Invalid(
                {"year": _("There is no year “%(name)s”; there are: %(names)s.", name=name, names=names)}
            )
        return found
    if not rows:
        raise Invalid({"year": _("There is no academic year yet; enter one first.")})
    today = clock.today()
    return next((row for row in rows if today <= row.ends), rows[-1])


def load(year: Year) -> Known:
    """Read what the school knows: classes of the year, people, guardians, places."""
    rows = (
        context.session().scalars(select(SchoolClass).order_by(SchoolClass.grade, SchoolClass.letter)).all()
    )
    known = Known(year, {(row.grade, row.letter): row.id for row in rows if row.year_id == year.id})
    known.titles = {row.id: f"{row.grade}{row.letter}" for row in rows}
    _load_people(known)
    _load_guardians(known)
    _load_places(known)
    return known


def _load_people(known: Known) -> None:
    columns = [getattr(Person, name) for name in PersonValues.__dataclass_fields__]
    query = (
        select(Person.id, Student.person_id, Staff.position, *columns)
        .outerjoin(Student, Student.person_id == Person.id)
        .outerjoin(Staff, Staff.person_id == Person.id)
        .order_by(Person.id)
    )
    for number, student, position, *own in context.session().execute(query):
        values = PersonValues(*own)
        party = Party(number, values, values, student is not None, position)
        known.parties[number] = known.add(party)


def _load_guardians(known: Known) -> None:
    query = select(Guardianship.guardian_id, Guardianship.student_id, Guardianship.relation)
    for guardian, student, relation in context.session().execute(query.order_by(Guardianship.id)):
        pair = known.parties[guardian], known.parties[student]
        known.relations[pair] = relation
        known.join(*pair)


def _load_places(known: Known) -> None:
    held = or_(Enrolment.ends.is_(None), Enrolment.ends >= known.year.starts)
    query = select(Enrolment).where(held).order_by(Enrolment.starts)
    for row in context.session().scalars(query):
        known.places[known.parties[row.student_id]].append(Place(row.id, row.class_id, row.starts, row.ends))


def names(parties: Iterable[Party]) -> str:
    """People named so that they can be told apart: name, birth date, phone, and number or row."""
    return "; ".join(_told_apart(party) for party in parties)


def _told_apart(party: Party) -> str:
    values = party.after
    born = f"{values.birth_date:%d.%m.%Y}" if values.birth_date else ""
    where = _("no. %(n)s", n=party.person_id) if party.person_id else party.source
    contacts = (values.phone, values.email) if access.current().may(CONTACTS) else ()
    return ", ".join(part for part in (full_name(values), born, *contacts, where) if part)
