"""Attachments: contents by digest in a folder of the school, their names and kinds in its tables.

Contents are written before the transaction commits, so that a committed row always has its content; what a
transaction left behind is swept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from sqlalchemy import ColumnElement, TableClause, column, delete, exists, func, select, table, text
from sqlalchemy.engine import Connection

from parta.kernel import clock, context
from parta.kernel.context import School
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.models import File
from parta.kernel.rows import need
from parta.kernel.text import squeeze

DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 256 * 1024
MOST_BYTES = 50 * 1024 * 1024
SWEEP_AFTER = timedelta(days=1)
SWEEP_LOCK = 70617275


class Store(Protocol):
    """Where the contents of one school's files lie, each under the SHA-256 digest of itself."""

    def put(self, content: BinaryIO, most: int) -> str:
        """Keep `content` and return its digest; the same content twice is kept once.

        Raises Invalid when it is longer than `most` bytes.
        """

    def open(self, digest: str) -> BinaryIO:
        """The content, to read. Raises FileNotFoundError."""

    def size(self, digest: str) -> int | None:
        """Its length in bytes, None when it is not there."""

    def delete(self, digest: str) -> None:
        """Remove the content; harmless when it is not there."""


class FolderStore:
    """A store in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the content with this digest lies."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no digest")
        return self.folder / digest[:2] / digest

    def put(self, content: BinaryIO, most: int = MOST_BYTES) -> str:
        """See Store."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="new-", delete=False) as kept:
            try:
                digest = _copy(content, kept, most)
                kept.flush()
                os.fsync(kept.fileno())
                path = self.path(digest)
                path.parent.mkdir(mode=0o700, exist_ok=True)
                Path(kept.name).replace(path)
            except BaseException:
                Path(kept.name).unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """See Store."""
        return self.path(digest).open("rb")

    def size(self, digest: str) -> int | None:
        """See Store."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, digest: str) -> None:
        """See Store."""
        self.path(digest).unlink(missing_ok=True)

    def old(self, before: float) -> Iterator[str]:
        """The digests kept before a moment (seconds since 1970); unfinished contents as old are removed."""
        for path in sorted(self.folder.glob("*/*")):
            if DIGEST.fullmatch(path.name) and path.stat().st_mtime < before:
                yield path.name
        for path in self.folder.glob("new-*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def _copy(content: BinaryIO, kept: IO[bytes], most: int) -> str:
    digest, length = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        length += len(chunk)
        if length > most:
            raise Invalid({"file": _("The file is larger than %(most)s MB.", most=most // 1024 // 1024)})
        digest.update(chunk)
        kept.write(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store() -> FolderStore:
    """The store of the school entered."""
    unit = context.unit()
    if unit.files is None:
        raise RuntimeError("give the Database its folder of files")
    return FolderStore(unit.files / unit.school.schema)


def add(name: str, media_type: str, content: BinaryIO, *, most: int = MOST_BYTES) -> File:
    """Keep an attachment; whoever keeps it refers to its row by a foreign key, or it is swept after a day.

    Raises Invalid for an empty or too large file or an empty name.
    """
    shown = squeeze(name.replace("\\", "/").rpartition("/")[2])
    if not shown:
        raise Invalid({"file": _("The file needs a name.")})
    place = store()
    hold(context.session().connection(), context.school())
    digest = place.put(content, most)
    size = place.size(digest)
    if not size:
        raise Invalid({"file": _("The file is empty.")})
    row = File(digest=digest, name=shown, media_type=media_type, size=size, created_at=clock.now())
    context.session().add(row)
    context.session().flush()
    return row


def get(number: int) -> tuple[File, BinaryIO]:
    """An attachment with its content, to read.

    Raises NotFound.
    """
    row = need(File, number, _("There is no such file."))
    return row, store().open(row.digest)


def sweep() -> None:
    """Remove what is older than a day and belongs to nobody: rows without referrer, contents without row."""
    session, place = context.session(), store()
    before = clock.now() - SWEEP_AFTER
    session.execute(select(func.pg_advisory_xact_lock(SWEEP_LOCK, context.school().id % 2**31)))
    known = set(session.scalars(select(File.digest)))
    session.execute(delete(File).where(File.created_at < before, *_unreferenced()))
    for digest in place.old(before.timestamp()):
        if digest not in known:
            place.delete(digest)


def hold(connection: Connection, school: School) -> None:
    """Let nothing be swept in the school until the transaction of `connection` ends."""
    connection.execute(select(func.pg_advisory_xact_lock_shared(SWEEP_LOCK, school.id % 2**31)))


def _unreferenced() -> list[ColumnElement[bool]]:
    """A condition for each foreign key that points at a file: nothing points at this one."""
    found = context.session().execute(
        text(
            "select s.relname as source, a.attname as field from pg_constraint c"
            " join pg_class s on s.oid = c.conrelid"
            " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
            " where c.contype = 'f' and c.confrelid = to_regclass('kernel_file')"
        )
    )
    return [_nobody(table(row.source, column(row.field)), row.field) for row in found]


def _nobody(source: TableClause, field: str) -> ColumnElement[bool]:
    return ~exists().where(source.c[field] == File.id)
