"""How is a piece of news said, in the inbox and by mail?

The sentences of a kind are one text template of the feature: its first line is what the inbox shows and the subject of the message.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import parseaddr
from typing import Any, NamedTuple

from flask import render_template
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup, escape

from academy.accounts.models import Person
from academy.kernel.i18n import Sentence, in_language, say
from academy.kernel.subjects import Ref, is_known, subjects_seen_by
from academy.kernel.web import base_address, external_address, in_language_of
from academy.notifications import rules
from academy.notifications.models import Notification
from academy.settings import settings

_ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:)]")
_LEADS_TO = re.compile(rf"(?:([^\n]+):\s+)?({_ADDRESS.pattern})")


class Message(NamedTuple):
    """What `outbox.post` takes after the recipient."""

    subject: str
    text: str
    headers: dict[str, str]
    html: str


class Line(NamedTuple):
    """A piece of news as its reader sees it now."""

    item: Notification
    text: str
    reason: Sentence


def lines_for(person: Person, items: Iterable[Notification], *, only_new: bool = False) -> list[Line]:
    """In the language of the page. What this person may no longer see is left out: it was allowed when it was written.

    `only_new`: count what no message has told yet."""
    kept = [*items]
    refs = {ref for item in kept if (ref := Ref.parsed(item.subject)) and is_known(ref.kind)}
    seen = subjects_seen_by(person, refs)
    lines = []
    for item in kept:
        ref = Ref.parsed(item.subject)
        if ref in refs and ref not in seen:
            continue
        facts = {**item.facts, "title": seen[ref].title} if ref in seen and "title" in item.facts else item.facts
        count = item.count - item.mailed if only_new else item.count
        text = _written(item.kind, {"excerpt": "", **facts}, count).partition("\n")[0]
        lines.append(Line(item, text, rules.reason_of(item.kind, item.because)))
    return lines


Place = tuple[str, int]  # a Ref as text, and where in the thing
Reader = Callable[[Sequence[Place], Person], Mapping[Place, str]]

_readers: dict[str, Reader] = {}


def reads_out(kind: str) -> Callable[[Reader], Reader]:
    """Register who can give a few words of what stands at a place in a thing of this kind, as far as a person may read it now. They are
    not kept with the news: they would outlive the post."""

    def register(reader: Reader) -> Reader:
        _readers[kind] = reader
        return reader

    return register


def excerpts_of(items: Iterable[Notification], person: Person) -> dict[Place, str]:
    """Of the last of each piece of news; each reader is asked once."""
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for item in items:
        if item.last_no:
            places[item.subject.partition(":")[0]].append((item.subject, item.last_no))
    found: dict[Place, str] = {}
    for kind, some in places.items():
        if reader := _readers.get(kind):
            found.update(reader(some, person))
    return found


def message_to(person: Person, kind: str, about: Ref, no: int, facts: dict[str, Any], because: str) -> Message:
    """The message, in the person's language. Those about one thing stand in one thread."""
    group = rules.group_of(kind)
    stop = unsubscribe_address(person.id, group)
    whole = {**facts, "address": address_for(person, facts["address"])}
    with in_language(person.language):
        subject, _, text = _written(kind, whole, 1).partition("\n")
        foot = render_template(
            "notifications/mail/foot.txt",
            reason=rules.reason_of(kind, because),
            choose=external_address("notifications.choices", lang=person.language),
            stop=stop,
        ).strip()
        html = render_template(
            "notifications/mail/message.html",
            language=person.language,
            home=address_for(person, f"/{person.language}/"),
            subject=subject,
            body=_as_html(text.strip()),
            foot=_as_html(foot),
        )
    thread = f"<{about.kind}-{_plain(about.key)}@{_host()}>"
    own = f"<{about.kind}-{_plain(about.key)}.{no}.{person.id}@{_host()}>" if no else ""
    headers = list_headers(group, stop) | {"In-Reply-To": thread, "References": thread}
    return Message(subject, f"{text.strip()}\n\n-- \n{foot}\n", headers | ({"Message-ID": own} if own else {}), html)


def list_headers(name: str, stop: str) -> dict[str, str]:
    """RFC 2919, RFC 8058."""
    return {
        "List-Id": f"<{name}.{_host()}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def address_for(person: Person, path: str) -> str:
    return base_address(settings()) + in_language_of(person.language, path)


def unsubscribe_address(person_id: int, name: str) -> str:
    return base_address(settings()) + "/u/" + unsubscribe_token(person_id, name)


def unsubscribe_token(person_id: int, name: str) -> str:
    """Names a person and a list; it never expires, since old messages must still be stoppable."""
    return _signer().dumps([person_id, name])


def unsubscribe_facts(token: str) -> tuple[int, str] | None:
    try:
        person_id, name = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(person_id), str(name)


def _written(kind: str, facts: dict[str, Any], count: int) -> str:
    feature, _, name = kind.partition(".")
    return render_template(f"{feature}/notices/{name}.txt", **facts, count=count).strip()


def _as_html(text: str) -> Markup:
    """Paragraphs of plain text, with links where addresses stand. “Read it: https://…” becomes a link that reads “Read it”, an address
    that stands alone one that reads “Open the page”, where they lead here: what somebody wrote can't hide an address elsewhere."""
    paragraphs = (str(escape(part.strip())) for part in re.split(r"\n\s*\n", text) if part.strip())
    return Markup("".join(f"<p>{_linked(part)}</p>" for part in paragraphs))  # noqa: S704  # escaped


def _linked(part: str) -> str:
    if (lead := _LEADS_TO.fullmatch(part)) and lead[2].startswith(f"{base_address(settings())}/"):
        return f'<a href="{lead[2]}">{lead[1] or say("Open the page")}</a>'
    return _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', part).replace("\n", "<br>")


def _plain(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", key)


def _host() -> str:
    return parseaddr(settings().mail_from)[1].partition("@")[2] or "localhost"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="academy.unsubscribe")
