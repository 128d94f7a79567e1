"""The database: one PostgreSQL schema a school, entered once per unit of work.

A session runs with the search path set to exactly the school's schema, for the length of its transaction, so
raw SQL is fenced like the ORM. Outside a school the path is empty and every query on a school's table fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

from parta.kernel.context import School, Unit, school, session, standing_in

if TYPE_CHECKING:
    from parta.kernel.plugins import Registry

__all__ = ["Base", "Database", "School", "enter_schema", "naming", "school", "session"]

T = TypeVar("T")

LOCK_TIMEOUT = "3s"
STATEMENT_TIMEOUT = "30s"
SCHOOLS_PER_CONNECTION = 50

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# In `__table_args__`: plugins' tables may refer to this one; its name and key stay within a major version.
REFERENCEABLE = {"info": {"referenceable": True}}


class Base(DeclarativeBase):
    """Tables of the core; plugins have a base each, from the toolkit."""

    metadata = MetaData(naming_convention=naming)


def enter_schema(connection: Connection, schema: str) -> None:
    """Point the transaction of `connection` at `schema` alone, with short patience for locks."""
    connection.execute(
        text(
            "select set_config('search_path', :schema, true), set_config('lock_timeout', :lock, true),"
            " set_config('statement_timeout', :statement, true)"
        ),
        {"schema": f'"{schema}"', "lock": LOCK_TIMEOUT, "statement": STATEMENT_TIMEOUT},
    )
    _count_school(connection, schema)


def _count_school(connection: Connection, schema: str) -> None:
    """Remember which schools this connection has touched: its caches grow with each."""
    connection.info.setdefault("schools", set()).add(schema)


class SchoolSession(Session):
    """A Session that can see one school only."""

    def __init__(self, engine: Engine, schema: str) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.schema = schema


@event.listens_for(SchoolSession, "after_begin")
def _enter(session: SchoolSession, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        enter_schema(connection, session.schema)


class Database:
    """The PostgreSQL server of this process: an engine for each of its databases, few connections each."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 4,
        registry: Registry | None = None,
        secret: str = "",
        files: Path | None = None,
    ) -> None:
        self.url = _driver_url(url)
        self.pool_size = pool_size
        self.registry = registry
        self.secret = secret
        self.files = files
        self.memory: dict[tuple[int, str], tuple[int, Any]] = {}
        self._engines: dict[str, Engine] = {}

    def engine(self, database: str | None = None) -> Engine:
        """The engine of `database` on this server, by default of the one that holds the directory."""
        name = database or str(self.url.database)
        if name not in self._engines:
            self._engines[name] = self._make_engine(self.url.set(database=name))
        return self._engines[name]

    def _make_engine(self, url: URL) -> Engine:
        engine = create_engine(
            url,
            pool_size=self.pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            connect_args={"options": "-c search_path=", "prepare_threshold": 3, "connect_timeout": 5},
        )
        event.listen(engine, "checkin", _retire)
        return engine

    def dispose(self) -> None:
        """Close every connection."""
        for engine in list(self._engines.values()):
            engine.dispose()

    @contextmanager
    def directory(self) -> Iterator[Connection]:
        """A transaction outside any school, for the tables of schema `parta`."""
        with self.engine().begin() as connection:
            yield connection

    def ask(self, question: Callable[[Connection], T]) -> T:
        """The answer to a question outside any school and transaction, the first one of a request.

        Asked once more, on new connections, when the server went away since the last request and is back.
        """
        try:
            return self._ask(question)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        self.dispose()
        return self._ask(question)

    def _ask(self, question: Callable[[Connection], T]) -> T:
        with self.engine().connect() as connection:
            return question(connection.execution_options(isolation_level="AUTOCOMMIT"))

    @contextmanager
    def enter(self, where: School) -> Iterator[Unit]:
        """One unit of work in a school: commits when the block ends, rolls back when it raises."""
        opened = self.open_unit(where)
        try:
            with standing_in(opened):
                yield opened
            opened.session.commit()
        except BaseException:
            opened.session.rollback()
            raise
        finally:
            opened.session.close()
            self.finish(opened)

    def open_unit(self, where: School) -> Unit:
        """A unit of work whose owner commits, rolls back, closes and finishes it himself (the web frame)."""
        session = SchoolSession(self.engine(where.database), where.schema)
        return Unit(where, session, self.registry, self.secret, self.files, self.memory)

    def finish(self, ended: Unit) -> None:
        """Do what must survive the unit that ended, in one unit of its own."""
        waiting, ended.surviving = ended.surviving, []
        if waiting:
            with self.enter(ended.school):
                for work in waiting:
                    work()


def _retire(connection: Any, record: Any) -> None:
    """Close a connection that has touched many schools: each costs it about a megabyte of memory."""
    if len(record.info.get("schools", ())) >= SCHOOLS_PER_CONNECTION:
        record.info.pop("schools", None)
        record.invalidate()


def _driver_url(url: str) -> URL:
    parsed = make_url(url)
    return parsed.set(drivername="postgresql+psycopg")
