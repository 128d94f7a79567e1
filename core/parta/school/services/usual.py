"""What most schools begin with: subjects, and the days of a year and its terms. Offered, never imposed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from parta.kernel import access, clock
from parta.kernel.i18n import gettext as _
from parta.school.services import VIEW
from parta.school.services.years import SCHEMES, TermDates, YearRow

SUBJECTS = (
    ("Русский язык", "Рус. яз."),
    ("Литература", "Литература"),
    ("Литературное чтение", "Лит. чтение"),
    ("Иностранный язык", "Ин. яз."),
    ("Английский язык", "Англ. яз."),
    ("Математика", "Математика"),
    ("Алгебра", "Алгебра"),
    ("Геометрия", "Геометрия"),
    ("Вероятность и статистика", "Вер. и стат."),
    ("Информатика", "Информатика"),
    ("Окружающий мир", "Окр. мир"),
    ("История", "История"),
    ("Обществознание", "Обществозн."),
    ("География", "География"),
    ("Биология", "Биология"),
    ("Физика", "Физика"),
    ("Химия", "Химия"),
    ("Музыка", "Музыка"),
    ("Изобразительное искусство", "ИЗО"),
    ("Труд (технология)", "Труд"),
    ("Основы безопасности и защиты Родины", "ОБЗР"),
    ("Физическая культура", "Физ-ра"),
)
ROMAN = ("I", "II", "III", "IV")
DAYS: dict[str, Sequence[tuple[tuple[int, int], tuple[int, int]]]] = {
    "quarters": (((9, 1), (10, 25)), ((11, 5), (12, 28)), ((1, 11), (3, 21)), ((4, 1), (5, 31))),
    "half_years": (((9, 1), (12, 28)), ((1, 11), (5, 31))),
    "trimesters": (((9, 1), (11, 15)), ((11, 24), (2, 15)), ((2, 24), (5, 31))),
}


def next_year(known: Sequence[YearRow]) -> TermDates:
    """A year to offer: the one after the last known, else the one that runs now or begins next (A12)."""
    access.require(VIEW)
    today = clock.today()
    first = max((year.starts.year + 1 for year in known), default=today.year - (today.month < 6))
    return TermDates(f"{first}/{(first + 1) % 100:02}", date(first, 9, 1), date(first + 1, 5, 31))


def terms(year: YearRow, scheme: str) -> list[TermDates]:
    """Terms to offer for a year: the usual days as far as they fit, else parts of equal length (A12)."""
    access.require(VIEW)
    days = [(_day(year, *first), _day(year, *last)) for first, last in DAYS[scheme]]
    days[0] = (year.starts, days[0][1])
    days[-1] = (days[-1][0], year.ends)
    in_order = [day for pair in days for day in pair]
    if in_order != sorted(set(in_order)):
        days = _equal_parts(year, SCHEMES[scheme])
    return [TermDates(term_name(scheme, n), *pair) for n, pair in enumerate(days, start=1)]


def term_name(scheme: str, number: int) -> str:
    """How a term is usually called."""
    texts = {
        "quarters": _("Quarter %(n)s"),
        "half_years": _("Half-year %(n)s"),
        "trimesters": _("Trimester %(n)s"),
    }
    return texts[scheme] % {"n": ROMAN[number - 1]}


def _day(year: YearRow, month: int, day: int) -> date:
    """A day of the year that begins in autumn."""
    return date(year.starts.year if month > 7 else year.starts.year + 1, month, day)


def _equal_parts(year: YearRow, parts: int) -> list[tuple[date, date]]:
    days = (year.ends - year.starts).days + 1
    edges = [year.starts + timedelta(days * n // parts) for n in range(parts + 1)]
    return [(first, following - timedelta(1)) for first, following in pairwise(edges)]
