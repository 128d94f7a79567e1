"""The columns of an import: one definition that the template, the reader and the messages share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parta.kernel.i18n import lazy_gettext as _l
from parta.kernel.text import search_key

STUDENTS, STAFF, RULES = "students", "staff", "rules"
TITLES = {
    STUDENTS: {"ru": "Ученики", "en": "Students"},
    STAFF: {"ru": "Работники", "en": "Staff"},
    RULES: {"ru": "Как заполнять", "en": "How to fill in"},
}
GUARDIANS = (1, 2)

SEXES = {
    "f": ("ж", "жен", "женский", "f", "female", "девочка"),
    "m": ("м", "муж", "мужской", "m", "male", "мальчик"),
}
RELATIONS = {
    "mother": ("мать", "мама", "mother"),
    "father": ("отец", "папа", "father"),
    "guardian": ("опекун", "попечитель", "приемный родитель", "законный представитель", "guardian"),
    "other": (
        "другое",
        "иное",
        "бабушка",
        "дедушка",
        "тетя",
        "дядя",
        "брат",
        "сестра",
        "отчим",
        "мачеха",
        "other",
    ),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in the template by language, other headings it is known by, and what it holds.

    `kind` says how a cell is read: text, date, phone, sex, relation, class.
    """

    name: str
    ru: str
    en: str
    also: tuple[str, ...] = ()
    required: bool = False
    example: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    kind: str = "text"

    def heading(self, language: str) -> str:
        """The heading in the template."""
        return self.ru if language == "ru" else self.en


def _both(value: str) -> dict[str, str]:
    return {"ru": value, "en": value}


NAMES = (
    Column("surname", "Фамилия", "Surname", ("last name",), True, {"ru": "Петров", "en": "Petrov"}),
    Column("first_name", "Имя", "First name", (), True, {"ru": "Пётр", "en": "Pyotr"}),
    Column("patronymic", "Отчество", "Patronymic", ("middle name",), False, {"ru": "Ильич", "en": "Ilyich"}),
)
BIRTH_NOTE = _l("A date such as 31.12.2015 or 2015-12-31.")
PHONE_NOTE = _l("In any spelling; numbers without a country code are Russian.")
CONTACTS = (
    Column("phone", "Телефон", "Phone", ("мобильный телефон", "моб телефон", "mobile"), False,
           _both("8 900 123-45-67"), PHONE_NOTE, "phone"),
    Column("email", "Эл. почта", "E-mail", ("электронная почта", "почта", "email", "email адрес"),
           False, _both("petrov@example.ru")),
)  # fmt: skip
SEX = Column("sex", "Пол", "Sex", ("gender",), False, {"ru": "м", "en": "m"}, _l("Female or male."), "sex")


def _birth(required: bool, example: str) -> Column:
    also = ("день рождения", "дата рожд", "д р", "date of birth", "birthday")
    return Column(
        "birth_date", "Дата рождения", "Birth date", also, required, _both(example), BIRTH_NOTE, "date"
    )


def _guardian(
    number: int, surname: dict[str, str], first_name: dict[str, str], relation: str
) -> tuple[Column, ...]:
    """The columns of one guardian: `родитель 1: фамилия` …"""
    own = (
        Column("surname", "фамилия", "surname", ("last name",), False, surname),
        Column("first_name", "имя", "first name", (), False, first_name),
        Column("patronymic", "отчество", "patronymic", ("middle name",)),
        Column("relation", "кем приходится", "relation", ("степень родства", "родство", "кто"), False,
               {"ru": RELATIONS[relation][0], "en": relation},
               _l("Mother, father, guardian or other."), "relation"),
        Column("phone", "телефон", "phone", ("мобильный телефон", "моб телефон", "mobile"), False,
               _both(f"8 900 123-45-{number}0"), PHONE_NOTE, "phone"),
        Column("email", "эл. почта", "e-mail", ("электронная почта", "почта", "email")),
    )  # fmt: skip
    return tuple(_of_guardian(number, column) for column in own)


