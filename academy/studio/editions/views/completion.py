"""What does the course ask for, and what would a change do?"""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.viewer import member
from academy.kernel.access import require
from academy.kernel.i18n import language, say
from academy.kernel.web import page, see, submitted, tell
from academy.learning.editions import commands, queries, rules
from academy.learning.queries import said
from academy.studio.editions import glance as glancing
from academy.studio.editions.forms import RulesForm
from academy.studio.editions.views.blueprint import bp


@bp.get("/rules")
def completion() -> ResponseReturnValue:
    require(rules.may_publish_rules(by=member()))
    _number, asked = queries.current_rules()
    return _rules_page(_rules_form(RulesForm.about(asked)))


@bp.post("/rules")
def send_completion() -> ResponseReturnValue:
    """First a preview of what it would do to whom; the second button publishes."""
    person = member()
    require(rules.may_publish_rules(by=person))
    form = _rules_form(submitted(RulesForm))
    if not form.validate():
        return _rules_page(form, status=422)
    wanted = form.wanted()
    if "publish" in request.form:
        if form.carries(lambda: commands.publish_rules(wanted, because=form.because.data or "", by=person)):
            tell(say("Published. What was earned stays; everybody's figure says the new state."))
            return see(url_for(".completion"))
        return _rules_page(form, preview=queries.preview_of(wanted), status=422)
    fits = rules.rules_fit(wanted, "-")
    if not fits:
        form[fits.field].errors = [str(fits.refusal)]
        return _rules_page(form, status=422)
    return _rules_page(form, preview=queries.preview_of(wanted))


def _rules_form(form: RulesForm) -> RulesForm:
    form.optional.choices = glancing.choices_of_parts()
    return form


def _rules_page(form: RulesForm, *, preview: queries.Preview | None = None, status: int = 200) -> ResponseReturnValue:
    return page(
        "studio/editions/rules.html",
        status=status,
        form=form,
        preview=preview,
        history=queries.rules_history(),
        titles={module.slug: said(module.title, language()).text for module in queries.modules_to_choose()},
    )
