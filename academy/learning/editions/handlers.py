"""What follows here from what happened elsewhere?"""

from academy.accounts.events import AddressConfirmed, PersonSignedUp
from academy.attendance.events import PresenceNoted, SeatTaken
from academy.attendance.models import PresenceState
from academy.community import commands as forum
from academy.community.models import SpaceKind, Visibility
from academy.community.queries import space_about
from academy.kernel import jobs
from academy.kernel.events import handles
from academy.kernel.i18n import in_language, say
from academy.kernel.subjects import Ref
from academy.learning.editions import commands, queries
from academy.learning.editions.events import (
    EditionEnded,
    LearnerEnrolled,
    LearnerLeft,
    SessionCancelled,
    SessionChanged,
)
from academy.learning.events import CourseImported, PartCompleted, PartsChanged, PartTakenBack, TextPublished
from academy.notifications.commands import notify


@handles(AddressConfirmed)
def who_was_invited_is_enrolled(event: AddressConfirmed) -> None:
    """Once the address is known to be theirs."""
    _follow_invitations(event.person_id)


@handles(PersonSignedUp)
def who_is_vouched_for_is_enrolled_at_once(event: PersonSignedUp) -> None:
    """An account from elsewhere brings an address that is confirmed already."""
    _follow_invitations(event.person_id)


def _follow_invitations(person_id: int) -> None:
    (person,) = queries.people_with_ids([person_id])
    if person.confirmed_at is not None:
        commands.follow_invitations(person, by=None)


@handles(PartCompleted)
def who_learns_follows_an_edition(event: PartCompleted) -> None:
    commands.begin(event.person_id, by=None)
    commands.recompute(event.person_id, by=None)


@handles(PartTakenBack)
def figures_follow(event: PartTakenBack) -> None:
    commands.recompute(event.person_id, by=None)


@handles(PresenceNoted)
def being_there_counts(event: PresenceNoted) -> None:
    """At once where the person checks in themselves; for a whole sheet the worker does it."""
    if event.about_kind != "session":
        return
    if event.state == PresenceState.PRESENT:
        forum.recognise_member(event.person_id, because=Ref("session", event.about_key), by=None)
    if event.by == event.person_id:
        commands.count_presence(event.person_id, event.about_key, anew=True, by=None)
    else:
        jobs.defer("learning.count_presence", person_id=event.person_id, key=event.about_key)


@handles(SeatTaken)
def who_waited_is_enrolled_and_told(event: SeatTaken) -> None:
    if not event.promoted:
        return
    if event.about_kind == "edition":
        edition, _who = queries.edition_and_standing(None, event.about_key)
        commands.enrol_from_waiting_list(edition, event.person_id, by=None)
        about, title = edition.ref, edition.title
    elif event.about_kind == "session" and (one := queries.session_with_key(event.about_key)):
        edition, about, title = one.edition, one.ref, f"{one.title}, {one.edition.title}"
    else:
        return
    notify(
        [event.person_id],
        "learning.promoted",
        about,
        address=f"/en/editions/{edition.slug}",
        by=None,
        title=title,
        funding=edition.funding,
    )


@handles(SessionChanged)
def who_comes_hears_that_it_moves(event: SessionChanged) -> None:
    if event.moved:
        jobs.defer("learning.tell_session", key=event.session, kind="session_changed")


@handles(SessionCancelled)
def who_comes_hears_that_it_is_off(event: SessionCancelled) -> None:
    jobs.defer("learning.tell_session", key=event.session, kind="session_cancelled")


@handles(CourseImported)
def there_is_an_online_edition(event: CourseImported) -> None:
    with in_language("en"):
        commands.ensure_self_paced(
            title=str(say("Online, at your own pace")),
            summary=str(say("Begin today, take the modules in any order, stop and go on whenever you like.")),
            language="en",
            by=None,
        )
    commands.ask_as_published(by=None)
    if event.removed:
        jobs.defer("learning.count_again", after=0)


@handles(PartsChanged)
def other_parts_ask_for_something_else(event: PartsChanged) -> None:
    """What is whole without the part that went is written down soon after."""
    if queries.somebody_is_enrolled():
        commands.ask_as_published(by=None)
        jobs.defer("learning.count_again", after=0)


@handles(TextPublished)
def a_new_part_changes_what_is_asked(event: TextPublished) -> None:
    """Only the first text of a part does: in an import the rest is counted once, at its end."""
    if event.n == 1 and queries.somebody_is_enrolled():
        commands.ask_as_published(by=None)


# --- Its room in the forum -----------------------------------------------------------------------------------------

AFTER_THE_MODULES = 100  # where rooms of editions stand


@handles(LearnerEnrolled)
def who_enrols_enters_its_room(event: LearnerEnrolled) -> None:
    """Each edition that has a period has a room for its own people; it is opened with the first of them."""
    edition, _who = queries.edition_and_standing(None, event.edition)
    if edition.self_paced:
        return
    room = forum.ensure_space(
        edition.room,
        AFTER_THE_MODULES,
        {edition.language: edition.title},
        None,
        edition.ref,
        kind=SpaceKind.EDITION,
        visibility=Visibility.PRIVATE,
        by=None,
    )
    forum.enter_space(room, event.person_id, by=None)


@handles(LearnerLeft)
def who_leaves_an_edition_leaves_its_room(event: LearnerLeft) -> None:
    if room := space_about(Ref("edition", event.edition)):
        forum.leave_space(room, event.person_id, by=None)


@handles(EditionEnded)
def its_topics_go_on_as_the_alumnis(event: EditionEnded) -> None:
    edition, _who = queries.edition_and_standing(None, event.edition)
    forum.hand_to_alumni(edition.ref, title=edition.title, address=f"/editions/{edition.slug}", by=None)


@handles(PresenceNoted)
def who_comes_is_known_in_the_forum(event: PresenceNoted) -> None:
    if event.minutes > 0:
        forum.recognise_member(event.person_id, because=Ref(event.about_kind, event.about_key), by=None)
