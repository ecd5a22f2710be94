"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from academy.learning.editions.commands.completing import (
    ask_as_published,
    count_again,
    publish_rules,
)
from academy.learning.editions.commands.enrolling import (
    begin,
    enrol,
    enrol_from_waiting_list,
    enrol_list,
    follow_invitations,
    forget_invitations,
    invite,
    leave,
)
from academy.learning.editions.commands.figures import (
    count_presence,
    mend_figures,
    recompute,
    recompute_everybody,
)
from academy.learning.editions.commands.running import (
    Announcement,
    change_edition,
    create_edition,
    end_edition,
    ensure_self_paced,
    publish_edition,
)
from academy.learning.editions.commands.sessions import (
    Meeting,
    add_material,
    add_session,
    cancel_session,
    change_session,
    check_in,
    give_back_seat,
    reserve_seat,
    take_material_away,
)
from academy.learning.editions.commands.writing import write_to_group

__all__ = [
    "Announcement",
    "Meeting",
    "add_material",
    "add_session",
    "ask_as_published",
    "begin",
    "cancel_session",
    "change_edition",
    "change_session",
    "check_in",
    "count_again",
    "count_presence",
    "create_edition",
    "end_edition",
    "enrol",
    "enrol_from_waiting_list",
    "enrol_list",
    "ensure_self_paced",
    "follow_invitations",
    "forget_invitations",
    "give_back_seat",
    "invite",
    "leave",
    "mend_figures",
    "publish_edition",
    "publish_rules",
    "recompute",
    "recompute_everybody",
    "reserve_seat",
    "take_material_away",
    "write_to_group",
]
