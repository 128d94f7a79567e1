"""Academic years and their terms (A12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from parta.kernel import access, audit, clock, context
from parta.kernel.errors import Invalid, NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.rows import need, remove
from parta.kernel.text import squeeze
from parta.school.models import Term, Year
from parta.school.services import EDIT, VIEW

SCHEMES = {"quarters": 4, "half_years": 2, "trimesters": 3}
LONGEST_YEAR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class TermDates:
    """One term as entered: first and last day, both included."""

    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term as shown; `number` counts from 1 within its scheme."""

    id: int
    scheme: str
    number: int
    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class YearRow:
    """An academic year as shown."""

    id: int
    name: str
    starts: date
    ends: date

    def nearest(self, day: date) -> date:
        """`day`, or the day of the year that is nearest to it."""
        return min(max(day, self.starts), self.ends)


def all_years() -> list[YearRow]:
    """Every year, the newest first."""
    access.require(VIEW)
    rows = context.session().scalars(select(Year).order_by(Year.starts.desc()))
    return [_year_row(row) for row in rows]


def get(year_id: int) -> YearRow:
    """One year.

    Raises NotFound.
    """
    access.require(VIEW)
    return _year_row(_year(year_id))


def current() -> YearRow:
    """The year that today is in, else the next one to begin, else the last one.

    Raises NotFound when the school has no year yet.
    """
    rows = all_years()
    if not rows:
        raise NotFound(_("The school has no academic year yet."))
    return of_today(rows)


def of_today(rows: Sequence[YearRow]) -> YearRow:
    """Of some years the one that today is in, else the next one to begin, else the last one."""
    today = clock.today()
    in_order = sorted(rows, key=lambda row: row.starts)
    return next((row for row in in_order if row.ends >= today), in_order[-1])


def add_year(name: str, starts: date, ends: date) -> int:
    """Add an academic year; returns its number.

    Raises Invalid when the days are out of order or overlap another year, or the name is empty or taken.
    """
    access.require(EDIT)
    title = squeeze(name)
    _check_year(title, starts, ends)
    row = Year(name=title, starts=starts, ends=ends)
    context.session().add(row)
    context.session().flush()
    audit.record("school.year.add", "school_year", row.id, after=_days(title, starts, ends))
    return row.id


def change_year(year_id: int, name: str, starts: date, ends: date) -> None:
    """Give a year another name or other days (A25).

    Raises NotFound; Invalid as `add_year`, and when a term would lie outside the year.
    """
    access.require(EDIT)
    row, title = _year(year_id), squeeze(name)
    _check_year(title, starts, ends, year_id)
    _check_inside(year_id, starts, ends)
    before = _days(row.name, row.starts, row.ends)
    row.name, row.starts, row.ends = title, starts, ends
    context.session().flush()
    after = _days(title, starts, ends)
    if after != before:
        audit.record("school.year.change", "school_year", year_id, before=before, after=after)


def remove_year(year_id: int) -> None:
    """Remove a year that nothing stands in yet, with its terms.

    Raises NotFound; Conflict when it has classes, study groups or other data.
    """
    access.require(EDIT)
    row = _year(year_id)
    before = _days(row.name, row.starts, row.ends)
    of_year = context.session().scalars(select(Term).where(Term.year_id == year_id)).all()
    remove(_("The year “%(name)s” holds classes or other data and stays.", name=row.name), *of_year, row)
    audit.record("school.year.remove", "school_year", year_id, before=before)


def _check_inside(year_id: int, starts: date, ends: date) -> None:
    outside = select(Term).where(Term.year_id == year_id, (Term.starts < starts) | (Term.ends > ends))
    term = context.session().scalars(outside.order_by(Term.starts)).first()
    if term is not None:
        field = "starts" if term.starts < starts else "ends"
        raise Invalid({field: _("The term “%(name)s” would lie outside the year.", name=term.name)})