def _of_guardian(number: int, column: Column) -> Column:
    callings = ("родитель", "представитель", "законный представитель", "guardian", "parent")
    words = (column.ru, column.en, *column.also)
    also = tuple(f"{calling} {number} {word}" for calling in callings for word in words)
    return Column(
        f"guardian{number}.{column.name}",
        f"Родитель {number}: {column.ru}",
        f"Guardian {number}: {column.en}",
        also,
        False,
        column.example,
        column.note,
        column.kind,
    )


ENROLMENT_NOTE = _l("The first day in the class; when empty, the first day of the year, for a move today.")
COLUMNS: dict[str, tuple[Column, ...]] = {
    STUDENTS: (
        *NAMES,
        _birth(True, "08.03.2015"),
        SEX,
        *CONTACTS,
        Column("class", "Класс", "Class", (), True, _both("5А"), _l("Grade and letter."), "class"),
        Column("enrolled", "Дата зачисления", "Enrolment date", ("зачислен", "дата прибытия"), False,
               {}, ENROLMENT_NOTE, "date"),
        *_guardian(1, {"ru": "Петрова", "en": "Petrova"}, {"ru": "Анна", "en": "Anna"}, "mother"),
        *_guardian(2, {"ru": "Петров", "en": "Petrov"}, {"ru": "Илья", "en": "Ilya"}, "father"),
    ),
    STAFF: (
        *NAMES,
        _birth(False, "31.12.1985"),
        SEX,
        *CONTACTS,
        Column("position", "Должность", "Position", ("кем работает", "job"), True,
               {"ru": "учитель", "en": "teacher"}),
    ),
}  # fmt: skip
MARKS = {"class": STUDENTS, "position": STAFF}


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a sheet as recognised: `places` maps a column's name to its place in the row.

    `written` are the headings as they stand, by column; `unknown` those that mean nothing here; `twice` those
    that stand in two places; `missing` the columns that must be there and are not.
    """

    kind: str
    row: int
    places: dict[str, int]
    written: dict[str, str]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def missing(self) -> list[Column]:
        """The columns that must be there and are not."""
        return [column for column in COLUMNS[self.kind] if column.required and column.name not in self.places]


def heading_key(written: str) -> str:
    """What a heading is compared by: small letters and digits, ё as е, signs and spaces as one space."""
    return " ".join(re.findall(r"[^\W_]+", search_key(written)))


def _index(kind: str) -> dict[str, str]:
    return {
        heading_key(heading): column.name
        for column in COLUMNS[kind]
        for heading in (column.ru, column.en, *column.also)
    }


HEADINGS = {kind: _index(kind) for kind in COLUMNS}


def find_header(rows: Sequence[Sequence[object]], depth: int) -> Header | None:
    """The headings of a sheet, in the row of its first `depth` that has the most; None when it has none."""
    found = [_header(kind, rows, place) for place in range(min(depth, len(rows))) for kind in COLUMNS]
    best = max(found, key=_score, default=None)
    return best if best and len(best.places) > 1 else None


def _score(header: Header) -> tuple[int, bool, int]:
    known = len(header.places)
    return known, any(MARKS.get(name) == header.kind for name in header.places), -header.row


def _header(kind: str, rows: Sequence[Sequence[object]], place: int) -> Header:
    """The headings of `kind` in one row; a row above it may group them: Родитель 1 over three columns."""
    row, above = rows[place], rows[place - 1] if place else ()
    places: dict[str, int] = {}
    written: dict[str, str] = {}
    unknown, twice = [], []
    group = ""
    for column in range(max(len(row), len(above))):
        own, over = _at(row, column), _at(above, column)
        group = over or group
        name = HEADINGS[kind].get(heading_key(f"{group} {own}" if own else over))
        name = name or HEADINGS[kind].get(heading_key(own))
        if name is None:
            unknown += [own] if own else []
        elif name in places:
            twice.append(own or over)
        else:
            places[name], written[name] = column, own or over
    return Header(kind, place, places, written, tuple(unknown), tuple(twice))


def _at(row: Sequence[object], column: int) -> str:
    return str(row[column]).strip() if column < len(row) else ""
