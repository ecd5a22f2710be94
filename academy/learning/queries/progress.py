"""What has a person done, and who says so?"""

from collections.abc import Collection

import sqlalchemy as sa

from academy.accounts.models import Person
from academy.kernel.db import session
from academy.kernel.subjects import Ref
from academy.learning import rules
from academy.learning.models import Completion, CompletionEvent


def wait_for_turn(person_id: int) -> None:
    """Let what one person does come one after the other, until the end of the transaction: of the last two parts of a module, done in two
    tabs at once, one has to see the other."""
    session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def completion_of(person_id: int, item: Ref) -> Completion | None:
    return session.get(Completion, (person_id, str(item)))


def people_who_did(items: Collection[str]) -> int:
    """Any of these."""
    people = sa.func.count(Completion.person_id.distinct())
    return session.scalar(sa.select(people).where(Completion.item.in_(items))) or 0


def items_vouched_for(person_id: int, voucher: rules.Voucher) -> set[str]:
    """What this person has done because of it, as things stand."""
    source, evidence = voucher
    rows = session.execute(
        sa.select(CompletionEvent.item, CompletionEvent.done)
        .where(
            CompletionEvent.person_id == person_id,
            CompletionEvent.source == source,
            CompletionEvent.evidence == evidence,
        )
        .order_by(CompletionEvent.id)
    )
    return rules.done_after((item, voucher, done) for item, done in rows)


def items_done_by(person_id: int) -> set[str]:
    return set(session.scalars(sa.select(Completion.item).where(Completion.person_id == person_id)))


def history_of(person_id: int) -> list[tuple[str, rules.Voucher, bool]]:
    """Item, who says so, said or taken back; oldest first."""
    rows = session.execute(
        sa.select(CompletionEvent.item, CompletionEvent.source, CompletionEvent.evidence, CompletionEvent.done)
        .where(CompletionEvent.person_id == person_id)
        .order_by(CompletionEvent.id)
    )
    return [(item, (source, evidence), done) for item, source, evidence, done in rows]


def vouchers_for(person_id: int, item: Ref) -> set[rules.Voucher]:
    """Who says that this person has done it, as things stand."""
    rows = session.execute(
        sa.select(CompletionEvent.source, CompletionEvent.evidence, CompletionEvent.done)
        .where(CompletionEvent.person_id == person_id, CompletionEvent.item == str(item))
        .order_by(CompletionEvent.id)
    )
    events = [(str(item), (source, evidence), done) for source, evidence, done in rows]
    return rules.vouched_after(events).get(str(item), set())
