"""What a thing is called in its address."""

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from academy.kernel.slugs import LONGEST, free_slug, slug_of


@any_of(st.text(max_size=200))
def test_whatever_the_title_the_address_can_be_typed(title: str) -> None:
    slug = slug_of(title, otherwise="topic")
    assert slug and len(slug) <= LONGEST and slug.strip("-") == slug and slug.isascii() and slug == slug.lower()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Un’app per gli anziani", "un-app-per-gli-anziani"),
        ("Łódź: Straße, đak, città", "lodz-strasse-dak-citta"),
        ("Да", ""),
        ("word " * 20, "-".join(["word"] * 12)),
        ("x" * 99, "x" * LONGEST),
    ],
)
def test_words_stay_whole_and_letters_lose_their_accents(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_what_chance_gave_to_another_is_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("academy.kernel.slugs.random_key", lambda _length: next(chance))
    known: set[str] = set()
    for _ in range(3):
        known.add(free_slug("maria-rossi", known.__contains__))
    assert known == {"maria-rossi", "maria-rossi-aaaa", "maria-rossi-bbbb"}
