"""How does a browser agree on something with the other side, and say what came of it?"""

from flask import request
from flask.typing import ResponseReturnValue

from academy.accounts.models import Person
from academy.kernel.i18n import say
from marketplace import commands, rules
from marketplace.forms import AgreementForm, EndForm, OutcomeForm
from marketplace.models import Interest
from marketplace.views.blueprint import bp
from marketplace.views.conversation import agreement_in, filled_in, pressed
from marketplace.views.pages import mine_of

PART = "agreement"  # of the page


@bp.post("/interest/<key>/agreement")
def propose(key: str) -> ResponseReturnValue:
    def save(found: Interest, form: AgreementForm, by: Person) -> None:
        promises = form.promises(from_owner=rules.is_from_owner(found, mine_of(by)))
        commands.propose_agreement(found, form.purpose.data or "", promises, by=by)

    done = say("Proposed. It holds when they agree.")
    return filled_in(key, AgreementForm, "proposing", save, done, part=PART)


@bp.post("/interest/<key>/agreement/accept")
def agree(key: str) -> ResponseReturnValue:
    done = say("Agreed. Good luck to both.")
    return pressed(key, lambda one, by: commands.accept_agreement(agreement_in(one), by=by), done, part=PART)


@bp.post("/interest/<key>/agreement/kept")
def keep_pledge(key: str) -> ResponseReturnValue:
    pledge = request.form.get("pledge", type=int) or 0
    done = say("Noted as done.")
    return pressed(key, lambda one, by: commands.keep_pledge(agreement_in(one), pledge, by=by), done, part=PART)


@bp.post("/interest/<key>/agreement/end")
def end_agreement(key: str) -> ResponseReturnValue:
    def save(found: Interest, form: EndForm, by: Person) -> None:
        commands.end_agreement(agreement_in(found), form.why.data or "", by=by)

    return filled_in(key, EndForm, "ending", save, say("Noted. Thank you for saying so."), part=PART)


@bp.post("/interest/<key>/outcome")
def tell_outcome(key: str) -> ResponseReturnValue:
    def save(found: Interest, form: OutcomeForm, by: Person) -> None:
        result, evidence = form.result.data or "", form.evidence.data or ""
        commands.tell_outcome(agreement_in(found), result, form.people.data, form.goals.data or [], evidence, by=by)

    return filled_in(key, OutcomeForm, "telling", save, say("Written down. It counts when they confirm it."), part=PART)


@bp.post("/interest/<key>/outcome/confirm")
def confirm_outcome(key: str) -> ResponseReturnValue:
    done = say("Confirmed by both sides. Thank you.")
    return pressed(key, lambda one, by: commands.confirm_outcome(agreement_in(one), by=by), done, part=PART)
