"""Back-up and restoring of one school, without touching any other."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, Connection

from parta.kernel import access, archives, clock, directory, dumps, files, jobs, migrations
from parta.kernel.archives import FILES, FORMAT, RECORD, Archive, BackupError, Manifest
from parta.kernel.context import School
from parta.kernel.db import Database, enter_schema
from parta.kernel.migrations import Owner

__all__ = ["BackupError", "Restored", "restore", "save", "verify"]

VERSIONS = "alembic_version_"
SWAP_PATIENCE = "10s"


@dataclass(frozen=True, slots=True)
class Restored:
    """A school brought back; `aside` is the schema that holds what stood there before, if anything did."""

    school: School
    aside: str | None
    manifest: Manifest


def save(database: Database, school: School, folder: Path) -> Path:
    """Write a back-up of a school as it stands at this moment to `folder`; returns the archive's path.

    Raises BackupError or DumpError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made_at = clock.now()
    engine = database.engine(school.database).execution_options(isolation_level="REPEATABLE READ")
    path = folder / f"{school.slug}-{made_at:%Y%m%d-%H%M%S}.parta"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".parta-") as scratch, engine.begin() as connection:
        enter_schema(connection, school.schema)
        files.hold(connection, school)
        record, major = Path(scratch) / RECORD, _major(connection)
        snapshot = str(connection.execute(text("select pg_export_snapshot()")).scalar_one())
        dumps.dump(database.url.set(database=school.database), major, school.schema, snapshot, record)
        members = {RECORD: record, **_kept_files(connection, _place(database, school))}
        archives.write(path, _manifest(connection, school, made_at, major, members), members)
    return path


def _place(database: Database, school: School) -> files.FolderStore:
    if database.files is None:
        raise RuntimeError("give the Database its folder of files")
    return files.FolderStore(database.files / school.schema)


def _kept_files(connection: Connection, place: files.FolderStore) -> dict[str, Path]:
    """The contents that rows name, as members of an archive; a lost one is no reason to save nothing."""
    found = connection.execute(text("select distinct digest from kernel_file order by digest")).scalars()
    return {f"{FILES}{digest}": place.path(digest) for digest in found if place.size(digest) is not None}


def _manifest(
    connection: Connection, school: School, made_at: datetime, major: int, members: dict[str, Path]
) -> Manifest:
    tables = _tables(connection)
    kept = ("slug", "name", "timezone", "host", "schema")
    return Manifest(
        format=FORMAT,
        version=metadata.version("parta"),
        made_at=made_at.isoformat(),
        server_major=major,
        school={name: getattr(school, name) for name in kept},
        revisions=_revisions(connection, tables),
        rows=_count(connection, tables),
        digests={name: archives.digest_of(path) for name, path in members.items()},
    )


def _major(connection: Connection) -> int:
    return int(connection.execute(text("show server_version_num")).scalar_one()) // 10000


def _tables(connection: Connection) -> list[str]:
    """The tables of the schema entered."""
    query = text("select tablename from pg_tables where schemaname = current_schema() order by tablename")
    return list(connection.execute(query).scalars())


def _revisions(connection: Connection, tables: list[str]) -> dict[str, str]:
    """The revision of every owner of tables in the schema entered, installed or not."""
    found: dict[str, str] = {}
    for table in tables:
        if table.startswith(VERSIONS):
            query = f'select version_num from "{table}"'  # noqa: S608  # a table's own name
            number = connection.execute(text(query)).scalar_one_or_none()
            found |= {table.removeprefix(VERSIONS): str(number)} if number else {}
    return found


def _count(connection: Connection, tables: list[str]) -> dict[str, int]:
    found = {}
    for table in tables:
        query = f'select count(*) from "{table}"'  # noqa: S608  # a table's own name
        found[table] = int(connection.execute(text(query)).scalar_one())
    return found


def restore(
    database: Database, archive: Path, owners: list[Owner], *, slug: str = "", replace: bool = False
) -> Restored:
    """Bring a school back from an archive, under its own slug or as a new school `slug`.

    It is brought back beside what stands there and takes its place at once when it is whole: until then, and
    when anything fails, nothing changes. Raises BackupError when the archive is damaged or newer than this
    installation, or when the school exists and `replace` is not given; DumpError; Invalid for a bad slug.
    """
    with archives.reading(archive) as opened:
        _check_fits(opened, owners)
        wanted = slug or str(opened.manifest.school["slug"])
        existing = _existing(database, wanted, replace)
        opened.check()
        with (
            _brought_back(database, database.url, opened) as schema,
            database.directory() as connection,
        ):
            connection.execute(text("select set_config('lock_timeout', :t, true)"), {"t": SWAP_PATIENCE})
            restored = _put_in_place(connection, opened.manifest, existing, wanted, schema)
            _bring_files(database, restored.school, opened)
    with database.enter(restored.school), access.acting(access.SYSTEM):
        jobs.queue_again()
    return restored


