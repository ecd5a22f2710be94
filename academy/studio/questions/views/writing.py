"""A question is written."""

import io
from collections.abc import Collection

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from academy.assessment import commands, wording, yaml_questions
from academy.assessment.bank import queries
from academy.assessment.exchange import gift
from academy.assessment.exchange.carried import Body, Carried, TurnedAway, slug
from academy.kernel.amounts import amount
from academy.kernel.db import looking
from academy.kernel.i18n import NATIVE_NAMES, Sentence, in_language, language, say
from academy.kernel.web import page, see, tell
from academy.learning import queries as course
from academy.settings import settings
from academy.studio.questions import composing
from academy.studio.questions.composing import PARTS, ROWS, body_in
from academy.studio.questions.views.blueprint import TYPES, author, bp, lessons_of, titles_of_lessons, wording_of


@bp.get("/new/<kind>")
def write(kind: str) -> ResponseReturnValue:
    author()
    if kind not in TYPES:
        raise NotFound
    return _edit_page({"type": kind, "tags": [], "prompt": {}}, bank=request.args.get("bank", ""), key="")


@bp.get("/q/<bank>/<key>/edit")
def edit(bank: str, key: str) -> ResponseReturnValue:
    author()
    found = queries.question_for(bank, key)
    return _edit_page(found.current.body, bank=bank, key=key, seen=found.newest)


@bp.post("/new/<kind>")
def add(kind: str) -> ResponseReturnValue:
    return _saved(kind=kind)


@bp.post("/q/<bank>/<key>/edit")
def save(bank: str, key: str) -> ResponseReturnValue:
    return _saved(bank=bank, key=key)


def _saved(*, kind: str = "", bank: str = "", key: str = "") -> ResponseReturnValue:
    """`show` previews, `more` gives more rows, `fill` reads GIFT; otherwise it is stored."""
    person = author()
    base: Body = {}
    with looking():
        if key:
            found = queries.question_for(bank, key)
            base, kind = found.current.body, found.current.type
        elif kind not in TYPES:
            raise NotFound
        else:
            bank = request.form.get("bank", "")
        lessons, known = lessons_of(bank), bank in [module.slug for module in course.modules_and_units()] or bool(key)
        taken = queries.digests(bank) if not key else {}
    if "fill" in request.form:
        return _filled(kind, bank, key)
    body = body_in(request.form, kind, base)
    flaws = yaml_questions.flaws(body, settings().languages, lessons or [body.get("lesson", "")])
    serious = [flaw for flaw in flaws if flaw.serious]
    if not known:
        serious.append(
            yaml_questions.Flaw(("bank",), say("Choose the module that the question belongs to."), serious=True)
        )
    asked_to_store = "show" not in request.form and "more" not in request.form
    if serious or not asked_to_store:
        made = None if serious else _made(body)
        return _edit_page(
            body,
            bank=bank,
            key=key,
            seen=request.form.get("seen", ""),
            faults=serious if "more" not in request.form else [],
            advice=[flaw for flaw in flaws if not flaw.serious],
            made=made,
            status=422 if serious and asked_to_store else 200,
        )
    if not key:
        base_key = slug(next(iter(body["prompt"].values()))) or "question"
        key = next(free for n in range(1, 1000) if (free := base_key if n == 1 else f"{base_key}-{n}") not in taken)
    elif request.form.get("seen") != str(found.newest):
        changed = say("Somebody else changed this question in the meantime. Compare, then save again.")
        return _edit_page(
            body,
            bank=bank,
            key=key,
            seen=found.newest,
            faults=[yaml_questions.Flaw((), changed, serious=True)],
            status=409,
        )
    stored = commands.store_question(bank, key, body, sizes=_sizes_in(bank, body), by=person)
    tell(say("Saved as version %(n)s.", n=stored.n))
    return see(url_for(".question", bank=bank, key=key))


def _sizes_in(bank: str, body: Body) -> wording.Sizes:
    """Of the pictures of the module, if it shows any."""
    return course.sizes_of_pictures(bank) if "](media/" in str(body) else {}


def _filled(kind: str, bank: str, key: str) -> ResponseReturnValue:
    """The form with what a block of GIFT says."""
    code = request.form.get("gift-language", language())
    read = list(
        gift.read(
            io.BytesIO(request.form.get("gift", "").encode()), code if code in settings().languages else language()
        )
    )
    one = read[0] if len(read) == 1 else None
    if isinstance(one, Carried) and (one.body["type"] == kind or not key):
        return _edit_page(one.body, bank=bank, key=key, seen=request.form.get("seen", ""), notes=list(one.notes))
    reason: Sentence = (
        one.reason
        if isinstance(one, TurnedAway)
        else say("This is another type of question. Begin a new one with it.")
        if one
        else say("Paste one question. For many there is the import.")
    )
    base = body_in(request.form, kind, {})
    fault = yaml_questions.Flaw(("gift",), reason, serious=True)
    return _edit_page(base, bank=bank, key=key, seen=request.form.get("seen", ""), faults=[fault], status=422)


def _made(body: Body) -> list[wording.Wording]:
    """As learners will see it, in each language it has."""
    found = []
    for code in body["prompt"]:
        with in_language(code):
            shown = wording.shown(body)
        found.append(wording_of(body, shown, code))
    return found


def _edit_page(
    body: Body,
    *,
    bank: str,
    key: str,
    seen: object = "",
    faults: Collection[yaml_questions.Flaw] = (),
    advice: Collection[yaml_questions.Flaw] = (),
    made: list[wording.Wording] | None = None,
    notes: Collection[Sentence] = (),
    status: int = 200,
) -> Response:
    more = 2 if "more" in request.form else 1
    least = {"options": ROWS, "items": ROWS, "pairs": ROWS}
    rows = {name: max(least.get(name, 1), len(body.get(name, ())) + more) for name in PARTS.get(body["type"], ())}
    fields = composing.fields_of(body, rows, new=not key)
    wrong = composing.of_flaws([*faults], fields)
    return page(
        "studio/questions/edit.html",
        status=status,
        body=body,
        bank=bank,
        key=key,
        seen=seen,
        action=url_for(".save", bank=bank, key=key) if key else url_for(".add", kind=body["type"]),
        faults=wrong,
        wrong={field: sentence for field, _name, sentence in reversed(wrong)},
        advice=composing.of_flaws([*advice], fields),
        made=made,
        notes=notes,
        rows=rows,
        form=composing,
        showing="show" in request.form,
        gift=request.form.get("gift", "") if faults else "",
        amount=amount,
        names=NATIVE_NAMES,
        lessons=titles_of_lessons(bank),
        modules=[(one.slug, course.said(one.title, language()).text) for one in course.modules_and_units()],
        types=TYPES,
    )
