"""What is found, by whom, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.kernel.db import database, session, transaction
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from academy.retrieval import commands
from academy.retrieval.jobs import join_parts
from academy.retrieval.models import SearchEntry
from academy.retrieval.queries import MOST, Found, hits, keys, oldest_first
from academy.retrieval.schema import SLICE
from academy.retrieval.snippets import Part
from tests.given import Given

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EVERYBODY = {"public"}


@pytest.fixture
def index(app: Academy) -> "Index":
    return Index(app)


class Index:
    """The search index, each step in a transaction of its own."""

    def __init__(self, app: Academy) -> None:
        self._app = app

    def add(
        self,
        key: str,
        title: str,
        body: str = "",
        *,
        kind: str = "topic",
        language: str = "en",
        audience: str = "public",
        weight: int = 0,
        age: int = 0,
    ) -> Ref:
        ref = Ref(kind, key)
        with self._app.app_context(), transaction():
            commands.index(
                ref,
                language=language,
                title=title,
                body=body,
                audience=audience,
                weight=weight,
                updated_at=NOW - timedelta(days=age),
            )
        return ref

    def forget(self, ref: Ref) -> None:
        with self._app.app_context(), transaction():
            commands.forget(ref)

    def found(
        self,
        words: str,
        *,
        language: str = "en",
        audiences: set[str] = EVERYBODY,
        kinds: tuple[str, ...] = (),
        limit: int = 20,
        after: int | None = None,
    ) -> Found:
        with self._app.app_context():
            found = hits(words, language=language, audiences=audiences, kinds=kinds, limit=limit, after=after)
            session.rollback()
            return found

    def keys(self, words: str, **options: object) -> list[str]:
        return [hit.ref.key for hit in self.found(words, **options).hits]  # type: ignore[arg-type]


def marked(parts: tuple[Part, ...]) -> str:
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


def test_endings_case_and_accents_make_no_difference(index: Index) -> None:
    index.add("needs", "Seeing a need", "Cities have needs.")
    index.add("citta", "Le città", "Ascoltare la comunità.", language="it")
    index.add("lodz", "Łódź", language="pl")
    assert index.keys("CITY") == ["needs"]
    assert index.keys("citta comunità", language="it") == ["citta"]
    assert index.keys("lodz") == ["lodz"]


def test_the_last_word_may_be_unfinished(index: Index) -> None:
    index.add("a", "Social innovation")
    assert index.keys("social innov") == ["a"]
    assert index.keys("innov social") == ["a"]
    assert index.keys("inno social") == ["a"], "some of the words will do when all do not"
    assert not index.found("inno social").every_word


def test_all_words_must_be_there_unless_nothing_has_them_all(index: Index) -> None:
    index.add("both", "Water and bread")
    index.add("one", "Water")
    assert index.keys("bread water") == ["both"]
    assert index.found("bread water").every_word
    some = index.found("water zebra")
    assert {hit.ref.key for hit in some.hits} == {"both", "one"}
    assert not some.every_word
    assert index.found("zebra").hits == ()
    assert index.found("zebra").every_word


def test_more_of_the_words_come_before_fewer(index: Index) -> None:
    index.add("one", "Water water water", weight=3)
    index.add("two", "A trip", "Some water, some bread")
    assert index.keys("water bread zebra") == ["two", "one"]


def test_the_title_counts_most_then_weight_then_how_often_then_how_new(index: Index) -> None:
    index.add("often", "Talk", "garden " * 20)
    index.add("once", "Talk", "garden")
    index.add("old", "Talk", "garden", age=9)
    index.add("lesson", "Talk", "garden", weight=3, age=99)
    index.add("title", "The garden", age=99)
    order = index.keys("garden")
    assert order[0] == "title"
    assert order.index("lesson") < order.index("once")
    assert order.index("often") < order.index("once") < order.index("old")


def test_other_languages_are_found_by_their_own_stems_after_the_readers(index: Index) -> None:
    index.add("en", "Innovation", language="en")
    index.add("it", "L'innovazione sociale nelle innovazioni", language="it")
    index.add("sl", "Inovacija innovation", language="sl")
    assert index.keys("innovazione", language="it")[0] == "it"
    assert index.keys("innovazioni", language="en")[0] == "it"
    assert index.keys("innovation", language="en")[0] == "en"
    assert index.keys("innovation", language="sl")[0] == "sl"
    assert "sl" in index.keys("innovation", language="en")


def test_a_stem_of_one_language_finds_nothing_in_another(index: Index) -> None:
    index.add("car", "The car")  # Italian `care` has the stem `car`
    assert index.keys("care") == []


def test_a_thing_in_two_languages_is_shown_once_in_the_readers(index: Index) -> None:
    index.add("rings", "Marketing", language="en", kind="lesson")
    index.add("rings", "Marketing", language="it", kind="lesson")
    for language in ("en", "it"):
        (hit,) = index.found("marketing", language=language).hits
        assert hit.language == language


def test_nobody_finds_what_is_not_for_them(index: Index) -> None:
    index.add("public", "Bread")
    index.add("members", "Bread", audience="members")
    index.add("ours", "Bread", audience="organisation:12")
    index.add("theirs", "Bread", audience="organisation:1")
    assert index.keys("bread") == ["public"]
    assert set(index.keys("bread", audiences={"public", "members"})) == {"public", "members"}
    assert set(index.keys("bread", audiences={"public", "organisation:12"})) == {"public", "ours"}
    assert index.keys("bread", audiences=set()) == []


def test_kinds_narrow_a_search(index: Index) -> None:
    index.add("a", "Bread", kind="lesson")
    index.add("b", "Bread", kind="local-session")
    assert index.keys("bread", kinds=("local-session",)) == ["b"]
    assert set(index.keys("bread", kinds=("lesson", "local-session"))) == {"a", "b"}


def test_a_change_replaces_what_was_found_before(index: Index) -> None:
    ref = index.add("a", "Bread", "old words")
    index.add("a", "Water", "new words", audience="members")
    assert index.keys("bread", audiences={"public", "members"}) == []
    assert index.keys("water") == []
    assert index.keys("water", audiences={"members"}) == ["a"]
    index.forget(ref)
    assert index.keys("water", audiences={"members"}) == []


def test_what_is_forgotten_is_gone_in_every_language(index: Index) -> None:
    ref = index.add("a", "Forum", language="en")
    index.add("a", "Forum", language="it")
    kept = index.add("b", "Forum")
    index.forget(ref)
    assert [hit.ref for hit in index.found("forum").hits] == [kept]


def test_the_passage_shows_the_words_that_were_looked_for(index: Index) -> None:
    index.add(
        "a", "Talk", "Nothing to see here. " * 20 + "Then the cities came & asked for <b>bread</b>. " + "End. " * 80
    )
    (hit,) = index.found("city bread").hits
    text = marked(hit.snippet)
    assert "the [cities] came & asked for <b>[bread]</b>." in text
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) < 260


def test_the_passage_is_the_beginning_when_only_the_title_has_the_word(index: Index) -> None:
    index.add("a", "Bread", "A short text.")
    index.add("b", "Bread", "")
    snippets = {hit.ref.key: hit.snippet for hit in index.found("bread").hits}
    assert snippets == {"a": (Part("A short text."),), "b": ()}


def test_results_come_in_pages(index: Index) -> None:
    for number in range(7):
        index.add(f"{number}", "Bread", age=number)
    first = index.found("bread", limit=3)
    second = index.found("bread", limit=3, after=first.after)
    third = index.found("bread", limit=3, after=second.after)
    assert [hit.ref.key for page in (first, second, third) for hit in page.hits] == list("0123456")
    assert (first.count, first.after, second.after, third.after) == (7, 3, 6, None)


def test_a_good_old_thing_is_not_lost_among_many_new_ones(index: Index) -> None:
    index.add("lesson", "What it is", "bread", kind="lesson", weight=3, age=900)
    index.add("titled", "Bread", "", kind="topic", age=900)
    with index._app.app_context(), transaction():
        for number in range(150):
            commands.index(Ref("post", f"{number}"), language="en", title="Re:", body="bread", updated_at=NOW)
    assert index.keys("bread", limit=2) == ["titled", "lesson"]


class TestMoreTextsThanAreLookedAt:
    """Nine thousand texts: more than a page, more than are compared, more than the last slices of PostgreSQL's index."""

    MANY = 4 * SLICE + 805

    @pytest.fixture(autouse=True)
    def _many(self, index: Index) -> None:
        common = {"language": "en", "title": "Talk", "stems_title": "talk", "audience": "public", "weight": 0}
        rows = [
            {**common, "kind": "listing" if number % 10 == 1 else "topic", "key": f"old-{number}", "body": (words := self.words(number)),
             "stems_body": words, "updated_at": NOW - timedelta(days=1, minutes=self.MANY - number)}
            for number in range(self.MANY)
        ]  # fmt: skip
        with index._app.app_context(), transaction():
            session.execute(sa.insert(SearchEntry), rows)

    def words(self, number: int) -> str:
        return f"bread {'butter' if number < 70 else ''} {'zebra' if number == 5 else ''}"

    def test_the_newest_that_has_a_common_word_comes_first(self, index: Index) -> None:
        assert index.keys("bread", limit=3) == [f"old-{self.MANY - number}" for number in (1, 2, 3)]
        index.add("new", "Talk", "bread")
        assert index.keys("bread")[0] == "new"
        assert index.keys("bread", kinds=("listing",))[0] == f"old-{self.MANY - 6}"

    def test_an_old_thing_to_which_something_was_added_is_new(self, index: Index) -> None:
        with index._app.app_context(), transaction():
            assert commands.add(Ref("topic", "old-50"), language="en", body="jam", updated_at=NOW)
        assert "old-50" in index.keys("bread", limit=100)
        assert index.keys("bread jam") == ["old-50"]

    def test_a_rare_word_is_found_however_old_and_beside_common_ones(self, index: Index) -> None:
        assert index.keys("zebra") == ["old-5"]
        found = index.found("bread zebra")
        assert ([hit.ref.key for hit in found.hits], found.every_word) == (["old-5"], True)

    def test_of_what_is_all_old_the_newest_come_first(self, index: Index) -> None:
        index.add("new", "Talk", "butter")
        assert index.keys("butter", limit=3) == ["new", "old-69", "old-68"]

    def test_what_is_for_few_is_found_by_them_behind_all_that_is_newer(self, index: Index) -> None:
        index.add("ours", "Talk", "bread", audience="space:7", age=99)
        index.add("old-0", "Talk", "bread", audience="space:71", age=99)
        assert index.keys("bread", audiences={"space:7"}) == ["ours"]
        assert not {"ours", "old-0"} & set(index.keys("bread", limit=500))
        with index._app.app_context(), transaction():
            session.execute(
                sa.update(SearchEntry).where(SearchEntry.key == "old-40").values(audience="space:7", kind="secret")
            )
        assert index.keys("bread", audiences={"space:7"}) == ["ours", "old-40"]
        assert index.keys("bread", audiences={"space:7"}, kinds=("secret",)) == ["old-40"]

    def test_pages_go_on_until_all_that_were_compared_are_shown(self, index: Index) -> None:
        shown, after = [], 0
        while after is not None:
            found = index.found("bread", after=after)
            shown += [hit.ref.key for hit in found.hits]
            after = found.after
        assert len(shown) == len(set(shown)) == found.count >= 60
        assert shown[:60] == [f"old-{number}" for number in range(self.MANY - 1, self.MANY - 61, -1)]

    def test_all_keys_are_the_newest_of_all_that_have_the_words(self, index: Index) -> None:
        with index._app.app_context():
            found = keys("bread", language="it", audiences=EVERYBODY, kind="topic")
            everything = set(session.scalars(found.newest))
            session.rollback()
        topics = [number for number in range(self.MANY) if number % 10 != 1]
        assert everything == {f"old-{number}" for number in topics[-MOST:]}
        assert set(found.best) < everything

    def test_an_index_in_one_part_finds_the_same(self, index: Index) -> None:
        before = index.keys("bread jam butter", limit=100)
        join_parts_of(index)
        assert index.keys("bread jam butter", limit=100) == before
        index.add("new", "Talk", "bread jam butter")
        join_parts_of(index)
        assert index.keys("bread jam butter") == ["new"]


