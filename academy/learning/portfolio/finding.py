"""How is a piece found by a search? While it is published, in the language that it is written in."""

from academy.kernel.markup import plain
from academy.learning.portfolio.models import PortfolioItem, Visibility
from academy.retrieval import commands as retrieval


def index_item(item: PortfolioItem) -> None:
    """As it is now; forgotten first, since its language may have changed."""
    retrieval.forget(item.ref)
    if item.visibility is Visibility.PUBLISHED:
        retrieval.index(
            item.ref, language=item.language, title=item.title, body=plain(item.body_html), updated_at=item.changed_at
        )


def forget_item(item: PortfolioItem) -> None:
    retrieval.forget(item.ref)