def _existing(database: Database, slug: str, replace: bool) -> School | None:
    with database.directory() as connection:
        found = directory.find_by_slug(connection, slug)
    if found is None:
        directory.check_slug(slug)
    elif not replace:
        raise BackupError(
            f"there is a school “{slug}” already: give --replace to put the back-up in its place"
            " (what is there now is kept aside), or --as SLUG to make another school of it"
        )
    return found


def _check_fits(archive: Archive, owners: list[Owner]) -> None:
    """Refuse a back-up whose tables are newer than this installation."""
    known = {owner.name: owner for owner in owners}
    for name, number in archive.manifest.revisions.items():
        if name in known and not migrations.knows(known[name], number):
            raise BackupError(
                f"{archive.path} was made by Parta {archive.manifest.version}, which is newer: upgrade first"
                f" ({name} is at {number})"
            )


@contextmanager
def _brought_back(database: Database, url: URL, archive: Archive) -> Iterator[str]:
    """The record of the archive in a schema of its own, checked; dropped if it is still there at the end."""
    schema, manifest = f"restoring_{secrets.token_hex(4)}", archive.manifest
    engine = database.engine(url.database)
    with engine.begin() as connection:
        major = _major(connection)
    if major < manifest.server_major:
        raise BackupError(
            f"the back-up comes from PostgreSQL {manifest.server_major}, this server, {major}, is older"
        )
    with tempfile.TemporaryDirectory(prefix="parta-") as scratch:
        record = Path(scratch) / RECORD
        archive.extract_record(record)
        dumps.load(url, major, record, str(manifest.school["schema"]), schema)
    try:
        with engine.begin() as connection:
            enter_schema(connection, schema)
            _compare(manifest.rows, _count(connection, _tables(connection)))
        yield schema
    finally:
        with engine.begin() as connection:
            connection.execute(text(f'drop schema if exists "{schema}" cascade'))


def _compare(expected: dict[str, int], found: dict[str, int]) -> None:
    different = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if different:
        raise BackupError(f"brought back with another number of rows than saved: {', '.join(different)}")


def _put_in_place(
    connection: Connection, manifest: Manifest, existing: School | None, slug: str, schema: str
) -> Restored:
    """Give the schema brought back its place in the directory, moving what stands there aside."""
    name, timezone = str(manifest.school["name"]), str(manifest.school["timezone"])
    aside = None
    if existing is None:
        school = directory.add(connection, slug=slug, name=name, timezone=timezone, created_at=clock.now())
        connection.execute(text(f'drop schema "{school.schema}"'))
    else:
        school, aside = existing, f"{existing.schema}_before_{clock.now():%Y%m%d%H%M%S}"
        connection.execute(text(f'alter schema "{school.schema}" rename to "{aside}"'))
    connection.execute(text(f'alter schema "{schema}" rename to "{school.schema}"'))
    changed = {"id": school.id, "name": name, "timezone": timezone}
    connection.execute(
        text("update parta.schools set name = :name, timezone = :timezone where id = :id"), changed
    )
    directory.bump_revision(connection, school.id)
    found = directory.find_by_id(connection, school.id)
    assert found is not None
    return Restored(found, aside, manifest)


def _bring_files(database: Database, school: School, archive: Archive) -> None:
    place = _place(database, school)
    for content in archive.files():
        place.put(content)


def verify(database: Database, archive: Path) -> Manifest:
    """Bring a back-up back in a database made for this, count its rows, and drop it again.

    Raises BackupError or DumpError when the back-up could not be used.
    """
    name = f"parta_verify_{secrets.token_hex(4)}"
    with archives.reading(archive) as opened:
        opened.check()
        server = database.engine().execution_options(isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'create database "{name}"'))
        scratch = Database(database.url.render_as_string(hide_password=False))
        try:
            with _brought_back(scratch, database.url.set(database=name), opened):
                return opened.manifest
        finally:
            scratch.dispose()
            with server.connect() as connection:
                connection.execute(text(f'drop database "{name}" with (force)'))
