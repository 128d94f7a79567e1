"""Tables of the shelf."""

from __future__ import annotations

from parta import toolkit
from sqlalchemy import BigInteger, ForeignKey, Identity, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

Base = toolkit.plugin_base()


class Loan(Base):
    """A book that a person has."""

    __tablename__ = "shelf_loan"
    __table_args__ = (UniqueConstraint("person_id", "book"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(toolkit.tables.person.c.id))
    book: Mapped[str] = mapped_column(Text)
