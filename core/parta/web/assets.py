"""Static files of the core and of every plugin, composed into one folder under one hashed address.

ES modules import each other by relative path, so all files lie in one tree: the core's as `parta/…`, each
plugin's as `<plugin>/…`. The address changes with any content, so browsers keep what they have for a year.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

import brotli
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PREFIX = "static"
COMPRESSED = frozenset({".css", ".js", ".json", ".svg", ".txt", ".map", ".html", ".xml"})
BROTLI_QUALITY = 9
KEPT_SECONDS = 24 * 60 * 60
KEPT_BY_BROWSERS = 365 * KEPT_SECONDS
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class Assets:
    """The static files of this installation.

    `folders` maps the first segment of their addresses (`parta`, a plugin's name) to the folder that holds
    them; `target` is where they are composed. Several processes may compose into the same target.
    """

    def __init__(self, folders: Mapping[str, Path], target: Path) -> None:
        self.target = target
        self._sources = dict(_sources(folders))
        self.hash = _hash(self._sources)

    @property
    def folder(self) -> Path:
        """The folder that holds the composed files."""
        return self.target / self.hash

    def compose(self) -> None:
        """Make the folder if no process has made it yet, and drop those that nobody has used for a day."""
        self.target.mkdir(parents=True, exist_ok=True)
        if not self.folder.is_dir():
            self._build()
        _retired(self.folder).unlink(missing_ok=True)
        self._drop_old()

    def url(self, path: str) -> str:
        """The address of `path` (`parta/app.js`).

        Raises LookupError when there is no such file.
        """
        if path not in self._sources:
            raise LookupError(f"there is no static file {path}")
        return f"/{PREFIX}/{self.hash}/{path}"

    def wrap(self, application: WSGIApplication) -> WSGIApplication:
        """`application` with the static files in front of it; those of pages opened before an upgrade too."""
        served = WhiteNoise(
            application,
            mimetypes=TYPES,
            allow_all_origins=False,
            add_headers_function=_add_headers,
            immutable_file_test=lambda path, url: True,
        )
        served.FOREVER = KEPT_BY_BROWSERS
        for folder in self._composed():
            served.add_files(folder, prefix=f"{PREFIX}/{folder.name}")
        wrapped: WSGIApplication = served
        return wrapped

    def _build(self) -> None:
        building = Path(tempfile.mkdtemp(prefix=".", dir=self.target))
        try:
            for path, source in self._sources.items():
                _write(building / path, source.read_bytes())
            building.chmod(0o755)
            building.rename(self.folder)
        except OSError:
            if not self.folder.is_dir():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(building, ignore_errors=True)

    def _composed(self) -> list[Path]:
        return [path for path in self.target.iterdir() if path.is_dir() and not path.name.startswith(".")]

    def _drop_old(self) -> None:
        for folder in self._composed():
            if folder != self.folder and _retired_for(folder) > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
                _retired(folder).unlink(missing_ok=True)
        for unfinished in self.target.glob(".*"):
            if _age(unfinished) > KEPT_SECONDS:
                shutil.rmtree(unfinished, ignore_errors=True)


def _sources(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Every file with its path below the address's hash; hidden ones stay out."""
    for name, folder in sorted(folders.items()):
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in inner.parts):
                yield f"{name}/{inner.as_posix()}", path


def _hash(sources: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for path, source in sources.items():
        digest.update(f"{path}\0".encode())
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _write(path: Path, content: bytes) -> None:
    """Write a file, and beside it the compressed ones that are smaller."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.suffix not in COMPRESSED:
        return
    shorter = {
        ".gz": gzip.compress(content, 9, mtime=0),
        ".br": brotli.compress(content, quality=BROTLI_QUALITY),
    }
    for suffix, packed in shorter.items():
        if len(packed) < len(content):
            path.with_name(path.name + suffix).write_bytes(packed)


def _retired(folder: Path) -> Path:
    """The mark beside a folder that a newer one took the place of."""
    return folder.with_name(f"{folder.name}.retired")


def _retired_for(folder: Path) -> float:
    """Seconds since a newer folder took this one's place; it is marked when it was not yet."""
    mark = _retired(folder)
    if not mark.exists():
        mark.touch()
    return _age(mark)


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _add_headers(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
