"""Forms turn text into types; every rule lives in a service, whose `Invalid` comes back to the fields."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import Form as WTForm

from parta.kernel import i18n
from parta.kernel.errors import Invalid
from parta.kernel.i18n import lazy_gettext

OWN_WORDS = {
    "This field is required.": lazy_gettext("Fill in this field."),
    "Not a valid integer value.": lazy_gettext("Write a whole number."),
    "Not a valid decimal value.": lazy_gettext("Write a number such as 2 or 0.5."),
    "Not a valid date value.": lazy_gettext("Choose a day, for example 01.09.2026."),
    "Not a valid choice.": lazy_gettext("Choose one from the list."),
    "Invalid Choice: could not coerce.": lazy_gettext("Choose one from the list."),
}


class _Translations:
    """WTForms' own messages are said in our words, which say what to do."""

    def gettext(self, text: str) -> str:
        return str(OWN_WORDS.get(text) or i18n.gettext(text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return i18n.ngettext(singular, plural, n)


class Meta:
    """Settings of every form."""

    def get_translations(self, form: WTForm) -> _Translations:
        return _Translations()


class Form(WTForm):
    """A form of a page. `whole` holds what is wrong with the form as a whole."""

    Meta = Meta

    def __init__(self, **values: Any) -> None:
        sent = request.method == "POST"
        super().__init__(request.form if sent else None, **values)
        self.whole: list[str] = []

    def sent(self) -> bool:
        """Whether this form was sent and its texts could be read as the types they stand for."""
        return request.method == "POST" and self.validate()

    def take(self, refusal: Invalid) -> None:
        """Show a service's refusal at the fields it names, or above the form.

        What a service says of a thing (`class`) is shown where the thing is chosen (`class_id`).
        """
        for name, message in refusal.fields.items():
            field = self._fields.get(name) or self._fields.get(f"{name}_id")
            if field is None:
                self.whole.append(message)
            else:
                field.errors = [*field.errors, message]
