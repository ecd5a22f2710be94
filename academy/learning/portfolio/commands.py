"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from dataclasses import asdict, dataclass

from academy.accounts.models import Person
from academy.kernel import clock, files
from academy.kernel.access import require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.files import Incoming, StoredFile
from academy.kernel.web import random_key
from academy.learning.models import Module
from academy.learning.portfolio import queries, rules
from academy.learning.portfolio.events import PortfolioItemDeleted, PortfolioItemShown, PortfolioItemTakenDown
from academy.learning.portfolio.models import PortfolioItem, Visibility


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


def show_item(item: PortfolioItem, to: Visibility, *, by: Person) -> None:
    """To nobody, to those who help, to everybody."""
    require(rules.may_change_item(item, by=by))
    _show(item, to)
    publish(PortfolioItemShown(by=by.id, item=item.key, visibility=to.value))


def take_down_item(item: PortfolioItem, because: str, *, by: Person) -> None:
    """It is its maker's alone again, and they are told why."""
    require(rules.may_take_down(item, because, by=by))
    _show(item, Visibility.PRIVATE)
    publish(PortfolioItemTakenDown(by=by.id, item=item.key, person_id=item.person_id, because=because.strip()))


def _show(item: PortfolioItem, to: Visibility) -> None:
    if item.visibility is not to:
        item.visibility = to
        item.published_at = clock.now() if to is Visibility.PUBLISHED else None


def delete_item(item: PortfolioItem, *, by: Person) -> None:
    """With its files, which go within two days."""
    require(rules.may_change_item(item, by=by))
    files.uses(item.ref, [])
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
