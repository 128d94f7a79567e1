"""Fields of forms: texts become days, numbers and choices, with messages that say what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from wtforms import DateField, DecimalField, Field, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import language

DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")
BLANK = ""


class Needed:
    """Marks a field as one that must be filled; whether it is, the service says."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Let everything pass."""


NEEDED = (Needed(),)


class Day(DateField):
    """A day; None when nothing is written in a field that may stay empty."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day as browsers send it, or as people write it."""
        written = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not written and not self.flags.required:
            return
        for form in DAY_FORMATS:
            try:
                self.data = datetime.strptime(written, form).date()
            except ValueError:
                continue
            return
        raise ValueError(_("Choose a day, for example 01.09.2026."))

    @property
    def day(self) -> date:
        """The day of a field that must be filled, once it was."""
        if self.data is None:
            raise LookupError(f"{self.name} has not been filled in")
        return self.data


class Number(IntegerField):
    """A whole number."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        written = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not (written.isascii() and written.isdecimal()) or len(written) > 9:
            raise ValueError(_("Write a whole number."))
        self.data = int(written)


class Hours(DecimalField):
    """Hours a week, with a comma or a point; None when nothing is written."""

    widget = TextInput()
    data: Decimal | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        written = valuelist[0].strip().replace(",", ".") if valuelist else ""
        self.data = None
        if not written and not self.flags.required:
            return
        try:
            self.data = Decimal(written)
        except InvalidOperation:
            raise ValueError(_("Write a number such as 2 or 0.5.")) from None

    @property
    def hours(self) -> Decimal:
        """The number of a field that must be filled, once it was."""
        if self.data is None:
            raise LookupError(f"{self.name} has not been filled in")
        return self.data

    def _value(self) -> str:
        """The number as people write it, without zeros at the end."""
        if self.raw_data:
            return str(self.raw_data[0])
        shown = f"{self.data.normalize():f}" if self.data is not None else ""
        return shown.replace(".", ",") if language() == "ru" else shown


class Choice(SelectField):
    """One of several; `coerce=int` for numbers of rows. The first choice may be a blank one."""

    def __init__(
        self, label: Any, validators: Any = (), *, coerce: Callable[[Any], Any] = str, **options: Any
    ) -> None:
        def read(value: Any) -> Any:
            return None if value in {BLANK, None} else coerce(value)

        super().__init__(label, validators, coerce=read, **options)

    def offer(self, choices: Iterable[tuple[Any, str]]) -> None:
        """Let one of these be chosen, or none."""
        self.choices = [(BLANK, "—"), *choices]

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered, and nothing where something must be chosen."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Choose one from the list.")) from None
        if self.data is None and self.flags.required:
            raise ValidationError(_("Choose one from the list."))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the choice; None when the blank one was chosen."""
        try:
            self.data = self.coerce(valuelist[0]) if valuelist else None
        except ValueError:
            raise ValueError(_("Choose one from the list.")) from None


class Ticks(SelectMultipleField):
    """Any of several, ticked; `coerce=int` for numbers of rows."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        offered = {choice[0] for choice in self.iter_choices()}
        if not set(self.data or ()) <= offered:
            raise ValidationError(_("Choose from the list."))


class Texts(Field):
    """An ordered list of short texts, each in an input of its own with the field's name."""

    data: list[str]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the texts as they stand."""
        self.data = list(valuelist)

    def rearrange(self, asked: str) -> None:
        """Do what a button of the list asks: `add`, `up-2`, `down-2`, `drop-2`; else nothing."""
        what, _dash, place = asked.partition("-")
        if what == "add":
            self.data = [*self.data, ""]
        elif place.isdecimal() and int(place) < len(self.data):
            self._move(what, int(place))

    def _move(self, what: str, place: int) -> None:
        text = self.data.pop(place)
        places = {"up": max(0, place - 1), "down": place + 1, "drop": None}
        target = places.get(what, place)
        if target is not None:
            self.data.insert(target, text)
