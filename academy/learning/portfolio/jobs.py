"""What does the worker do?"""

from academy.kernel import jobs
from academy.learning.portfolio import queries
from academy.learning.portfolio.models import Visibility
from academy.notifications.commands import notify_selected
from academy.notifications.queries import THOSE_WHO_ARE_HERE


@jobs.job("learning.tell_of_piece")
def tell_of_piece(key: str) -> None:
    """Those who help its maker, each once: a line for each edition, which grows while it is unread."""
    item = queries.item_with_key(key)
    if item is None or item.visibility is Visibility.PRIVATE:
        return
    told = {item.person_id}
    for edition in queries.editions_followed(item.person_id):
        people = queries.those_who_help_in(edition) - told
        if people:
            notify_selected(
                THOSE_WHO_ARE_HERE,
                "learning.shown",
                edition.ref,
                address=f"/{edition.language}/studio/editions/{edition.slug}/portfolio",
                by=None,
                given={"people": sorted(people), "because": "helper"},
                title=edition.title,
            )
        told |= people
