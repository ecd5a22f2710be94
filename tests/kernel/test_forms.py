"""What every form does with what is typed."""

from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField

from academy.kernel.forms import Form
from academy.kernel.web import Academy


def shouted(typed: str | None) -> str | None:
    return typed.upper() if typed else typed


class Asked(Form):
    word = StringField("Word", filters=[shouted])
    secret = PasswordField("Secret")


def test_blanks_around_a_word_go_each_time_and_a_password_is_left_as_it_is(app: Academy) -> None:
    with app.test_request_context():
        for _ in range(2):
            form = Asked(MultiDict({"word": "  soup ", "secret": " spoon "}))
            assert (form.word.data, form.secret.data) == ("SOUP", " spoon ")
