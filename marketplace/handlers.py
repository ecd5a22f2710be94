"""What follows from an event?"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from academy.accounts.events import AccountClosed
from academy.accounts.models import Role
from academy.accounts.queries import people_with_role
from academy.kernel.events import handles
from academy.kernel.markup import plain
from academy.kernel.subjects import Ref
from academy.kernel.web import external_address
from academy.notifications.commands import forget_news_about, notify
from academy.organisations.events import MemberLeft, OrganisationAbandoned
from academy.organisations.queries import member_ids_of, organisation_with_id
from marketplace import commands, queries, rules
from marketplace.events import (
    AddressShown,
    AgreementAccepted,
    AgreementAskedAfter,
    AgreementEnded,
    AgreementProposed,
    InterestAccepted,
    InterestDeclined,
    InterestEvent,
    InterestHandedOn,
    InterestLeftAlone,
    InterestReported,
    InterestShown,
    InterestWaits,
    InterestWithdrawn,
    IntroductionMade,
    ListingChanged,
    ListingClosed,
    ListingDrafted,
    ListingEvent,
    ListingExpiresSoon,
    ListingInTalks,
    ListingPaused,
    ListingPublished,
    ListingRenewed,
    ListingRested,
    ListingSentBack,
    ListingSubmitted,
    MatchesFound,
    MessageWritten,
    OutcomeConfirmed,
    OutcomeTold,
    SearchNews,
)
from marketplace.masking import masked
from marketplace.models import Interest, Listing, Outcome


@handles(OrganisationAbandoned)
def close_what_nobody_answers_for(event: OrganisationAbandoned) -> None:
    commands.close_for_want_of_people(event.organisation_id)
    commands.end_for_want_of_people(event.organisation_id)


@handles(MemberLeft)
def let_colleagues_go_on(event: MemberLeft) -> None:
    commands.hand_on_conversations(event.organisation_id, event.person_id)


@handles(AccountClosed)
def end_what_was_begun_alone(event: AccountClosed) -> None:
    for interest in queries.interests_of_person_alone(event.person_id):
        owners = member_ids_of(interest.listing.organisation_id)
        forget_news_about(Ref("interest", interest.key), owners, by=None)  # it names them
    commands.leave_conversations(event.person_id)


STEPS: dict[type[ListingEvent], str] = {
    ListingDrafted: "drafted",
    ListingChanged: "changed",
    ListingSubmitted: "submitted",
    ListingSentBack: "sent-back",
    ListingPublished: "published",
    ListingPaused: "paused",
    ListingRested: "rested",
    ListingInTalks: "in-talks",
    ListingExpiresSoon: "expires-soon",
    ListingRenewed: "renewed",
}


@handles(ListingEvent)
def keep_its_history(event: ListingEvent) -> None:
    what = event.outcome if isinstance(event, ListingClosed) else STEPS.get(type(event))
    if isinstance(event, ListingChanged) and not event.parts:
        return
    if what:
        parts = event.parts if isinstance(event, ListingChanged) else ()
        note = event.reason if isinstance(event, ListingSentBack) else ""
        commands.note_step(event.listing_id, what, event.by, parts=parts, note=note)


@handles(ListingSubmitted)
def ask_for_a_review(event: ListingSubmitted) -> None:
    if listing := _listing_in(event):
        moderators = [person.id for person in people_with_role(Role.MODERATOR)]
        name = listing.organisation.name
        _tell(moderators, "marketplace.review_wanted", listing, by=event.by, because="reviewer", organisation=name)


@handles(ListingPublished)
def say_that_it_is_public(event: ListingPublished) -> None:
    """To its people, where a moderator has published it; whoever published their own knows."""
    if (listing := _listing_in(event)) and event.by not in (members := member_ids_of(listing.organisation_id)):
        _tell(members, "marketplace.listing_published", listing, by=event.by)


@handles(ListingSentBack)
def say_what_has_to_change(event: ListingSentBack) -> None:
    if listing := _listing_in(event):
        members = member_ids_of(listing.organisation_id)
        _tell(members, "marketplace.listing_sent_back", listing, by=event.by, reason=event.reason)


@handles(ListingExpiresSoon)
def warn_of_expiry(event: ListingExpiresSoon) -> None:
    if (listing := _listing_in(event)) and listing.expires_at:
        members = member_ids_of(listing.organisation_id)
        until = listing.expires_at.date().isoformat()
        _tell(members, "marketplace.listing_expires", listing, by=None, page="marketplace.ask_renewal", until=until)


@handles(ListingClosed)
def say_that_it_has_expired(event: ListingClosed) -> None:
    if event.outcome == Outcome.EXPIRED and (listing := _listing_in(event)):
        _tell(member_ids_of(listing.organisation_id), "marketplace.listing_expired", listing, by=None)


@handles(ListingRested)
def ask_whether_it_holds(event: ListingRested) -> None:
    if listing := _listing_in(event):
        members = member_ids_of(listing.organisation_id)
        _tell(members, "marketplace.listing_rests", listing, by=None, page="marketplace.ask_renewal")


@handles(InterestShown)
def tell_of_interest(event: InterestShown) -> None:
    if interest := _interest_in(event):
        note = queries.messages_of(interest)[-1]
        _tell_about(
            interest,
            member_ids_of(interest.listing.organisation_id),
            "marketplace.interest_shown",
            by=event.by,
            excerpt=plain(note.body_html),
        )


@handles(InterestAccepted)
def tell_of_acceptance(event: InterestAccepted) -> None:
    if interest := _interest_in(event):
        _tell_about(interest, _those_who_wrote(interest), "marketplace.interest_accepted", by=event.by)


@handles(InterestDeclined)
def tell_of_refusal(event: InterestDeclined) -> None:
    if interest := _interest_in(event):
        _tell_about(interest, _those_who_wrote(interest), "marketplace.interest_declined", by=event.by)


@handles(InterestWithdrawn)
def tell_of_withdrawal(event: InterestWithdrawn) -> None:
    if interest := _interest_in(event):
        members = member_ids_of(interest.listing.organisation_id)
        _tell_about(interest, members, "marketplace.interest_withdrawn", by=event.by)


@handles(InterestLeftAlone)
def tell_that_nobody_is_left(event: InterestLeftAlone) -> None:
    if interest := _interest_in(event):
        left = organisation_with_id(event.organisation_id) if event.organisation_id else None
        people = _other_side(interest, event.organisation_id)
        _tell_about(
            interest,
            people,
            "marketplace.interest_left_alone",
            by=None,
            organisation=left.name if left else "",
            name="",
        )


@handles(InterestHandedOn)
def tell_that_others_go_on(event: InterestHandedOn) -> None:
    interest, organisation = _interest_in(event), organisation_with_id(event.organisation_id)
    if interest and organisation:
        people = _other_side(interest, event.organisation_id)
        _tell_about(
            interest, people, "marketplace.interest_handed_on", by=None, organisation=organisation.name, name=""
        )


def _other_side(interest: Interest, organisation_id: int | None) -> list[int]:
    """Who talks with this organisation; with somebody who wrote as themselves, where there is none."""
    if organisation_id == interest.listing.organisation_id:
        return _those_who_wrote(interest)
    return member_ids_of(interest.listing.organisation_id)


@handles(MessageWritten)
def relay_message(event: MessageWritten) -> None:
    """The text goes to the other side by mail too; no address goes with it, and what was written is not kept with the news."""
    interest, message = _interest_in(event), queries.message_with_id(event.message_id)
    if interest and message:
        owners, text = member_ids_of(interest.listing.organisation_id), plain(message.body_html)
        readers = _those_who_wrote(interest) if message.from_owner else owners
        _tell_about(
            interest,
            readers,
            "marketplace.message_written",
            by=event.by,
            excerpt=text if rules.shows_addresses(interest) else masked(text),
            author=_name_of(interest, owner=message.from_owner),
        )


@handles(InterestWaits)
def remind_of_interest(event: InterestWaits) -> None:
    if interest := _interest_in(event):
        _tell_about(interest, member_ids_of(interest.listing.organisation_id), "marketplace.interest_waits", by=None)


@handles(InterestReported)
def tell_moderators(event: InterestReported) -> None:
    if interest := _interest_in(event):
        moderators = [person.id for person in people_with_role(Role.MODERATOR)]
        about, desk = interest.listing, "marketplace.review"
        _tell(moderators, "marketplace.interest_reported", about, by=event.by, page=desk, because="reviewer")


@handles(AddressShown)
def tell_of_address(event: AddressShown) -> None:
    _tell_other_side(event, "marketplace.address_shown")


@handles(AgreementProposed)
def tell_of_proposal(event: AgreementProposed) -> None:
    _tell_other_side(event, "marketplace.agreement_proposed")


@handles(AgreementAccepted)
def tell_of_agreement(event: AgreementAccepted) -> None:
    _tell_other_side(event, "marketplace.agreement_accepted")


@handles(AgreementEnded)
def tell_of_end(event: AgreementEnded) -> None:
    _tell_other_side(event, "marketplace.agreement_ended")


@handles(OutcomeTold)
def tell_of_outcome(event: OutcomeTold) -> None:
    _tell_other_side(event, "marketplace.outcome_told")


@handles(OutcomeConfirmed)
def tell_of_confirmation(event: OutcomeConfirmed) -> None:
    _tell_other_side(event, "marketplace.outcome_confirmed")


@handles(AgreementAskedAfter)
def ask_how_it_goes(event: AgreementAskedAfter) -> None:
    if interest := _interest_in(event):
        both = {*_those_who_wrote(interest), *member_ids_of(interest.listing.organisation_id)}
        _tell_about(interest, sorted(both), "marketplace.agreement_asked", by=None)


@handles(IntroductionMade)
def introduce(event: IntroductionMade) -> None:
    """Each side reads of the other, with what the broker says."""
    need, offer = queries.listing_with_id(event.need_id), queries.listing_with_id(event.offer_id)
    if need and offer:
        for mine, theirs in ((need, offer), (offer, need)):
            _tell(
                member_ids_of(mine.organisation_id),
                "marketplace.introduction",
                theirs,
                by=event.by,
                mine=mine.title,
                organisation=theirs.organisation.name,
                text=event.note,
            )


@handles(SearchNews)
def tell_of_news(event: SearchNews) -> None:
    if search := queries.search_with_id(event.search_id):
        notify(
            [search.person_id],
            "marketplace.search_news",
            Ref("search", search.key),
            address=_path("marketplace.saved"),
            by=None,
            because="searcher",
            titles="\n".join(event.titles),
        )


@handles(MatchesFound)
def tell_of_matches(event: MatchesFound) -> None:
    if listing := _listing_in(event):
        members = member_ids_of(listing.organisation_id)
        _tell(members, "marketplace.matches_found", listing, by=None, number=event.number)


def _tell_other_side(event: InterestEvent, kind: str) -> None:
    if interest := _interest_in(event):
        owners, writers = member_ids_of(interest.listing.organisation_id), _those_who_wrote(interest)
        _tell_about(interest, writers if event.by in owners else owners, kind, by=event.by)


def _listing_in(event: ListingEvent) -> Listing | None:
    return queries.listing_with_id(event.listing_id)


def _interest_in(event: InterestEvent) -> Interest | None:
    return queries.interest_with_id(event.interest_id)


def _those_who_wrote(interest: Interest) -> list[int]:
    """The person, and the colleagues in whose name they wrote."""
    return [interest.person_id] if interest.organisation_id is None else member_ids_of(interest.organisation_id)


def _tell(people: Iterable[int], kind: str, listing: Listing, *, by: int | None, page: str = "", **facts: Any) -> None:
    notify(
        [person_id for person_id in people if person_id != by],
        kind,
        listing.ref,
        address=_path(page or "marketplace.show", slug=listing.slug),
        by=None,
        title=listing.title,
        **facts,
    )


def _tell_about(interest: Interest, people: Iterable[int], kind: str, *, by: int | None, **facts: Any) -> None:
    notify(
        [person_id for person_id in people if person_id != by],
        kind,
        Ref("interest", interest.key),
        address=_path("marketplace.interest", key=interest.key),
        by=None,
        because="conversation",
        title=interest.listing.title,
        **{"name": _name_of(interest), **facts},
    )


def _name_of(interest: Interest, *, owner: bool = False) -> str:
    """Of one of its two sides: an organisation keeps its name when the person who wrote for it leaves."""
    if owner:
        return interest.listing.organisation.name
    return interest.organisation.name if interest.organisation else interest.person.name


def _path(endpoint: str, **values: str) -> str:
    """The local path of a page; the worker, who answers no request, knows it too."""
    return urlsplit(external_address(endpoint, **values)).path
