"""Tables of accounts. Tokens and codes are kept as keyed digests only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel.db import REFERENCEABLE, Base
from parta.people.models import Person


class User(Base):
    """The account of a person; `login_key` is the login as compared: casefolded, ё as е."""

    __tablename__ = "accounts_user"
    __table_args__ = REFERENCEABLE

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), unique=True)
    login: Mapped[str] = mapped_column(Text)
    login_key: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column()
    must_change_password: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RoleGrant(Base):
    """A role that a person holds because somebody granted it; others follow from what the person is."""

    __tablename__ = "accounts_role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    role: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInSession(Base):
    """A signed-in browser."""

    __tablename__ = "accounts_session"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)


class Token(Base):
    """A personal token for the JSON API."""

    __tablename__ = "accounts_token"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AccessCode(Base):
    """A one-time code with which a person registers (A3)."""

    __tablename__ = "accounts_code"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    code_hash: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    issued_by: Mapped[int | None] = mapped_column(BigInteger)


class Attempt(Base):
    """Failed sign-ins of one login from one address; an empty login counts all of the address."""

    __tablename__ = "accounts_attempt"
    __table_args__ = (UniqueConstraint("login_key", "address"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    login_key: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column()
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
