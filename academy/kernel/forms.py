"""The shape of what people send."""

from collections.abc import Callable, Sequence
from typing import Any

import wtforms

from academy.kernel.access import Refused
from academy.kernel.db import session
from academy.kernel.i18n import language
from academy.kernel.markup import POST, Rendered, TooTangled, rendered


def stripped(value: Any) -> Any:
    """Filter: without the spaces around it, and without the one character that PostgreSQL can't keep."""
    return value.replace("\0", "").strip() if isinstance(value, str) else value


class Form(wtforms.Form):
    class Meta:
        @property
        def locales(self) -> Sequence[str]:
            """WTForms brings its own messages in our languages."""
            return (language(),)

        def bind_field(self, form: wtforms.Form, unbound: Any, options: dict[str, Any]) -> wtforms.Field:
            kind = unbound.field_class
            if issubclass(kind, wtforms.StringField) and not issubclass(kind, wtforms.PasswordField):
                options.setdefault("filters", [*unbound.kwargs.get("filters", []), stripped])
            bound: wtforms.Field = unbound.bind(form=form, **options)
            return bound

    def carries(self, command: Callable[[], object]) -> bool:
        """Run the command; a refusal about one of my fields becomes that field's error."""
        try:
            with session.begin_nested():
                command()
        except Refused as refused:
            if refused.verdict.field not in self:
                raise
            field = self[refused.verdict.field]
            field.errors = [*field.errors, str(refused.verdict.refusal)]
            return False
        return True


class CheckboxesField(wtforms.SelectMultipleField):
    """Any number of some choices, each a box of its own."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()


class MarkdownField(wtforms.TextAreaField):
    """Text that is rendered when the form is validated, so before the write begins."""

    written: Rendered

    def __init__(self, *arguments: Any, top: int | None = None, **more: Any) -> None:
        """`top`: level of the highest heading, if not the profile's own."""
        super().__init__(*arguments, **more)
        self.top = top

    def post_validate(self, form: wtforms.form.BaseForm, validation_stopped: bool) -> None:
        try:
            self.written = rendered(self.data or "", profile=POST, top=self.top)
        except TooTangled as refused:
            raise wtforms.ValidationError(str(refused.sentence)) from refused
