"""Characters that no database keeps are refused before anything is done with them."""

from __future__ import annotations

import re

from flask import request

from parta.kernel.errors import Invalid, NotFound
from parta.kernel.i18n import gettext as _

# In JSON, after an even number of strokes: zero, and halves of a pair that stand alone.
_WHOLE = re.compile(rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_UNKEPT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def check() -> None:
    """Refuse a request with the character zero, or with half a character, in what is read as text.

    Raises NotFound for such an address, Invalid for anything else.
    """
    if "\0" in request.path:
        raise NotFound(_("There is no such page."))
    if b"%00" in request.query_string or _in_body():
        raise Invalid({"": _("The text holds a character that cannot be kept. Type it anew.")})


def _in_body() -> bool:
    if request.method == "GET":
        return False
    if request.is_json:
        return _in_json(request.get_data())
    return any("\0" in value for values in request.form.listvalues() for value in values)


def _in_json(body: bytes) -> bool:
    """Whether JSON holds one; what browsers send has no such escapes and is not looked at closely."""
    return b"\\u" in body and _UNKEPT.search(_WHOLE.sub(b"", body)) is not None
