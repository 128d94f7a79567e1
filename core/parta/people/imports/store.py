"""Files that were uploaded and wait to be looked at and applied; they are gone after a day."""

from __future__ import annotations

import io

from parta.kernel import access, files
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.people.imports import RUN
from parta.people.imports.readers import MAX_BYTES

MEDIA_TYPE = "application/vnd.parta.people"


def keep(name: str, data: bytes) -> int:
    """Keep a file for a day; returns its number.

    Raises Invalid, field `file`, for an empty or too large one.
    """
    access.require(RUN)
    return files.add(name, MEDIA_TYPE, io.BytesIO(data), most=MAX_BYTES).id


def kept(number: int) -> tuple[str, bytes]:
    """Name and content of a file kept here; of no other attachment of the school.

    Raises NotFound.
    """
    access.require(RUN)
    gone = _("An uploaded list is kept for a day only; upload it again.")
    try:
        row, content = files.get(number)
    except (NotFound, FileNotFoundError):
        raise NotFound(gone) from None
    with content:
        if row.media_type != MEDIA_TYPE:
            raise NotFound(gone)
        return row.name, content.read()
