"""What the schemas of the API have in common, the core's and the plugins'."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate

from parta.kernel.i18n import gettext as _

LARGEST = 2**63 - 1
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Schema(marshmallow.Schema):
    """A schema whose numbers fit into the database and whose days lie in a time that a school can mean."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Bound a field of this schema; a field is bound once in each schema made."""
        if isinstance(field_obj, fields.Integer):
            field_obj.validators = [*field_obj.validators, validate.Range(-LARGEST, LARGEST)]
        elif isinstance(field_obj, fields.Date):
            field_obj.validators = [*field_obj.validators, _in_our_time]


def _in_our_time(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise ValidationError(_("Write a day from 1900 to 2199."))
