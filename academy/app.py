"""The composition root: the one file that knows every feature."""

import os

import click

import academy.accounts.views
import academy.assessment.handlers
import academy.assessment.jobs
import academy.assessment.views
import academy.attendance.handlers
import academy.attendance.jobs
import academy.community.handlers
import academy.community.jobs
import academy.community.views
import academy.home.views
import academy.kernel.audit  # hears every event
import academy.kernel.files.serving
import academy.kernel.health
import academy.learning.editions.handlers
import academy.learning.editions.jobs
import academy.learning.editions.views
import academy.learning.handlers
import academy.learning.jobs
import academy.learning.library.views
import academy.learning.portfolio.handlers
import academy.learning.portfolio.jobs
import academy.learning.portfolio.views
import academy.learning.views
import academy.notifications.handlers
import academy.notifications.jobs
import academy.notifications.views
import academy.organisations.handlers
import academy.organisations.jobs
import academy.organisations.views
import academy.retrieval.jobs
import academy.search.views
import academy.studio.course.views
import academy.studio.editions.views
import academy.studio.lessons.views
import academy.studio.marking.views
import academy.studio.people.views
import academy.studio.questions.views
import academy.studio.views
import academy.workflows.views
import marketplace.handlers
import marketplace.jobs
import marketplace.views
from academy.accounts import viewer
from academy.kernel import addresses, assets, db, i18n, jobs, logs, shared, web
from academy.settings import ROOT, Settings, settings_from

BLUEPRINTS = (
    academy.accounts.views.bp,
    academy.notifications.views.bp,
    academy.assessment.views.bp,
    academy.community.views.bp,
    academy.home.views.bp,
    academy.learning.views.bp,
    academy.learning.editions.views.bp,
    academy.learning.library.views.bp,
    academy.learning.portfolio.views.bp,
    academy.organisations.views.bp,
    academy.search.views.bp,
    academy.studio.views.bp,
    academy.studio.marking.views.bp,
    academy.studio.editions.views.bp,
    academy.studio.questions.views.bp,
    academy.studio.course.views.bp,
    academy.studio.people.views.bp,
    academy.studio.lessons.views.bp,
    marketplace.views.bp,
    academy.workflows.views.bp,
    academy.kernel.files.serving.bp,
    academy.kernel.health.bp,
)


def create_app(settings: Settings | None = None) -> web.Academy:
    """The application, for the settings of the environment unless told otherwise. Raises WrongSetting."""
    settings = settings or settings_from(os.environ)
    app = web.Academy("academy", root_path=str(ROOT), static_folder=None)
    app.extensions["settings"] = settings
    app.config.update(
        TESTING=settings.testing,
        DATA_DIR=settings.data_dir,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database_url),
    )
    logs.init_app(app)
    db.init_app(app)
    web.init_app(app)
    addresses.init_app(app)
    i18n.init_app(app)
    assets.init_app(app)
    shared.init_app(app)
    viewer.init_app(app)
    academy.kernel.files.serving.init_app(app, viewer.viewer)
    academy.notifications.views.init_app(app)
    academy.assessment.views.init_app(app)
    academy.learning.views.init_app(app)
    academy.learning.editions.views.init_app(app)
    academy.learning.portfolio.views.init_app(app)
    academy.studio.views.init_app(app)
    jobs.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.oidc:
        from academy.accounts import outside_views  # its packages are an extra

        app.register_blueprint(outside_views.bp)
    if click.get_current_context(silent=True) is not None:
        from academy import cli  # slow to import, and of no use to a server

        cli.init_app(app)
    return app
