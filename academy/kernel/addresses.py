"""Where does a link of a page lead? Templates ask for the same few hundred addresses again and again."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from flask import Flask, g, request, url_for

MOST_KEPT = 8192


class Addresses:
    """`url_for` for templates: what an endpoint, its values and the language of the page lead to never changes while the process lives."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, str] = OrderedDict()

    def __call__(self, endpoint: str, **values: Any) -> str:
        if endpoint[0] == ".":
            return url_for(endpoint, **values)  # depends on the page that asks
        key = (endpoint, g.get("language"), request.root_path, *values.items())
        try:
            address = self._known.get(key)
        except TypeError:  # a list among the values
            return url_for(endpoint, **values)
        if address is None:
            address = self._known[key] = url_for(endpoint, **values)
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return address


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = Addresses()
