"""Forms turn text into types; every rule lives in a service, whose `Invalid` comes back to the fields."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import Form as WTForm

from parta.kernel import i18n
from parta.kernel.errors import Invalid


class _Translations:
    """WTForms' own messages come from our catalogues."""

    def gettext(self, text: str) -> str:
        return i18n.gettext(text)

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
