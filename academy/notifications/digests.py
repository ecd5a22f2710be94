"""What stands in a digest? One message for the whole platform, grouped by where it happened, in the person's language."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from academy.kernel.i18n import Sentence, in_language, say_number
from academy.kernel.web import external_address
from academy.notifications import rules
from academy.notifications.models import Announcement, Inbox, Notification, Rhythm
from academy.notifications.notices import (
    Message,
    address_for,
    excerpts_of,
    lines_for,
    list_headers,
    unsubscribe_address,
)


@dataclass(frozen=True)
class Entry:
    text: str
    address: str
    excerpt: str = ""


@dataclass(frozen=True)
class Section:
    title: Sentence
    entries: list[Entry]


def digest_for(
    inbox: Inbox, items: Sequence[Notification], announced: Sequence[Announcement], *, slower: bool
) -> Message | None:
    """None where nothing is left that this person may see. `slower`: from now on there are fewer, and it says so."""
    person = inbox.person
    stop = unsubscribe_address(person.id, rules.DIGEST)
    with in_language(person.language):
        by_group: defaultdict[str, list[Entry]] = defaultdict(list)
        lines = lines_for(person, items, only_new=True)
        excerpts = excerpts_of([line.item for line in lines], person)
        for line in lines:
            address = address_for(person, str(line.item.facts.get("address", "")))
            entry = Entry(line.text, address, excerpts.get((line.item.subject, line.item.last_no), ""))
            by_group[rules.group_of(line.item.kind)].append(entry)
        sections = [Section(title, by_group[group]) for group, title in rules.GROUPS.items() if group in by_group]
        news = [
            Entry(
                item.said_in(person.language)[1],
                external_address("notifications.announcement", lang=person.language, announcement_id=item.id),
            )
            for item in announced
        ]
        many = len(news) + sum(len(section.entries) for section in sections)
        if not many:
            return None
        subject = str(say_number("One thing is new for you", "%(num)s things are new for you", many))
        facts = {
            "language": person.language,
            "subject": subject,
            "home": address_for(person, f"/{person.language}/"),
            "name": person.name,
            "sections": sections,
            "news": news,
            "slower": slower,
            "stopped": inbox.rhythm is Rhythm.OFF,
            "rhythm": rules.RHYTHMS[inbox.rhythm],
            "choose": external_address("notifications.choices", lang=person.language),
            "stop": stop,
        }
        text = render_template("notifications/mail/digest.txt", **facts).strip() + "\n"
        html = render_template("notifications/mail/digest.html", **facts)
    return Message(subject, text, list_headers(rules.DIGEST, stop), html)
