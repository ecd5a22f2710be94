"""How do two sides come to talk without seeing an address?"""

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import lock_row, session
from academy.kernel.events import publish
from academy.kernel.markup import Rendered
from academy.kernel.throttle import too_often
from academy.kernel.web import random_key
from marketplace import queries, rules
from marketplace.commands.finding import mine_of
from marketplace.events import (
    AddressShown,
    InterestAccepted,
    InterestBlocked,
    InterestDeclined,
    InterestHandedOn,
    InterestLeftAlone,
    InterestReported,
    InterestShown,
    InterestWaits,
    InterestWithdrawn,
    MessageWritten,
    ReportSettled,
)
from marketplace.models import (
    Interest,
    InterestState,
    Listing,
    Message,
    Report,
)


def show_interest(
    listing: Listing,
    note: str,
    written: Rendered,
    *,
    by: Person,
    organisation_id: int | None = None,
    with_listing: Listing | None = None,
) -> Interest:
    """Write to the people of a listing through the platform. Whoever has done so already gets the same conversation."""
    mine = mine_of(by)
    now = clock.now()
    lock_row(listing)
    known = queries.interest_from(by, listing)
    if known is not None and known.state in (InterestState.WAITING, InterestState.ACCEPTED):
        return known
    require(rules.may_show_interest(by, listing, mine, known, now=now))
    require(rules.not_blocked(queries.is_blocked(by, listing, mine)))
    require(rules.note_is_fit(note))
    if organisation_id is not None:
        require(rules.may_speak_for(by, organisation_id, mine))
    most, per = rules.INTERESTS_PER_DAY
    require(rules.not_too_often(too_often(f"interest:{by.id}", most=most, per=per)))
    interest = known or Interest(key=random_key(12), listing_id=listing.id, person_id=by.id, created_at=now)
    interest.state, interest.organisation_id, interest.answered_at = InterestState.WAITING, organisation_id, None
    if with_listing is not None and with_listing.organisation_id in mine and with_listing.kind != listing.kind:
        interest.with_listing_id = with_listing.id
    session.add(interest)
    session.flush()
    _add_message(interest, note, written, from_owner=False, key=random_key(20), by=by)
    publish(InterestShown(by=by.id, interest_id=interest.id))
    return interest


def accept_interest(interest: Interest, *, by: Person) -> None:
    """From now on the two sides can write to each other."""
    lock_row(interest)
    require(rules.may_answer(by, interest, mine_of(by)))
    interest.state, interest.answered_at = InterestState.ACCEPTED, clock.now()
    publish(InterestAccepted(by=by.id, interest_id=interest.id))


def decline_interest(interest: Interest, *, by: Person) -> None:
    lock_row(interest)
    require(rules.may_answer(by, interest, mine_of(by)))
    interest.state, interest.answered_at = InterestState.DECLINED, clock.now()
    publish(InterestDeclined(by=by.id, interest_id=interest.id))


def withdraw_interest(interest: Interest, *, by: Person) -> None:
    """The side that wrote first changes its mind."""
    lock_row(interest)
    require(rules.may_withdraw(by, interest, mine_of(by)))
    interest.state, interest.answered_at = InterestState.WITHDRAWN, clock.now()
    publish(InterestWithdrawn(by=by.id, interest_id=interest.id))


def end_for_want_of_people(organisation_id: int, *, by: None = None) -> None:
    """Nobody is left to answer for this organisation: its conversations end, and the other side is told."""
    require(rules.may_expire(by))
    for interest in queries.interests_of_organisation(organisation_id):
        interest.state, interest.answered_at = InterestState.WITHDRAWN, clock.now()
        publish(InterestLeftAlone(by=None, interest_id=interest.id, organisation_id=organisation_id))
    for message in queries.messages_kept_for(organisation_id):
        message.body = message.body_html = ""


def hand_on_conversations(organisation_id: int, person_id: int, *, by: None = None) -> None:
    """Somebody no longer writes for an organisation: its conversations go on with the others. The address that they showed is theirs, so
    it is hidden again until a colleague shows one, and the other side is told."""
    require(rules.may_expire(by))
    for interest in queries.interests_written_in(organisation_id, person_id):
        _hide_address_of(person_id, interest)
        publish(InterestHandedOn(by=None, interest_id=interest.id, organisation_id=organisation_id))