def join_parts_of(index: Index) -> None:
    with index._app.app_context():
        join_parts()
        if database.engine.dialect.name == "sqlite":
            assert session.scalar(sa.text("SELECT count(DISTINCT segid) FROM search_words_idx")) == 1
            session.rollback()


def test_entries_can_be_numbered_anew_by_their_time(index: Index) -> None:
    for age in (3, 1, 2):
        index.add(f"{age}", "Bread", age=age)
    with index._app.app_context(), transaction():
        commands.number_anew(oldest_first())
        found = keys("bread", language="en", audiences=EVERYBODY, kind="topic")
        numbers = sa.select(SearchEntry.key).order_by(SearchEntry.id.desc())
        assert [*session.scalars(numbers)] == ["1", "2", "3"]
        assert set(session.scalars(found.newest)) == {"1", "2", "3"}
    assert index.keys("bread") == ["1", "2", "3"]


def test_a_search_takes_few_statements(index: Index, given: Given) -> None:
    for number in range(30):
        index.add(f"{number}", "Bread and water")
    with given.statements() as seen:
        index.found("bread water")
    assert len(seen) <= 3
    with given.statements() as seen:
        index.found("bread zebra")
    assert len(seen) <= 3


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            " ",
            '"',
            '"""',
            "'",
            "''",
            "*",
            "a*",
            "(",
            ")",
            "^",
            "-",
            "--",
            "+",
            ":",
            ";",
            "\\",
            "%",
            "_",
            "&",
            "|",
            "!",
        ),
        *(
            "AND",
            "OR",
            "NOT",
            "NEAR",
            "NEAR(a b)",
            "a AND",
            "NOT a",
            "a OR OR b",
            "title:a",
            "{a b}:c",
            "stems_title : x",
        ),
        *(
            "' OR 1=1 --",
            "'); DROP TABLE search_entries; --",
            "a:*",
            "a & b",
            "a | !b",
            "<->",
            "'a':*A",
            "\x00",
            "a\x00b",
        ),
        *(
            "\N{GRINNING FACE}",
            "\N{GRINNING FACE}bread",
            "日本語",
            "مرحبا",
            "\ud800",
            "\u200b",
            "½ ① ﬁ ŉ",
            "x" * 10_000,
        ),
        *("bread " * 2000, "1e5 0x1f 1.5 2026-11-22", "http://a.example/x?y=z", "a@b.example", "ǆ ß İ", "1" * 400),
    ],
    ids=lambda words: repr(words[:20]),
)
def test_no_search_fails(index: Index, words: str) -> None:
    index.add("a", "Bread", "Bread and NOT water")
    index.found(words, audiences={"public", "a'b\"c*:(", "\N{GRINNING FACE}"}, kinds=("topic", '"x"'), language='e"n')
    index.found(words)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_whatever_is_looked_for_the_database_understands_it(index: Index, words: str) -> None:
    index.found(words)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    word=st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"], max_codepoint=0x24F), min_size=3, max_size=12)
)
def test_what_is_indexed_is_found(index: Index, word: str) -> None:
    ref = index.add("a", "Talk", f"Here: {word}.")
    assert [hit.ref for hit in index.found(word).hits] == [ref]


def test_text_that_no_database_holds_is_made_storable(index: Index) -> None:
    index.add("a", "Br\x00ead \ud800", "x " * 100_000)
    assert index.keys("bread") == ["a"]
