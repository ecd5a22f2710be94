"""What does the worker do for those who write? It visits the sites that our texts lead to."""

from datetime import timedelta

from flask import Flask

from academy.kernel import clock, outside
from academy.kernel.db import session, transaction
from academy.kernel.jobs import after_jobs
from academy.learning import authoring_queries, commands

AGAIN_AFTER = timedelta(days=14)
AT_ONCE = 20


@after_jobs
def look_outside(app: Flask) -> None:
    """A few each time; no transaction is open while another site takes its time."""
    with app.app_context():
        with transaction():
            links = authoring_queries.links_to_look_at(clock.now() - AGAIN_AFTER, AT_ONCE)
            waiting = [(link.id, link.address) for link in links]
        session.remove()
        for link_id, address in waiting:
            fault = outside.fault_of(address)
            with transaction():
                commands.note_look(link_id, fault.message if fault else "", at=clock.now(), by=None)
            session.remove()