def leave_conversations(person_id: int, *, by: None = None) -> None:
    """Before somebody leaves the platform: what they began as themselves ends, and what they wrote goes, except for what an organisation
    that others belong to has said through them."""
    require(rules.may_expire(by))
    for interest in queries.interests_of_person_alone(person_id):
        if interest.state in (InterestState.WAITING, InterestState.ACCEPTED):
            interest.state, interest.answered_at = InterestState.WITHDRAWN, clock.now()
            publish(InterestLeftAlone(by=None, interest_id=interest.id, organisation_id=None))
    for interest in queries.interests_with_address_of(person_id):
        _hide_address_of(person_id, interest)
    for message in queries.messages_of_nobody_else(person_id):
        message.body = message.body_html = ""


def _hide_address_of(person_id: int, interest: Interest) -> None:
    if interest.address_of_owner_id == person_id:
        interest.address_of_owner_id = None
    if interest.address_of_sender_id == person_id:
        interest.address_of_sender_id = None


def write_message(interest: Interest, body: str, written: Rendered, *, key: str, by: Person) -> Message:
    """`key` came with the form: the same form sent twice is one message."""
    lock_row(interest)
    mine = mine_of(by)
    if (sent := queries.message_sent_with(key)) is not None and sent.interest_id == interest.id:
        return sent
    require(rules.may_write(by, interest, mine))
    most, per = rules.MESSAGES_PER_HOUR
    require(rules.not_too_often(too_often(f"message:{by.id}", most=most, per=per)))
    message = _add_message(
        interest, body, written, from_owner=rules.is_from_owner(interest, mine), key=key[:40] or random_key(20), by=by
    )
    publish(MessageWritten(by=by.id, interest_id=interest.id, message_id=message.id))
    return message


def _add_message(
    interest: Interest, body: str, written: Rendered, *, from_owner: bool, key: str, by: Person
) -> Message:
    message = Message(
        interest_id=interest.id,
        author_id=by.id,
        from_owner=from_owner,
        key=key,
        body=body,
        body_html=written.html,
        body_version=written.version,
        at=clock.now(),
    )
    session.add(message)
    session.flush()
    return message


def show_address(interest: Interest, *, by: Person) -> None:
    """Let the other side have the own address. It is shown once both have done so."""
    lock_row(interest)
    mine = mine_of(by)
    require(rules.may_write(by, interest, mine))
    if rules.is_from_owner(interest, mine):
        interest.address_of_owner_id = by.id
    else:
        interest.address_of_sender_id = by.id
    publish(AddressShown(by=by.id, interest_id=interest.id))


def block_interest(interest: Interest, *, by: Person) -> None:
    """Hear no more from the other side: the conversation ends, and neither can begin another."""
    lock_row(interest)
    require(rules.may_block(by, interest, mine_of(by)))
    interest.blocked, interest.state, interest.answered_at = True, InterestState.WITHDRAWN, clock.now()
    publish(InterestBlocked(by=by.id, interest_id=interest.id))


def report_interest(interest: Interest, reason: str, *, by: Person) -> None:
    """Moderators are told who and why; they do not see what was written."""
    mine = mine_of(by)
    require(rules.may_report(by, interest, mine, reason=reason))
    most, per = rules.REPORTS_PER_DAY
    require(rules.not_too_often(too_often(f"report:{by.id}", most=most, per=per)))
    session.add(
        Report(
            interest_id=interest.id,
            person_id=by.id,
            by_owner=rules.is_from_owner(interest, mine),
            reason=reason.strip(),
            at=clock.now(),
        )
    )
    publish(InterestReported(by=by.id, interest_id=interest.id))


def settle_report(report: Report, *, by: Person) -> None:
    require(rules.may_review(by))
    if report.settled_at is None:
        report.settled_at = clock.now()
        publish(ReportSettled(by=by.id, interest_id=report.interest_id))


def remind_of_interests(*, by: None = None) -> None:
    """Who has waited five days for an answer is brought to mind once."""
    require(rules.may_expire(by))
    now = clock.now()
    for interest in queries.interests_that_wait(now=now):
        interest.reminded_at = now
        publish(InterestWaits(by=None, interest_id=interest.id))
