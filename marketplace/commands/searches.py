"""Who hears of what is new, and hears it once?"""

from typing import Any

from academy.accounts.models import Person
from academy.kernel import clock
from academy.kernel.access import require
from academy.kernel.db import session
from academy.kernel.events import publish
from academy.kernel.web import random_key
from marketplace import queries, rules
from marketplace.events import MatchesFound, SearchForgotten, SearchNews, SearchSaved
from marketplace.models import SavedSearch

AT_ONCE = 500  # listings and searches looked at in one go


def save_search(wish: dict[str, Any], language: str, *, by: Person) -> SavedSearch:
    """Hear of what is published from now on and fits. The same wish is kept once."""
    known = queries.searches_of(by)
    require(rules.may_save_search(by, number=len(known)))
    if same := next((one for one in known if one.wish == wish), None):
        return same
    now = clock.now()
    search = SavedSearch(
        key=random_key(12), person_id=by.id, wish=wish, language=language, told_through=now, created_at=now
    )
    session.add(search)
    session.flush()
    publish(SearchSaved(by=by.id, search_id=search.id))
    return search


def forget_search(search: SavedSearch, *, by: Person) -> None:
    require(rules.may_forget_search(by, search))
    session.delete(search)
    publish(SearchForgotten(by=by.id, search_id=search.id))


def tell_what_is_new(*, by: None = None) -> None:
    """To those who saved a search, and to those whose need or offer has something new that fits it.

    Each has a mark: only what was published after it is told, and the mark moves on. What is minutes old waits for its matches.
    """
    require(rules.may_expire(by))
    until = clock.now() - rules.MATCHED_WITHIN
    for search in queries.searches_behind(until, limit=AT_ONCE):
        if found := queries.news_for(search, until=until):
            publish(SearchNews(by=None, search_id=search.id, titles=tuple(one.title for one in found[:5])))
        search.told_through = until
    for listing in queries.listings_behind(until, limit=AT_ONCE):
        if number := queries.number_of_new_matches(listing, until=until):
            publish(MatchesFound(by=None, listing_id=listing.id, number=number))
        listing.told_through = until