def _check_year(name: str, starts: date, ends: date, year_id: int | None = None) -> None:
    if not name:
        raise Invalid({"name": _("The year needs a name, such as 2026/27.")})
    if not starts < ends <= starts + LONGEST_YEAR:
        raise Invalid({"ends": _("The last day must follow the first by at most 400 days.")})
    for other in context.session().scalars(select(Year).where(Year.id != (year_id or 0))):
        if other.name == name:
            raise Invalid({"name": _("There is a year “%(name)s” already.", name=name)})
        if starts <= other.ends and other.starts <= ends:
            raise Invalid({"starts": _("These days overlap the year “%(name)s”.", name=other.name)})


def terms(year_id: int, scheme: str | None = None) -> list[TermRow]:
    """The terms of a year, of all schemes or one, in order.

    Raises NotFound for an unknown year.
    """
    access.require(VIEW)
    _year(year_id)
    query = select(Term).where(Term.year_id == year_id).order_by(Term.scheme, Term.number)
    if scheme is not None:
        query = query.where(Term.scheme == scheme)
    return [_term_row(row) for row in context.session().scalars(query)]


def set_terms(year_id: int, scheme: str, entered: Sequence[TermDates]) -> None:
    """Enter all terms of one scheme of a year, in place of what was there.

    Raises NotFound for an unknown year; Invalid, naming the rows at fault, when the number of terms is not
    the scheme's, a term leaves the year, its days are out of order, or two overlap.
    """
    access.require(EDIT)
    year = _year(year_id)
    _check_terms(year, scheme, entered)
    session = context.session()
    of_scheme = select(Term).where(Term.year_id == year_id, Term.scheme == scheme).order_by(Term.number)
    kept = {row.number: row for row in session.scalars(of_scheme)}
    before = [_days(row.name, row.starts, row.ends) for row in kept.values()]
    for number, term in enumerate(entered, start=1):
        row = kept.get(number) or Term(year_id=year_id, scheme=scheme, number=number)
        row.name, row.starts, row.ends = squeeze(term.name), term.starts, term.ends
        session.add(row)
    session.flush()
    after = [_days(squeeze(term.name), term.starts, term.ends) for term in entered]
    audit.record(
        "school.term.set",
        "school_year",
        year_id,
        before={"scheme": scheme, "terms": before},
        after={"scheme": scheme, "terms": after},
    )


def _check_terms(year: Year, scheme: str, entered: Sequence[TermDates]) -> None:
    if scheme not in SCHEMES:
        raise Invalid({"scheme": _("Choose quarters, half-years or trimesters.")})
    if len(entered) != SCHEMES[scheme]:
        needed = SCHEMES[scheme]
        raise Invalid({"": _("This scheme has %(n)s terms, entered: %(m)s.", n=needed, m=len(entered))})
    wrong = {}
    for number, term in enumerate(entered, start=1):
        if not squeeze(term.name):
            wrong[f"terms-{number}-name"] = _("Term %(n)s needs a name.", n=number)
        if not year.starts <= term.starts < term.ends <= year.ends:
            wrong[f"terms-{number}-starts"] = _(
                "Term %(n)s must begin before it ends and lie within the year, %(starts)s to %(ends)s.",
                n=number,
                starts=year.starts.strftime("%d.%m.%Y"),
                ends=year.ends.strftime("%d.%m.%Y"),
            )
        elif number > 1 and term.starts <= entered[number - 2].ends:
            wrong[f"terms-{number}-starts"] = _("Terms %(m)s and %(n)s overlap.", m=number - 1, n=number)
    if wrong:
        raise Invalid(wrong)


def _year(year_id: int) -> Year:
    return need(Year, year_id, _("There is no such academic year."))


def _year_row(row: Year) -> YearRow:
    return YearRow(row.id, row.name, row.starts, row.ends)


def _term_row(row: Term) -> TermRow:
    return TermRow(row.id, row.scheme, row.number, row.name, row.starts, row.ends)


def _days(name: str, starts: date, ends: date) -> dict[str, str]:
    return {"name": name, "starts": starts.isoformat(), "ends": ends.isoformat()}
