"""What a form says of texts it cannot read."""

from flask import Flask
from parta.kernel import i18n
from parta.web.forms import Form
from wtforms import DateField, DecimalField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired


class Everything(Form):
    """One field of each kind whose messages are WTForms' own."""

    name = StringField(validators=[InputRequired()])
    day = DateField()
    number = IntegerField()
    weight = DecimalField()
    kind = SelectField(choices=[(1, "a")], coerce=int)


def _errors(language, **sent):
    with Flask(__name__).test_request_context(method="POST", data=sent), i18n.reading(language):
        form = Everything()
        assert not form.sent()
        return {name: list(map(str, said)) for name, said in form.errors.items()}


def test_what_cannot_be_read_is_told_with_what_is_expected():
    sent = {"name": "", "day": "x", "number": "x", "weight": "x", "kind": "2"}
    assert _errors("en", **sent) == {
        "name": ["Fill in this field."],
        "day": ["Choose a day, for example 01.09.2026."],
        "number": ["Write a whole number."],
        "weight": ["Write a number such as 2 or 0.5."],
        "kind": ["Choose one from the list."],
    }
    assert _errors("en", **{**sent, "kind": "x"})["kind"] == ["Choose one from the list."]
    assert _errors("ru", **sent)["name"] == ["Заполните это поле."]
