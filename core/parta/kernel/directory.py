"""The directory of schools: the one list that belongs to the installation, in schema `parta`."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import text
from sqlalchemy.engine import Connection, Row

from parta.kernel.context import School
from parta.kernel.db import Database
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.text import squeeze

SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")
RESERVED = frozenset(
    (
        "admin", "api", "app", "assets", "demo", "favicon", "healthz", "help", "home", "journal", "login",
        "logout", "mail", "metrics", "parta", "robots", "sign-in", "sign-out", "static", "status", "support",
        "system", "www",
    )
)  # fmt: skip
COLUMNS = "id, schema_name, slug, name, timezone, database_name, revision, host"

_CREATE = """
create schema if not exists parta;
create table if not exists parta.schools (
    id bigint generated always as identity primary key,
    schema_name text not null unique,
    slug text not null unique,
    host text unique,
    name text not null,
    timezone text not null,
    database_name text not null,
    revision bigint not null,
    created_at timestamptz not null
)
"""


def prepare(database: Database) -> None:
    """Make the directory in a fresh database; harmless in one that has it."""
    with database.directory() as connection:
        connection.execute(text("select pg_advisory_xact_lock(7061727461)"))
        connection.execute(text(_CREATE))


def check_slug(slug: str) -> str:
    """A slug that may stand in addresses.

    Raises Invalid for one that is malformed or reserved.
    """
    if not SLUG.fullmatch(slug):
        raise Invalid(
            {"slug": _("Use 3 to 40 lower-case Latin letters, digits and hyphens, beginning with a letter.")}
        )
    if slug in RESERVED:
        raise Invalid({"slug": _("“%(slug)s” is reserved, choose another.", slug=slug)})
    return slug


def check_timezone(name: str) -> str:
    """A time zone of the IANA list, such as Europe/Moscow.

    Raises Invalid.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(
            {"timezone": _("“%(name)s” is not a time zone; an example: Europe/Moscow.", name=name)}
        ) from None
    return name


def add(connection: Connection, *, slug: str, name: str, timezone: str, created_at: object) -> School:
    """Enter a school in the directory and make its empty schema, in the caller's transaction.

    Raises Invalid when the slug is taken, malformed or reserved, the name empty or the zone unknown.
    """
    check_slug(slug)
    check_timezone(timezone)
    title = squeeze(name)
    if not title:
        raise Invalid({"name": _("The school needs a name.")})
    if find_by_slug(connection, slug):
        raise Invalid({"slug": _("There is a school “%(slug)s” already.", slug=slug)})
    row = connection.execute(
        text(
            "insert into parta.schools"
            " (schema_name, slug, name, timezone, database_name, revision, created_at)"
            " values ('pending ' || :slug, :slug, :name, :timezone, current_database(), 1, :created_at)"
            " returning id"
        ),
        {"slug": slug, "name": title, "timezone": timezone, "created_at": created_at},
    ).one()
    schema = f"school_{row.id}"
    connection.execute(
        text("update parta.schools set schema_name = :schema where id = :id"),
        {"schema": schema, "id": row.id},
    )
    connection.execute(text(f'create schema "{schema}"'))
    found = find_by_slug(connection, slug)
    assert found is not None
    return found


def remove(connection: Connection, school: School) -> None:
    """Take a school out of the directory, with everything of it in the database, for ever."""
    connection.execute(text("delete from parta.schools where id = :id"), {"id": school.id})
    connection.execute(text(f'drop schema "{school.schema}" cascade'))


def find_by_slug(connection: Connection, slug: str) -> School | None:
    """The school with this slug, or None."""
    return _one(connection, "slug = :value", slug)


def find_by_id(connection: Connection, number: int) -> School | None:
    """The school with this number, or None."""
    return _one(connection, "id = :value", number)


def find_by_host(connection: Connection, host: str) -> School | None:
    """The school that answers at this host name, or None."""
    return _one(connection, "host = :value", host)


def candidates(connection: Connection, *, host: str, slug: str) -> list[School]:
    """The school of this host or slug and the two oldest ones, in one statement: what an address may mean."""
    statement = (
        f"select {COLUMNS} from parta.schools where host = :host or slug = :slug"
        " or id in (select id from parta.schools order by id limit 2) order by id"
    )
    return [_school(row) for row in connection.execute(text(statement), {"host": host, "slug": slug})]


def all_schools(connection: Connection) -> list[School]:
    """Every school of the installation, by slug."""
    rows = connection.execute(text(f"select {COLUMNS} from parta.schools order by slug"))
    return [_school(row) for row in rows]


def change(connection: Connection, school_id: int, *, name: str, timezone: str) -> None:
    """Give a school another name and time zone; every process takes notice.

    Raises Invalid for an unknown zone.
    """
    check_timezone(timezone)
    connection.execute(
        text(
            "update parta.schools set name = :name, timezone = :timezone, revision = revision + 1"
            " where id = :id"
        ),
        {"id": school_id, "name": name, "timezone": timezone},
    )


def move(connection: Connection, school: School, *, slug: str, host: str | None) -> None:
    """Give a school another slug and host name (None: found by slug alone); every process takes notice.

    Raises Invalid for a slug or host that is malformed, reserved or another school's.
    """
    if slug != school.slug and find_by_slug(connection, check_slug(slug)):
        raise Invalid({"slug": _("There is a school “%(slug)s” already.", slug=slug)})
    if host is not None and not HOST.fullmatch(host):
        raise Invalid(
            {"host": _("“%(host)s” is not a host name; an example: school5.example.org.", host=host)}
        )
    holder = find_by_host(connection, host) if host else None
    if holder is not None and holder.id != school.id:
        raise Invalid({"host": _("“%(host)s” is the host of “%(slug)s”.", host=host, slug=holder.slug)})
    connection.execute(
        text("update parta.schools set slug = :slug, host = :host, revision = revision + 1 where id = :id"),
        {"id": school.id, "slug": slug, "host": host},
    )


def bump_revision(connection: Connection, school_id: int) -> None:
    """Tell every process that what it cached about the school is old."""
    connection.execute(
        text("update parta.schools set revision = revision + 1 where id = :id"), {"id": school_id}
    )


def _one(connection: Connection, condition: str, value: str | int) -> School | None:
    statement = f"select {COLUMNS} from parta.schools where {condition}"
    row = connection.execute(text(statement), {"value": value}).one_or_none()
    return _school(row) if row else None


def _school(row: Row[tuple[object, ...]]) -> School:
    return School(
        id=row.id,
        schema=row.schema_name,
        slug=row.slug,
        name=row.name,
        timezone=row.timezone,
        database=row.database_name,
        revision=row.revision,
        host=row.host,
    )
