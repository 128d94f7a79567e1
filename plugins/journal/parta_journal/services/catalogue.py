"""The school's lists: kinds of work with their weights, attendance letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from parta.toolkit import Invalid, audit, changed, need, require, session, squeeze
from parta.toolkit import gettext as _
from sqlalchemy import func, insert, select

from parta_journal.models import AttendanceCode, WorkKind
from parta_journal.services import EDIT_LISTS, VIEW, VIEW_ALL

LONGEST_NAME = 80
LONGEST_SHORT = 3
MOST_WEIGHT = Decimal(100)

KINDS = (
    ("Работа на уроке", "Р", 1),
    ("Ответ на уроке", "О", 2),
    ("Домашняя работа", "Д", 1),
    ("Самостоятельная работа", "С", 3),
    ("Контрольная работа", "К", 5),
    ("Итоговая работа, аттестация", "А", 5),
    ("Диктант", "Дк", 4),
    ("Сочинение, изложение", "Сч", 4),
    ("Зачёт", "З", 4),
    ("Лабораторная работа", "Л", 3),
    ("Практическая работа", "П", 3),
    ("Тест", "Т", 3),
    ("Проект", "Пр", 3),
    ("Наизусть", "Н", 2),
    ("Словарный диктант", "Сд", 2),
    ("Тетрадь", "Тт", 1),
)
CODES = (
    ("Н", "Отсутствовал", "absent", True),
    ("Б", "Болел", "ill", True),
    ("У", "Отсутствовал по уважительной причине", "excused", True),
    ("О", "Опоздал", "late", False),
)


@dataclass(frozen=True, slots=True)
class KindValues:
    """A kind of work as entered: `short` is the sign in the head of a column."""

    name: str
    short: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of work as shown."""

    id: int
    values: KindValues


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An attendance letter as shown; `category` is absent, ill, excused or late."""

    id: int
    code: str
    title: str
    category: str
    counts_as_absence: bool


def seed() -> None:
    """Give a school that has none the usual kinds of work and attendance letters."""
    if not session().scalar(select(func.count()).select_from(WorkKind)):
        rows = [
            {"name": name, "short": short, "weight": Decimal(weight), "position": position}
            for position, (name, short, weight) in enumerate(KINDS)
        ]
        session().execute(insert(WorkKind), rows)
    if not session().scalar(select(func.count()).select_from(AttendanceCode)):
        names = ("code", "title", "category", "counts_as_absence")
        session().execute(insert(AttendanceCode), [dict(zip(names, row, strict=True)) for row in CODES])
    changed()


def kinds() -> list[KindRow]:
    """The kinds of work in the school's order; the first is that of a mark for no named work."""
    require(VIEW, VIEW_ALL, EDIT_LISTS)
    rows = session().scalars(select(WorkKind).order_by(WorkKind.position, WorkKind.id))
    return [KindRow(row.id, KindValues(row.name, row.short, row.weight)) for row in rows]


def codes() -> list[CodeRow]:
    """The attendance letters."""
    require(VIEW, VIEW_ALL, EDIT_LISTS)
    rows = session().scalars(select(AttendanceCode).order_by(AttendanceCode.id))
    return [CodeRow(row.id, row.code, row.title, row.category, row.counts_as_absence) for row in rows]


def add_kind(values: KindValues) -> int:
    """Add a kind of work at the end of the list; returns its number.

    Raises Invalid naming each field at fault.
    """
    require(EDIT_LISTS)
    checked = _checked(values, None)
    last = session().scalar(select(func.coalesce(func.max(WorkKind.position), -1))) or 0
    row = WorkKind(**asdict(checked), position=last + 1)
    session().add(row)
    session().flush()
    changed()
    audit.record("journal.kind.add", "journal_work_kind", row.id, after=_plain(checked))
    return row.id


def change_kind(kind_id: int, values: KindValues) -> None:
    """Change a kind of work; works that exist keep the weight they have.

    Raises NotFound, or Invalid naming each field at fault.
    """
    require(EDIT_LISTS)
    row = need(WorkKind, kind_id, _("There is no such kind of work."))
    checked = _checked(values, kind_id)
    before = _plain(KindValues(row.name, row.short, row.weight))
    row.name, row.short, row.weight = checked.name, checked.short, checked.weight
    session().flush()
    changed()
    audit.record("journal.kind.change", "journal_work_kind", kind_id, before=before, after=_plain(checked))


def order_kinds(kind_ids: Sequence[int]) -> None:
    """Put the kinds of work in this order.

    Raises Invalid unless every kind is named once.
    """
    require(EDIT_LISTS)
    rows = {row.id: row for row in session().scalars(select(WorkKind))}
    if sorted(kind_ids) != sorted(rows):
        raise Invalid({"": _("The list has changed meanwhile. Load the page again.")})
    before = sorted(rows, key=lambda number: rows[number].position)
    for position, number in enumerate(kind_ids):
        rows[number].position = position
    session().flush()
    changed()
    audit.record(
        "journal.kind.order",
        "journal_work_kind",
        None,
        before={"order": before},
        after={"order": list(kind_ids)},
    )


def checked_weight(weight: Decimal) -> Decimal:
    """`weight` to one place.

    Raises Invalid unless it lies between 0.1 and 100.
    """
    rounded = weight.quantize(Decimal("0.1"))
    if rounded != weight or not 0 < weight <= MOST_WEIGHT:
        raise Invalid({"weight": _("The weight is a number from 0.1 to 100 with at most one decimal place.")})
    return rounded


def _checked(values: KindValues, kind_id: int | None) -> KindValues:
    name, short = squeeze(values.name), squeeze(values.short)
    wrong = {}
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = _("Write the name, at most %(n)s letters.", n=LONGEST_NAME)
    elif session().scalar(select(WorkKind.id).where(WorkKind.name == name)) not in {None, kind_id}:
        wrong["name"] = _("There is a kind of work “%(name)s” already.", name=name)
    if not 0 < len(short) <= LONGEST_SHORT:
        wrong["short"] = _("Write the abbreviation, at most %(n)s letters.", n=LONGEST_SHORT)
    try:
        weight = checked_weight(values.weight)
    except Invalid as refusal:
        wrong |= refusal.fields
    if wrong:
        raise Invalid(wrong)
    return KindValues(name, short, weight)


def _plain(values: KindValues) -> dict[str, str]:
    return {"name": values.name, "short": values.short, "weight": str(values.weight)}
