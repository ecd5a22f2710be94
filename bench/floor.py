"""The floor: what a bare Flask view costs under the same server, one row read and a 20 kB page rendered."""

import os

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from markupsafe import Markup
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TEMPLATE = """<!doctype html><html lang="en"><head><title>{{ row.title }}</title></head><body><nav><ul>
{% for number in range(40) %}<li><a href="/page/{{ number }}">Page number {{ number }}</a></li>{% endfor %}
</ul></nav><main>{{ body }}</main></body></html>"""


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    html: Mapped[str]


def create_app() -> Flask:
    app = Flask("floor")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["FLOOR_DATABASE_URL"]
    database = SQLAlchemy(metadata=Base.metadata)
    database.init_app(app)
    with app.app_context():
        Base.metadata.create_all(database.engine)
        if database.session.get(Page, 1) is None:
            database.session.add(Page(id=1, title="Floor", html="<p>" + "some words of a lesson " * 780 + "</p>"))
            database.session.commit()
        database.engine.dispose()
    template = app.jinja_env.from_string(TEMPLATE)

    @app.get("/")
    def page() -> str:
        row = database.session.execute(sa.select(Page).where(Page.id == 1)).scalar_one()
        return template.render(row=row, body=Markup(row.html))

    return app
