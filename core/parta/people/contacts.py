"""Phones and e-mail addresses as stored, and names as people write them."""

from __future__ import annotations

import re

import phonenumbers

from parta.kernel.i18n import gettext as _
from parta.kernel.text import squeeze

REGION = "RU"
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
LONGEST_NAME = 100


def phone_number(written: str) -> str | None:
    """A phone in E.164 (+79001234567), None when nothing is written.

    Numbers without a country code are Russian. Raises ValueError saying what is expected.
    """
    value = squeeze(written)
    if not value:
        return None
    try:
        number = phonenumbers.parse(value, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(_("“%(value)s” is not a phone number; an example: +7 900 123-45-67.", value=value))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(stored: str | None) -> str:
    """A stored phone as people write it, +7 900 123-45-67; empty for None."""
    if not stored:
        return ""
    number = phonenumbers.parse(stored, None)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def email_address(written: str) -> str | None:
    """An e-mail address in small letters, None when nothing is written.

    Raises ValueError saying what is expected.
    """
    value = squeeze(written).lower()
    if not value:
        return None
    if not EMAIL.fullmatch(value):
        raise ValueError(_("“%(value)s” is not an e-mail address; an example: name@example.ru.", value=value))
    return value


def person_name(written: str) -> str:
    """A part of a person's name with single spaces; empty when nothing is written.

    Raises ValueError for what cannot be a name.
    """
    value = squeeze(written)
    if value and (len(value) > LONGEST_NAME or not NAME.fullmatch(value)):
        raise ValueError(_("“%(value)s” is not a name: letters, spaces and hyphens only.", value=value))
    return value
