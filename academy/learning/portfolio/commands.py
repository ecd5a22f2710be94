"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from dataclasses import asdict, dataclass

from academy.accounts.models import Person
from academy.community import commands as community
from academy.community.models import Action, Ground
from academy.kernel import clock, files
from academy.kernel.access import require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.files import Incoming, StoredFile
from academy.kernel.markup import Rendered
from academy.kernel.web import random_key
from academy.learning.models import Module
from academy.learning.portfolio import finding, queries, rules
from academy.learning.portfolio.events import (
    PortfolioItemCommented,
    PortfolioItemDeleted,
    PortfolioItemReported,
    PortfolioItemShown,
    PortfolioItemTakenDown,
    PortfolioReportsDecided,
)
from academy.learning.portfolio.models import PortfolioComment, PortfolioItem, PortfolioReport, Visibility


@dataclass(frozen=True)
class Result:
    """What somebody writes of what they made; `body_html` is `body` rendered, by the renderer of `body_version`."""

    title: str
    language: str
    body: str
    body_html: str
    body_version: int


def keep_item(module: Module, result: Result, *, by: Person) -> PortfolioItem:
    """Seen by its maker alone until they show it."""
    require(rules.may_keep_item(has=queries.number_of_items(by)))
    now = clock.now()
    item = PortfolioItem(
        key=random_key(10),
        person_id=by.id,
        module_id=module.id,
        visibility=Visibility.PRIVATE,
        revision=1,
        created_at=now,
        changed_at=now,
        **asdict(result),
    )
    session.add(item)
    session.flush()
    return item


def change_item(item: PortfolioItem, result: Result, *, revision: int, by: Person) -> None:
    lock_row(item)
    require(rules.may_write_over(item, revision=revision, by=by))
    for name, value in asdict(result).items():
        setattr(item, name, value)
    item.changed_at, item.revision = clock.now(), item.revision + 1
    finding.index_item(item)


def show_item(item: PortfolioItem, to: Visibility, *, by: Person) -> None:
    """To nobody, to those who help, to everybody."""
    require(rules.may_show_item(item, to, by=by))
    anew = item.visibility is Visibility.PRIVATE and to is not Visibility.PRIVATE
    _show(item, to, by=by)
    publish(PortfolioItemShown(by=by.id, item=item.key, visibility=to.value, anew=anew))


def take_down_item(item: PortfolioItem, because: str, *, ground: Ground = Ground.OFF_TOPIC, by: Person) -> None:
    """It is its maker's alone again; they are told why, and how to object."""
    require(rules.may_take_down(item, because, by=by))
    text, reports = because.strip(), len(queries.reports_on(item))
    decision = community.note_decision(
        item.ref, item.person_id, action=Action.HIDDEN, ground=ground, text=text, reports=reports, by=by
    )
    _decided(item, decision.key, hidden=True, because=text, by=by)


def follow_decision(item: PortfolioItem, decision: str, *, hidden: bool, because: str, by: Person) -> None:
    """What was decided in the queue of the moderators is done here."""
    require(rules.may_look_after_items(by=by))
    _decided(item, decision, hidden=hidden, because=because, by=by)


def _decided(item: PortfolioItem, decision: str, *, hidden: bool, because: str, by: Person) -> None:
    """Who reported it is told, and its maker where it goes."""
    reports = queries.reports_on(item)
    for report in reports:
        report.decided_at = clock.now()
    if reports:
        publish(
            PortfolioReportsDecided(
                by=by.id,
                item=item.key,
                reporters=tuple(report.person_id for report in reports),
                taken_down=hidden,
                decision=decision,
            )
        )
    if hidden:
        _show(item, Visibility.PRIVATE, by=None)
        item.taken_down = item.revision
        publish(
            PortfolioItemTakenDown(
                by=by.id, item=item.key, person_id=item.person_id, because=because, decision=decision
            )
        )


def publish_again(item: PortfolioItem, *, by: Person | None) -> None:
    """Its maker objected, and the decision does not stand. What they changed since is theirs to publish."""
    if rules.may_publish_again(item, by=by):
        _show(item, Visibility.PUBLISHED, by=None)
    item.taken_down = None


def _show(item: PortfolioItem, to: Visibility, *, by: Person | None) -> None:
    """What nobody else sees any more waits for no moderator; published again, it does."""
    if item.visibility is to:
        return
    item.visibility = to
    item.published_at = clock.now() if to is Visibility.PUBLISHED else None
    finding.index_item(item)
    if to is not Visibility.PUBLISHED:
        community.drop_review(item.ref, item.person_id, by=by)
    elif reports := queries.reports_on(item):
        community.ask_for_review(item.ref, by=reports[0].person)


def comment_on_item(item: PortfolioItem, written: Rendered, body: str, *, by: Person) -> PortfolioComment:
    """A word between its maker and those who help them."""
    require(rules.may_comment_on_item(item, helps=queries.helps(by, item), by=by))
    comment = PortfolioComment(
        item_id=item.id,
        person_id=item.person_id,
        author_id=by.id,
        body=body,
        body_html=written.html,
        body_version=written.version,
        written_at=clock.now(),
    )
    session.add(comment)
    session.flush()
    publish(PortfolioItemCommented(by=by.id, item=item.key, person_id=item.person_id, comment_id=comment.id))
    return comment


def report_item(item: PortfolioItem, text: str, *, by: Person) -> None:
    """Ask the moderators to look at it. A second report by the same person says the first one better."""
    require(rules.may_report_item(item, by=by))
    report = queries.report_of(by, item)
    if report is None:
        report = PortfolioReport(item_id=item.id, person_id=by.id)
        session.add(report)
    report.text, report.reported_at, report.decided_at = text, clock.now(), None
    session.flush()
    community.ask_for_review(item.ref, by=by)
    publish(PortfolioItemReported(by=by.id, item=item.key))


def delete_item(item: PortfolioItem, *, by: Person) -> None:
    """With its files, which go within two days."""
    require(rules.may_change_item(item, by=by))
    files.uses(item.ref, [])
    finding.forget_item(item)
    community.drop_review(item.ref, item.person_id, by=by)
    session.delete(item)
    publish(PortfolioItemDeleted(by=by.id, item=item.key))


def add_file(item: PortfolioItem, found: Incoming, *, alternative: str, by: Person) -> StoredFile:
    there = files.files_used_by([item.ref])[item.ref]
    require(rules.may_add_file(item, has=len(there), by=by))
    kept = files.keep(found, owner_id=by.id, alternative=alternative)
    files.uses(item.ref, [*(file.key for file in there), kept.key])
    return kept


def take_file_away(item: PortfolioItem, key: str, *, by: Person) -> None:
    require(rules.may_change_item(item, by=by))
    there = files.files_used_by([item.ref])[item.ref]
    files.uses(item.ref, [file.key for file in there if file.key != key])


# --- A search finds what is published ------------------------------------------------------------------------------

INDEXED_AT_ONCE = 200


def reindex(after: int = 0, *, by: Person | None) -> int | None:
    """Let the next few be found again, by row number. Where to go on; None: that was all."""
    require(rules.may_index_items(by=by))
    some = queries.items_published(after=after, limit=INDEXED_AT_ONCE)
    for item in some:
        finding.index_item(item)
    return some[-1].id if len(some) == INDEXED_AT_ONCE else None


def forget_items_of(person: Person, *, by: Person | None) -> None:
    """The person is leaving, and what they made goes with them."""
    require(rules.may_index_items(by=by))
    for item in queries.items_of(person):
        finding.forget_item(item)
        community.drop_review(item.ref, item.person_id, by=None)
