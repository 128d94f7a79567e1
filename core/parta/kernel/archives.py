"""The archive that a school's back-up is: a tar file with a manifest, the record, and the files.

manifest.json    what it is, with the SHA-256 digest of everything else
record.dump      the school's schema, as pg_dump writes it (custom format)
files/<digest>   the contents of attachments
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
RECORD = "record.dump"
FILES = "files/"
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A back-up cannot be made or used; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    `school` is its row of the directory, `revisions` are those of the owners of tables, `rows` counts each
    table, `digests` are the SHA-256 digests of all other members.
    """

    format: int
    version: str
    made_at: str
    server_major: int
    school: dict[str, str | None]
    revisions: dict[str, str]
    rows: dict[str, int]
    digests: dict[str, str]


def digest_of(path: Path) -> str:
    """The SHA-256 digest of a file."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: BinaryIO) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # readinto is there


def write(path: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write an archive that only its owner can read; the name appears when it is whole."""
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as archive:
                _add_text(archive, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
                for name, source in members.items():
                    archive.add(source, name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _add_text(archive: tarfile.TarFile, name: str, content: str) -> None:
    encoded = content.encode()
    member = tarfile.TarInfo(name)
    member.size = len(encoded)
    archive.addfile(member, BytesIO(encoded))


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """An archive to read, for the length of the block.

    Raises BackupError when it is none.
    """
    try:
        with tarfile.open(path, "r:") as opened:
            yield Archive(path, opened)
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{path} cannot be read as a back-up: {error}") from None


class Archive:
    """A back-up opened to read."""

    def __init__(self, path: Path, opened: tarfile.TarFile) -> None:
        self.path = path
        self._opened = opened
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        try:
            content = json.load(self.member(MANIFEST))
            if content["format"] != FORMAT:
                raise BackupError(f"{self.path} has the format {content['format']}, made by a newer Parta")
            return Manifest(**content)
        except (ValueError, KeyError, TypeError):
            raise BackupError(f"{self.path} has no manifest of a back-up") from None

    def member(self, name: str) -> BinaryIO:
        """One of its members, to read.

        Raises BackupError when it is missing.
        """
        try:
            found = self._opened.extractfile(name)
        except KeyError:
            found = None
        if found is None:
            raise BackupError(f"{self.path} is damaged: {name} is missing")
        return found  # type: ignore[return-value]  # a buffered reader

    def check(self) -> None:
        """See that every member is there and unchanged.

        Raises BackupError naming the one that is not.
        """
        for name, digest in self.manifest.digests.items():
            if _digest(self.member(name)) != digest:
                raise BackupError(f"{self.path} is damaged: {name} has changed")

    def files(self) -> Iterator[BinaryIO]:
        """The contents of the attachments."""
        for name in self.manifest.digests:
            if name.startswith(FILES):
                yield self.member(name)

    def extract_record(self, to: Path) -> None:
        """Write the dump to a file."""
        with self.member(RECORD) as source, to.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
