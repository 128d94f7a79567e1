"""Text as people search and sort it, the same on every database server."""

from __future__ import annotations

import re
import unicodedata


def squeeze(value: str) -> str:
    """`value` in composed form, without outer spaces, with single inner ones."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", value)).strip()


def search_key(*parts: str | None) -> str:
    """The key under which the parts are stored for search and sort: casefolded, ё as е, single spaces."""
    joined = " ".join(part for part in parts if part)
    return squeeze(joined).casefold().replace("ё", "е")
