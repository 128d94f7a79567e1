"""What the library lends."""

from __future__ import annotations

from parta import toolkit
from sqlalchemy import delete, select

from parta_shelf.models import Loan

VIEW = "shelf:loan:view"
EDIT = "shelf:loan:edit"


def lend(person_id: int, book: str) -> int:
    """Lend a book to a person; returns the loan's number."""
    toolkit.require(EDIT)
    most = toolkit.setting("shelf.most")
    held = len(toolkit.session().scalars(select(Loan.id).where(Loan.person_id == person_id)).all())
    if held >= most:
        raise toolkit.Invalid({"book": toolkit.gettext("The person has %(n)s books already.", n=held)})
    loan = Loan(person_id=person_id, book=book)
    toolkit.session().add(loan)
    toolkit.session().flush()
    toolkit.audit.record("shelf.loan.add", "shelf_loan", loan.id, person_id=person_id, after={"book": book})
    return loan.id


def loans(person_id: int) -> list[str]:
    """The books that a person has."""
    query = select(Loan.book).where(Loan.person_id == person_id).order_by(Loan.book)
    return list(toolkit.session().scalars(query))


def forget(person_id: int) -> None:
    """Delete what a person has borrowed."""
    toolkit.session().execute(delete(Loan).where(Loan.person_id == person_id))


def join(kept_id: int, dropped_id: int) -> None:
    """Let one loan of each book remain of two persons who are one."""
    mine = select(Loan.book).where(Loan.person_id == kept_id)
    twice = delete(Loan).where(Loan.person_id == dropped_id, Loan.book.in_(mine))
    toolkit.session().execute(twice)
