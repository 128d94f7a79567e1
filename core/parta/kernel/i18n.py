"""Languages: messages in the reader's language, in requests and in jobs alike.

Catalogues are `.po` files beside the code of the core and of each plugin, read when first needed, so a
plugin needs no build step. English is the language of the code and needs no catalogue.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations

LANGUAGES = {"ru": "Русский", "en": "English"}
DEFAULT_LANGUAGE = "ru"

_language: ContextVar[str] = ContextVar("language", default="en")
_folders: list[Path] = [Path(__file__).resolve().parent.parent / "translations"]


def add_folder(folder: Path) -> None:
    """Let the catalogues of `folder` (`ru/LC_MESSAGES/messages.po`) join the others."""
    if folder not in _folders:
        _folders.append(folder)
        _catalogue.cache_clear()


def language() -> str:
    """The reader's language, `ru` or `en`."""
    return _language.get()


def set_language(code: str) -> None:
    """Set the reader's language for the rest of this request or job; an unknown one becomes English."""
    _language.set(code if code in LANGUAGES else "en")


@contextmanager
def reading(code: str) -> Iterator[None]:
    """Speak `code` inside the block, for a message to somebody other than who caused it."""
    token = _language.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


def best_language(accepted: Iterable[str]) -> str:
    """The first of a browser's languages that Parta speaks, else Russian."""
    for tag in accepted:
        code = tag.split("-", 1)[0].lower()
        if code in LANGUAGES:
            return code
    return DEFAULT_LANGUAGE


@functools.cache
def _catalogue(code: str) -> Translations:
    merged = Translations()
    merged.plural = lambda n: int(n != 1)  # type: ignore[attr-defined,unused-ignore]
    first = True
    for folder in _folders:
        path = folder / code / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            continue
        loaded = _load(path, code)
        merged = loaded if first else merged.merge(loaded)
        first = False
    return merged


def _load(path: Path, code: str) -> Translations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, **values: Any) -> str:
    """`message` in the reader's language, with `%(name)s` places filled."""
    text = _catalogue(language()).ugettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
    """The form that fits the number `n`; `%(n)s` is filled with it."""
    text = _catalogue(language()).ungettext(singular, plural, n)
    return text % {"n": n, **values}


def pgettext(context: str, message: str, **values: Any) -> str:
    """`message` as it is said in `context`, for words that translate differently by place."""
    text = _catalogue(language()).upgettext(context, message)
    return text % values if values else text


def lazy_gettext(message: str, **values: Any) -> Any:
    """A message that finds its language only when shown, for texts declared at import time."""
    return LazyProxy(gettext, message, enable_cache=False, **values)
