"""Where does somebody begin who works on the course? At the list of their desks."""

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from academy.accounts.viewer import member
from academy.kernel.access import require
from academy.kernel.web import page
from academy.studio.desks import desks_of, may_enter_studio

bp = Blueprint("studio", __name__)


@bp.get("/<lang>/studio")
def start() -> ResponseReturnValue:
    person = member()
    require(may_enter_studio(person))
    desks = [(desk, desk.waiting(person) if desk.waiting else 0) for desk in desks_of(person)]
    return page("studio/start.html", desks=desks)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["desks_of"] = desks_of
