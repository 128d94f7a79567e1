"""Catalogues of messages: kept in step with the code by `python -m parta.testing.messages FOLDER …`.

For each package folder, the messages of its Python files and templates are written to
`translations/ru/LC_MESSAGES/messages.po`: new ones empty, for somebody to translate, unused ones dropped.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

LANGUAGE = "ru"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"**/templates/**.html": {"silent": "false"}, "**/templates/**.txt": {"silent": "false"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def path_of(package: Path) -> Path:
    """Where the package's Russian catalogue is."""
    return package / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"


def extracted(package: Path) -> Catalog:
    """The messages that the package's code and templates speak."""
    found = Catalog(charset="utf-8")
    for name, _line, message, comments, context in extract_from_dir(
        package,
        METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=("i18n:",),
        strip_comment_tags=True,
    ):
        found.add(message, None, [(name, 1)], auto_comments=comments, context=context)
    return found


def kept(package: Path) -> Catalog:
    """The package's Russian catalogue, an empty one when there is none yet."""
    path = path_of(package)
    if not path.exists():
        return Catalog(locale=LANGUAGE, charset="utf-8")
    return read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGE)


def untranslated(package: Path) -> list[str]:
    """What a reader of Russian would see in English or wrongly: missing, empty or fuzzy messages."""
    known = kept(package)
    faults = []
    for message in extracted(package):
        translation = known.get(message.id, message.context) if message.id else None
        if message.id and (translation is None or not _is_whole(translation) or translation.fuzzy):
            faults.append(str(message.id))
    return faults


def _is_whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def update(package: Path) -> int:
    """Bring the package's catalogue in step with its code; returns how many messages wait for words."""
    known, fresh = kept(package), extracted(package)
    made = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
    for message in fresh:
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        string = old.string if old is not None and not old.fuzzy else None
        made.add(message.id, string, auto_comments=message.auto_comments, context=message.context)
    path = path_of(package)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, made, sort_output=True, omit_header=True, width=110)
    return len(untranslated(package))


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(f"{argument}: {update(Path(argument))} to translate")
