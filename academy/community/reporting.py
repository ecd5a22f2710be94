"""What does the log of decisions say to an authority? Nobody's name."""

import csv
import io
from collections.abc import Iterable

from academy.community.models import Appeal, Decision

COLUMNS = (
    "decision",
    "at",
    "about",
    "came_from",
    "reports",
    "action",
    "ground",
    "automated",
    "objected_at",
    "stands",
    "objection_decided_at",
)


def log_as_table(decided: Iterable[tuple[Decision, Appeal | None]]) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for decision, objection in decided:
        table.writerow(
            [
                decision.key,
                decision.at.isoformat(),
                decision.about or f"post:{decision.post_id}",
                decision.kind or "moderator",
                decision.reports,
                decision.action,
                decision.ground,
                "no",  # people decide here, never a machine
                objection.appealed_at.isoformat() if objection else "",
                "" if objection is None or objection.upheld is None else objection.upheld,
                objection.decided_at.isoformat() if objection and objection.decided_at else "",
            ]
        )
    return written.getvalue()
