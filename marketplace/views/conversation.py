"""What do a conversation and an agreement have in common: one page, its forms and its buttons?"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel import clock
from academy.kernel.forms import Form
from academy.kernel.i18n import Sentence
from academy.kernel.web import page, random_key, see, submitted, tell
from marketplace import queries, rules, vocabulary
from marketplace.forms import AgreementForm, EndForm, MessageForm, OutcomeForm, ReportForm
from marketplace.masking import masked_html
from marketplace.models import Agreement, Interest, InterestState, Listing, Message, Outcome, State
from marketplace.views.pages import dressing, mine_of

F = TypeVar("F", bound=Form)


def pressed(
    key: str, command: Callable[[Interest, Person], object], sentence: Sentence, *, part: str | None = None
) -> ResponseReturnValue:
    """A button: do it, say so, and show the conversation again."""
    person = member()
    command(queries.interest_seen_by(person, key, mine_of(person)), person)
    tell(sentence)
    return _back(key, part)


def filled_in(
    key: str,
    kind: type[F],
    name: str,
    command: Callable[[Interest, F, Person], object],
    sentence: Sentence | None,
    *,
    part: str | None = None,
) -> ResponseReturnValue:
    """A form: do it, or show the page again with its errors and all that was typed. `name`: as `interest_page` calls it."""
    person = member()
    form = submitted(kind)
    valid = form.validate()
    mine = mine_of(person)
    found = queries.interest_seen_by(person, key, mine)
    if valid and form.carries(lambda: command(found, form, person)):
        if sentence is not None:
            tell(sentence)
        return _back(key, part)
    return interest_page(found, mine, status=422, **{name: form})


def _back(key: str, part: str | None) -> ResponseReturnValue:
    return see(url_for(".interest", key=key, _anchor=part))


def agreement_in(found: Interest) -> Agreement:
    agreement = queries.agreement_of(found)
    if agreement is None:
        raise NotFound
    return agreement


def interest_page(
    found: Interest,
    mine: set[int],
    *,
    status: int = 200,
    **wrong: Form,
) -> ResponseReturnValue:
    """`wrong`: the one form that could not be carried out, by its name on the page."""
    person = member()
    agreement = queries.agreement_of(found)
    messages = queries.messages_and_whether_their_authors_remain(found)
    forms: dict[str, Form] = {
        "form": MessageForm(data={"key": random_key(20)}),
        "proposing": AgreementForm(),
        "ending": EndForm(),
        "telling": OutcomeForm(data=_told(agreement)),
        "reporting": ReportForm(),
        **wrong,
    }
    return page(
        "marketplace/interest.html",
        status=status,
        interest=found,
        ours=rules.is_from_owner(found, mine),
        shown={one.id for one in (found.listing, found.with_listing) if one and _may_read(one, person, mine)},
        is_over=_is_over(found.listing),
        messages=[(one, _shown(found, one)) for one, _there in messages],
        handed_on=_handed_on(found, {one.from_owner for one, there in messages if not there}),
        agreement=agreement,
        addresses=queries.addresses_in(found),
        **forms,
        wrong=next(iter(wrong.values()), None),
        may_answer=rules.may_answer(person, found, mine),
        may_write=rules.may_write(person, found, mine),
        may_withdraw=rules.may_withdraw(person, found, mine),
        may_agree=agreement is not None and rules.may_accept_agreement(person, agreement, mine),
        may_go_on=agreement is not None and rules.may_go_on(person, agreement, mine),
        may_confirm=agreement is not None and rules.may_confirm_outcome(person, agreement, mine),
        **dressing(),
    )


def _may_read(listing: Listing, person: Person, mine: set[int]) -> bool:
    return listing.organisation_id in mine or rules.is_shown(listing, person, now=clock.now())


def _is_over(listing: Listing) -> Sentence | None:
    """How the post that it is about has ended; the conversation goes on."""
    if listing.state == State.CLOSED or rules.has_expired(listing, now=clock.now()):
        return vocabulary.OUTCOMES[listing.outcome or Outcome.EXPIRED]
    return None


def _handed_on(found: Interest, sides: set[bool]) -> list[str]:
    """The organisations whose people go on in place of somebody who has left them. `sides`: True for that of the listing."""
    if found.state not in (InterestState.WAITING, InterestState.ACCEPTED):
        return []
    both = {True: found.listing.organisation, False: found.organisation}
    return [one.name for side in sorted(sides) if (one := both[side]) is not None]


def _shown(found: Interest, message: Message) -> Markup:
    """Without addresses, until both sides show theirs; what was stored was cleaned when it was saved."""
    return message.written if rules.shows_addresses(found) else Markup(masked_html(message.body_html))  # noqa: S704


def _told(agreement: Agreement | None) -> dict[str, Any]:
    """What stands in the form: what the two, or their needs, have said so far."""
    if agreement is None:
        return {}
    return {
        "result": agreement.result,
        "people": agreement.people_reached,
        "goals": agreement.goals or agreement.interest.listing.goals,
        "evidence": agreement.evidence,
    }
