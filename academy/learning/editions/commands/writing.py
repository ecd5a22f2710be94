"""How is a group written to?"""

from collections.abc import Collection
from datetime import timedelta

from academy.accounts.models import Person
from academy.kernel import clock, jobs
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.markup import Rendered
from academy.kernel.web import random_key
from academy.learning.editions import queries, rules
from academy.learning.editions.events import GroupMessageSent
from academy.learning.editions.models import Edition, GroupMessage
from academy.learning.editions.rules import Standing


def write_to_group(
    edition: Edition,
    group: str,
    *,
    title: str,
    body: str,
    written: Rendered,
    who: Standing,
    by: Person,
    chosen: Collection[int] = (),
) -> GroupMessage:
    """A message to everybody who is in the group now; each is told in the inbox and, if they want, by mail. `chosen`: whom, where the
    group is those who are chosen one by one; whoever has left meanwhile gets none."""
    require(rules.may_see_learners(edition, who))
    now = clock.now()
    if group == rules.CHOSEN:
        people = sorted(queries.enrolled_ids(edition).intersection(chosen))
    else:
        people = queries.group_of(edition, group, now=now, quiet_before=now - timedelta(days=rules.QUIET_DAYS))
    require(rules.may_write_to(group, people, title, body))
    message = GroupMessage(
        key=random_key(10),
        edition_id=edition.id,
        author_id=by.id,
        to=group,
        title=title,
        body=body,
        body_html=written.html,
        body_version=written.version,
        people=people,
        at=now,
    )
    session.add(message)
    session.flush()
    jobs.defer("learning.tell_group", key=message.key)
    publish(GroupMessageSent(by=by.id, edition=edition.slug, message=message.key, people=len(people)))
    return message
