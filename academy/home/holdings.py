"""What do we keep about a person, why, and what becomes of it?

The privacy page shows these rows. What happens when an account is closed is not written here: it is read from what each table
declares, so that the page can't promise something else. A test demands a row for every table with personal data.
"""

from dataclasses import dataclass

from academy.kernel.i18n import Sentence, say
from academy.kernel.privacy import BLANK, DELETE, KEEP, Personal, tables_with_privacy

AFTER_CLOSING = {
    DELETE: say("erased"),
    BLANK: say("what is personal in it goes, the rest stays"),
    KEEP: say("stays, without your name"),
}
UNTIL_CLOSING = say("as long as your account")


@dataclass(frozen=True)
class Holding:
    tables: tuple[str, ...]
    what: Sentence
    why: Sentence
    how_long: Sentence = UNTIL_CLOSING
    after_closing: tuple[Sentence, ...] = ()


_WRITTEN = (
    Holding(
        ("people", "roles_held", "profile_facts"),
        say(
            "Your account: name, e-mail address, what you tell about yourself, language, time zone, roles, and a scrambled form of your password"
        ),
        say("So that you can sign in, others can call you by name, and pages are in your language and time."),
    ),
    Holding(
        ("sign_ins", "outside_identities"),
        say("Sign-ins: with which browser, when, and when last seen; and which account elsewhere signs you in"),
        say("So that you stay signed in, and can end what you don't recognise."),
    ),
    Holding(
        ("completions", "completion_events", "reading_places"),
        say("Your progress: which parts of the course you have done and when, and where you stopped reading"),
        say("So that you can go on where you left off."),
    ),
    Holding(
        ("notes",),
        say("Your notes below the boxes to think about"),
        say("So that you find them again. Nobody else reads them."),
    ),
    Holding(
        ("portfolio_items", "portfolio_comments"),
        say(
            "Your portfolio: what you made in the activities, whom you show it to, and what your trainers say of it. For trainers: what you "
            "said of the pieces of others, which stays with these without your name"
        ),
        say("So that you keep it, and can show it to your trainers or to everybody."),
    ),
    Holding(
        ("portfolio_reports",),
        say("Your reports of pieces that others have published"),
        say("So that moderators can look at them and tell you what they decided, and you can object."),
        say("as long as the piece"),
    ),
    Holding(
        ("files",),
        say("Files that you sent and keep for yourself or show to others"),
        say("So that they are there where you put them. The content goes within two days after the row."),
    ),
    Holding(
        ("seats", "presences", "presence_changes"),
        say(
            "Your seats and attendance: what you signed up for, whether you were there and for how long, and corrections"
        ),
        say("So that there is a seat for you, and being there counts."),
    ),
    Holding(
        ("enrolments", "session_trainers"),
        say(
            "Your enrolments: which editions you follow or followed, and how far you have come; sessions that you teach"
        ),
        say("So that you learn together with others, and whoever runs the edition can help."),
    ),
    Holding(
        ("invitations",),
        say("For coordinators: addresses that you invited to an edition and that have not joined"),
        say("So that who joins is enrolled. Forgotten after 60 days."),
    ),
    Holding(
        ("group_messages", "completion_rules"),
        say("Messages that you wrote to the people of an edition, and rules of the course that you published"),
        say("So that those who got them know from whom they are."),
        say("as long as the course"),
    ),
    Holding(
        ("attempts", "attempt_steps", "challenges", "time_allowances"),
        say(
            "Your quizzes: every answer as you gave it, the result, questions that you challenged, and more time where you need it"
        ),
        say("So that no answer is lost, you can review them, and bad questions are found."),
    ),
    Holding(
        ("topics", "posts"),
        say("What you wrote in the community"),
        say("Because you published it. Without it the answers of others would hang in the air."),
        say("as long as the community"),
    ),
    Holding(
        (
            "post_revisions",
            "mentions",
            "topic_people",
            "space_people",
            "space_members",
            "blocks",
            "useful_votes",
            "standings",
            "experiences",
            "drafts",
        ),
        say(
            "Around it: earlier versions of your posts, where you were called by name, what you follow, have read and found useful"
        ),
        say("So that edits can be followed, and you are told what is new for you and nothing else."),
    ),
    Holding(
        ("flags", "reviews", "decisions", "appeals"),
        say("Posts that you reported to the moderators, and your reason"),
        say("So that somebody looks at them and can answer you."),
        say("as long as the community"),
    ),
    Holding(
        ("memberships",),
        say("The organisations that you speak for"),
        say("So that you can post for them, and others see who does."),
    ),
    Holding(
        ("membership_invitations",),
        say(
            "Invitations to speak for an organisation: your address, who sent it, and whether you accepted; and addresses that you invited"
        ),
        say("So that you can join your colleagues, and nobody else in your place."),
        say("44 days"),
    ),
    Holding(
        ("listings", "listing_steps", "listing_pairs_declined", "listing_searches"),
        say(
            "Needs and offers that you wrote for an organisation and what became of them, matches that you declined, and searches that you saved"
        ),
        say("They speak for the organisation, which keeps them. A declined match is not shown again."),
        say("as long as the organisation keeps them"),
    ),
    Holding(
        ("listing_interests", "listing_messages", "listing_agreements", "listing_introductions", "listing_reports"),
        say(
            "Interest that you showed in needs and offers, the messages about it, what was agreed, introductions and reports"
        ),
        say(
            "So that the two sides can talk without knowing each other's address. What you wrote as yourself goes with your account; what "
            "you wrote for an organisation stays with its people, without your name."
        ),
    ),
    Holding(
        ("notifications", "inboxes", "delivery_choices", "announcements"),
        say("Your inbox, and what you don't want by mail"),
        say("So that you hear what concerns you, and only in the way you want."),
    ),
    Holding(
        ("outgoing_messages",),
        say("Mail to you: address, subject, text, and whether it was sent"),
        say("So that it is sent once, and again when the mail server was away."),
        say("30 days after sending"),
    ),
    Holding(
        ("unit_versions", "unit_drafts", "guide_versions", "question_versions"),
        say("For trainers: that you wrote a version or a draft of a lesson, or a question"),
        say("So that it can be seen who changed what."),
        say("as long as the course"),
    ),
    Holding(
        ("audit_records",),
        say("The trail of changes: what was done, when, and by which account number"),
        say("So that faults and misuse can be cleared up."),
        say("as long as the site"),
    ),
)


def holdings() -> list[Holding]:
    """The rows, each with what its tables declare about the closing of an account."""
    declared = {model.__tablename__: privacy for model, privacy in tables_with_privacy()}
    return [
        Holding(
            row.tables,
            row.what,
            row.why,
            row.how_long,
            tuple(
                dict.fromkeys(
                    AFTER_CLOSING[privacy.on_erasure]
                    for table in row.tables
                    if isinstance(privacy := declared.get(table), Personal)
                )
            ),
        )
        for row in _WRITTEN
    ]
