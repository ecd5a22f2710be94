"""How does a browser agree on something with the other side, and say what came of it?"""

from collections.abc import Callable

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from academy.accounts.models import Person
from academy.accounts.viewer import member
from academy.kernel.i18n import Sentence, say
from academy.kernel.web import see, submitted, tell
from marketplace import commands, queries, rules
from marketplace.forms import AgreementForm, EndForm, OutcomeForm
from marketplace.models import Agreement, Interest
from marketplace.views.blueprint import bp
from marketplace.views.contact import interest_page
from marketplace.views.pages import mine_of


@bp.post("/interest/<key>/agreement")
def propose(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(AgreementForm)
    valid = form.validate()
    mine = mine_of(person)
    found = queries.interest_seen_by(person, key, mine)
    promises = form.promises(from_owner=rules.is_from_owner(found, mine))
    if valid and form.carries(lambda: commands.propose_agreement(found, form.purpose.data or "", promises, by=person)):
        tell(say("Proposed. It holds when they agree."))
        return _back(key)
    return interest_page(found, mine, proposing=form, status=422)


def _on_agreement(key: str, command: Callable[[Agreement, Person], object], sentence: Sentence) -> ResponseReturnValue:
    person = member()
    command(_agreement_in(queries.interest_seen_by(person, key, mine_of(person))), person)
    tell(sentence)
    return _back(key)


@bp.post("/interest/<key>/agreement/accept")
def agree(key: str) -> ResponseReturnValue:
    return _on_agreement(key, lambda one, by: commands.accept_agreement(one, by=by), say("Agreed. Good luck to both."))


@bp.post("/interest/<key>/agreement/kept")
def keep_pledge(key: str) -> ResponseReturnValue:
    pledge = request.form.get("pledge", type=int) or 0
    return _on_agreement(key, lambda one, by: commands.keep_pledge(one, pledge, by=by), say("Noted as done."))


@bp.post("/interest/<key>/agreement/end")
def end_agreement(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(EndForm)
    valid = form.validate()
    mine = mine_of(person)
    found = queries.interest_seen_by(person, key, mine)
    if valid and form.carries(lambda: commands.end_agreement(_agreement_in(found), form.why.data or "", by=person)):
        tell(say("Noted. Thank you for saying so."))
        return _back(key)
    return interest_page(found, mine, ending=form, status=422)


@bp.post("/interest/<key>/outcome")
def tell_outcome(key: str) -> ResponseReturnValue:
    person = member()
    form = submitted(OutcomeForm)
    valid = form.validate()
    mine = mine_of(person)
    found = queries.interest_seen_by(person, key, mine)

    def save() -> None:
        commands.tell_outcome(
            _agreement_in(found),
            form.result.data or "",
            form.people.data,
            form.goals.data or [],
            form.evidence.data or "",
            by=person,
        )

    if valid and form.carries(save):
        tell(say("Written down. It counts when they confirm it."))
        return _back(key)
    return interest_page(found, mine, telling=form, status=422)


@bp.post("/interest/<key>/outcome/confirm")
def confirm_outcome(key: str) -> ResponseReturnValue:
    done = say("Confirmed by both sides. Thank you.")
    return _on_agreement(key, lambda one, by: commands.confirm_outcome(one, by=by), done)


def _agreement_in(found: Interest) -> Agreement:
    agreement = queries.agreement_of(found)
    if agreement is None:
        raise NotFound
    return agreement


def _back(key: str) -> ResponseReturnValue:
    return see(url_for(".interest", key=key, _anchor="agreement"))
