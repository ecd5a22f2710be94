"""How does a form ask for a file, and a view allow a body that is large enough?"""

from collections.abc import Callable, Set
from functools import wraps
from typing import Any, TypeVar

import wtforms
from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from academy.kernel.files.kinds import MEGABYTE, Kind
from academy.kernel.files.receiving import Incoming, NotAccepted, received

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])


def takes_files(megabytes: int) -> Callable[[V], V]:
    """Let this view receive a larger body than others: stands directly above the function, below the route."""

    def allow(view: V) -> V:
        @wraps(view)
        def answer(**arguments: Any) -> ResponseReturnValue:
            request.max_content_length = megabytes * MEGABYTE
            return view(**arguments)

        return answer  # type: ignore[return-value]  # the same arguments and the same answer

    return allow


class UploadField(wtforms.FileField):
    """A file that is looked at, and put in its place, when the form is validated: before the write begins."""

    found: Incoming | None = None

    def __init__(self, label: Any = "", validators: Any = None, *, accept: Set[Kind], **arguments: Any) -> None:
        super().__init__(label, validators, **arguments)
        self.accept = accept
        self.render_kw = {"accept": ",".join(sorted(kind.ending for kind in accept)), **(self.render_kw or {})}

    def post_validate(self, form: wtforms.form.BaseForm, validation_stopped: bool) -> None:
        if isinstance(self.data, FileStorage) and self.data.filename:
            try:
                self.found = received(self.data, accept=self.accept)
            except NotAccepted as refused:
                raise wtforms.ValidationError(str(refused.sentence)) from refused
