"""What follows here from what happened elsewhere?"""

from academy.kernel.events import handles
from academy.kernel.subjects import Ref
from academy.learning.portfolio.events import PortfolioItemTakenDown
from academy.notifications.commands import notify


@handles(PortfolioItemTakenDown)
def its_maker_hears_why(event: PortfolioItemTakenDown) -> None:
    notify(
        [event.person_id],
        "learning.taken_down",
        Ref("portfolio", event.item),
        address=f"/en/learn/portfolio/{event.item}",
        by=None,
        reason=event.because,
    )
