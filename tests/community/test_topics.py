"""A newcomer asks and is answered."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from academy.accounts.models import Role
from academy.community import commands, queries, rules
from academy.community.events import TopicStarted
from academy.community.models import Topic, TopicKind, TopicState
from academy.kernel.access import Refused
from academy.kernel.events import collecting
from academy.kernel.subjects import Ref
from academy.kernel.web import Academy
from tests.community import given_community as forum
from tests.given import Given

FORM = {
    "kind": "question",
    "space": "stakeholder-engagement",
    "title": "How do you count people who are not born yet?",
    "body": "I mean something **one can put in the minutes**.",
    "language": "en",
    "once": "key-of-this-form",
}


def test_a_member_asks_and_another_answers(given: Given, app: Academy) -> None:
    forum.space(given)
    ada, bea = given.signed_in(given.person("Ada Bianchi")), given.signed_in(given.person("Bea Novak"))
    with collecting(TopicStarted) as news:
        asked = ada.post("/en/community/new", data=FORM)
    assert asked.status_code == 303 and len(news) == 1
    assert asked.location.endswith("-how-do-you-count-people-who-are-not-born-yet")
    shown = bea.get(asked.location).text
    assert "<strong>one can put in the minutes</strong>" in shown and "Ada Bianchi" in shown and 'id="p1"' in shown
    key = asked.location.split("/t/")[1].partition("-")[0]
    answered = bea.post(f"/en/community/t/{key}/reply", data={"body": "We name a person."})
    assert answered.status_code == 303 and answered.location.endswith("#p2")
    visitor = app.test_client()
    shown = visitor.get(asked.location).text
    assert "We name a person." in shown and "Sign in to write an answer." in shown
    assert 'href="/en/people/bea-novak"' in shown
    assert "2 posts" in visitor.get("/en/community").text
    assert "2 interventi" in visitor.get("/it/community/stakeholder-engagement").text


def test_a_visitor_reads_and_is_asked_to_sign_in_for_the_rest(given: Given, client: FlaskClient) -> None:
    topic = forum.topic(given, given.person())
    assert client.get("/en/community/new").status_code == 401
    assert client.post("/en/community/new", data=FORM).status_code == 401
    for what in (
        "reply",
        "preview",
        "read",
        "follow",
        "close",
        "1/edit",
        "1/useful",
        "1/accept",
        "1/flag",
        "1/hide",
        "1/leave",
    ):
        assert client.post(f"/en/community/t/{topic.key}/{what}", data={"body": "x"}).status_code == 401, what


def test_a_form_that_is_not_right_comes_back_with_everything_in_it(given: Given) -> None:
    forum.space(given)
    client = given.signed_in(given.person())
    wrong = client.post("/en/community/new", data={**FORM, "title": "Why", "space": "elsewhere"})
    assert wrong.status_code == 422 and "put in the minutes" in wrong.text and "Error: A new topic" in wrong.text
    italian = client.post("/it/community/new", data={**FORM, "body": ""})
    assert italian.status_code == 422 and "Errore" in italian.text


def test_a_text_that_would_keep_us_busy_is_refused_and_not_lost(given: Given) -> None:
    topic = forum.topic(given, given.person())
    client = given.signed_in(given.person())
    for hostile in ("[" * 4_000, "x" * 100_000, "> " * 50 + "deep"):
        refused = client.post(f"/en/community/t/{topic.key}/reply", data={"body": hostile})
        assert refused.status_code == 422 and hostile[:1000].replace(">", "&gt;") in refused.text
    assert forum.now(given, topic).highest_no == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        '[a](https://e.example "x > @ada onmouseover=alert(1)")',
        "@<b>ada</b>",
    ],
)
def test_nothing_that_is_typed_runs(given: Given, hostile: str) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, ada, body=hostile)
    page = given.signed_in(ada).get(forum.address(topic)).text
    posts = page[page.index('class="posts"') : page.index("</section>", page.index('class="posts"'))]
    assert "<script" not in posts and 'href="javascript' not in posts and "<img" not in posts
    assert " onmouseover" not in posts.replace("> @ada onmouseover", "").replace("&gt; @ada onmouseover", "")


def test_the_address_is_found_by_its_key_and_other_words_lead_to_the_right_ones(
    given: Given, client: FlaskClient
) -> None:
    topic = forum.topic(given, given.person(), title="Perché così pochi giovani? Łódź e Győr")
    assert topic.slug == "perche-cosi-pochi-giovani-lodz-e-gyor"
    for wrong in (topic.key, f"{topic.key}-old-words"):
        moved = client.get(f"/en/community/t/{wrong}?post=1")
        assert moved.status_code == 301 and moved.location == f"{forum.address(topic)}?post=1"
    assert client.get("/en/community/t/nothing2-here").status_code == 404
    assert client.get("/en/community/nowhere").status_code == 404


def test_pages_have_twenty_posts_and_every_post_has_its_place(given: Given) -> None:
    ada = given.person("Ada")
    topic = forum.topic(given, ada)
    for number in range(2, 46):
        forum.answer(given, topic, ada, f"Post number {number}.")
    client = given.signed_in(given.person())
    first, third = client.get(forum.address(topic)).text, client.get(f"{forum.address(topic)}?post=45").text
    assert 'id="p20"' in first and 'id="p21"' not in first and "?post=21" in first
    assert 'id="p40"' not in third and 'id="p41"' in third and 'id="p45"' in third
    assert "?post=21" in third and "Later posts" not in third
    for odd in ("0", "-3", "999999999999999", "x", "9" * 200):
        assert client.get(f"{forum.address(topic)}?post={odd}").status_code == 200


def test_a_topic_page_costs_the_same_however_many_posts_it_has(given: Given) -> None:
    people = [given.person(f"Person {number}") for number in range(5)]
    topic = forum.topic(given, people[0], about=Ref("person", people[1].slug))
    client = given.signed_in(people[2])
    with given.statements() as few:
        client.get(forum.address(topic))
    for number in range(19):
        forum.answer(given, topic, people[number % 5])
    with given.statements() as many:
        shown = client.get(forum.address(topic)).text
    assert shown.count('<article class="post') == 20 and people[1].name in shown
    assert len(many) == len(few) <= 8
    with given.statements() as lists:
        client.get("/en/community")
    assert len(lists) <= 8
    with given.statements() as one:
        client.get("/en/community/stakeholder-engagement")
    assert len(one) <= 8


def test_lists_are_filtered_and_go_on_by_the_last_one_seen(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    asked = [forum.topic(given, ada, title=f"Question number {n:02}") for n in range(25)]
    forum.topic(given, ada, title="A discussion of ours", kind=TopicKind.DISCUSSION)
    forum.answer(given, asked[0], bea)
    client = given.signed_in(bea)
    base = "/en/community/stakeholder-engagement"
    shown = client.get(base).text
    assert shown.index("Question number 00") < shown.index("A discussion of ours"), "the newest activity is first"
    assert "A discussion" not in client.get(f"{base}?show=questions").text
    unanswered = client.get(f"{base}?show=unanswered").text
    assert "Question number 00" not in unanswered and "Question number 24" in unanswered
    assert "show=unread" in client.get(f"{base}?show=unread").text
    cursor = shown.split("before=")[1].partition('"')[0]
    older = client.get(f"{base}?before={cursor}").text
    titles = [f"Question number {n:02}" for n in range(25)]
    assert all((title in shown) != (title in older) for title in titles)
    for odd in ("x", "1-", "9" * 39, "99999999999999999999-1"):
        assert client.get(f"{base}?before={odd}").status_code == 200


def test_a_topic_says_what_it_is_about_and_the_thing_finds_it(given: Given, client: FlaskClient) -> None:
    ada = given.person("Ada Bianchi")
    about = Ref("person", ada.slug)
    topic = forum.topic(given, ada, about=about)
    forum.topic(given, ada, title="About nothing in particular")
    assert [seen.topic.id for seen in given.seen(lambda: queries.topics_about(None, about))] == [topic.id]
    assert f'/en/people/{ada.slug}">Ada Bianchi' in client.get(forum.address(topic)).text
    begun = given.signed_in(ada).get(f"/en/community/new?about={about}&space=stakeholder-engagement").text
    assert f'value="{about}"' in begun and "selected" in begun
    assert given.signed_in(ada).get("/en/community/new?about=lesson:no/such&space=none").status_code == 200
    assert given.seen(lambda: len(queries.newest_topics(None, limit=5))) == 2
    assert given.seen(queries.figures) == {"topics": 2, "posts": 2, "questions": 2, "answered": 0}


def test_a_form_that_is_sent_twice_makes_one_post(given: Given) -> None:
    forum.space(given)
    client = given.signed_in(given.person())
    first, second = client.post("/en/community/new", data=FORM), client.post("/en/community/new", data=FORM)
    assert first.location == second.location
    key = first.location.split("/t/")[1].partition("-")[0]
    reply = {"body": "Once.", "once": "another-key"}
    assert len({client.post(f"/en/community/t/{key}/reply", data=reply).location for _ in range(3)}) == 1
    topic = given.seen(lambda: queries.topic_seen_by(None, key)).topic
    assert (topic.highest_no, topic.post_count) == (2, 2)


def test_a_form_that_is_sent_twice_at_once_makes_one_post(given: Given) -> None:
    ada = given.person()
    topic = forum.topic(given, ada)
    clients = [given.signed_in(ada) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda client: forum.sent(client, topic, "Once.", "same-key"), clients)]
    assert answers == [303] * 4
    assert (forum.now(given, topic).highest_no, forum.now(given, topic).post_count) == (2, 2)


def test_posts_that_arrive_together_are_numbered_without_gaps(given: Given) -> None:
    topic = forum.topic(given, given.person())
    clients = [given.signed_in(given.person()) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert [*pool.map(lambda client: forum.sent(client, topic, "Me too."), clients)] == [303] * 6
    now = forum.now(given, topic)
    assert (now.highest_no, now.last_visible_no, now.post_count, now.answer_count) == (7, 7, 7, 6)
    numbers = given.seen(lambda: [post.no for post in queries.visible_posts(topic, limit=20)])
    assert numbers == [1, 2, 3, 4, 5, 6, 7]


def test_a_closed_topic_is_read_and_not_answered(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    stranger, author = given.signed_in(bea), given.signed_in(ada)
    close = f"/en/community/t/{topic.key}/close"
    assert stranger.post(close).status_code == 403
    assert author.post(close).status_code == 303
    assert forum.sent(stranger, topic, "Too late.") == 409
    assert "This topic is closed" in stranger.get(forum.address(topic)).text
    assert forum.now(given, topic).highest_no == 1, "a refused answer takes no number"
    author.post(close, data={"on": "0"})
    assert forum.sent(stranger, topic, "In time.") == 303


def test_what_was_written_while_a_topic_went_away_is_not_lost(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    writer, words = given.signed_in(bea), "It took me an hour to write this."

    def put_away(what: str) -> Topic:
        topic = forum.topic(given, ada, title=f"Soon {what}")

        def do() -> None:
            found = forum.fresh(topic)
            if what == "joined":
                commands.merge_topics(found, forum.fresh(elsewhere), by=mo)
            elif what == "hidden":
                commands.hide_post(forum.post_of(found, 1), because="Off topic.", by=mo)
            else:
                commands.set_state(found, TopicState(what), by=mo)

        elsewhere = forum.topic(given, ada, title="Another place")
        given.done(do)
        return topic

    for what, status, why in (
        ("joined", 409, "joined with another"),
        ("hidden", 404, "no longer here"),
        ("archived", 409, "in the archive"),
    ):
        topic = put_away(what)
        refused = writer.post(f"/en/community/t/{topic.key}/reply", data={"body": words})
        assert refused.status_code == status and words in refused.text and why in refused.text, what
    topic = forum.topic(given, ada, title="Answered once")
    forum.answer(given, topic, bea, "Too short.")
    given.done(lambda: commands.hide_post(forum.post_of(forum.fresh(topic), 2), because="Rude.", by=mo))
    edit = {"body": words, "version": "1", "title": ""}
    refused = writer.post(f"/en/community/t/{topic.key}/2/edit", data=edit)
    assert refused.status_code == 409 and words in refused.text and "can&#39;t be changed" in refused.text


def test_the_author_accepts_an_answer_and_others_do_not(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    forum.answer(given, topic, bea)
    author, other = given.signed_in(ada), given.signed_in(bea)
    accept = f"/en/community/t/{topic.key}/2/accept"
    assert other.post(accept).status_code == 403
    assert author.post(f"/en/community/t/{topic.key}/1/accept").status_code == 409
    assert author.post(accept).status_code == author.post(accept).status_code == 303
    assert "Accepted answer" in other.get(forum.address(topic)).text
    assert "Answered" in other.get("/en/community/stakeholder-engagement").text
    forum.work_done(given)
    inbox = other.get("/en/inbox").text
    assert "Your answer in “How do you count them?” was accepted" in inbox
    author.post(accept, data={"on": "0"})
    assert forum.now(given, topic).accepted_no is None
    discussion = forum.topic(given, ada, kind=TopicKind.DISCUSSION)
    forum.answer(given, discussion, bea)
    assert author.post(f"/en/community/t/{discussion.key}/2/accept").status_code == 409


def test_a_post_is_useful_once_per_person_and_not_to_its_author(given: Given) -> None:
    ada, bea = given.person("Ada"), given.person("Bea")
    topic = forum.topic(given, ada)
    author, other = given.signed_in(ada), given.signed_in(bea)
    vote = f"/en/community/t/{topic.key}/1/useful"
    assert author.post(vote).status_code == 409
    other.post(vote)
    other.post(vote)
    shown = other.get(forum.address(topic)).text
    assert "Useful (1)" in shown and 'aria-pressed="true"' in shown
    other.post(vote, data={"on": "0"})
    shown = other.get(forum.address(topic)).text
    assert "Useful" in shown and "Useful (" not in shown, "nobody counts to nought"


def test_a_preview_shows_what_would_be_posted_and_posts_nothing(given: Given) -> None:
    ada = given.person("Ada Bianchi")
    topic = forum.topic(given, ada)
    client = given.signed_in(given.person())
    data = {"body": "Ask **@ada-bianchi**, not @nobody-here."}
    whole = client.post(f"/en/community/t/{topic.key}/preview", data=data)
    assert whole.status_code == 200 and "<html" in whole.text
    assert "<strong>" in whole.text and 'href="/en/people/ada-bianchi"' in whole.text and "@nobody-here" in whole.text
    htmx = {"HX-Request": "true", "HX-Target": "preview"}
    block = client.post("/it/community/new/preview", data=data, headers=htmx).text
    assert block.strip().startswith('<div id="preview"') and 'href="/it/people/ada-bianchi"' in block
    tangled = client.post(f"/en/community/t/{topic.key}/preview", data={"body": "[" * 999}, headers=htmx).text
    assert "too many brackets" in tangled
    assert forum.now(given, topic).highest_no == 1


def test_while_a_title_is_typed_what_is_there_already_is_shown(given: Given) -> None:
    topic = forum.topic(given, given.person(), title="How do you count people who are not born yet?")
    forum.work_done(given)
    client = given.signed_in(given.person())
    htmx = {"HX-Request": "true", "HX-Target": "similar"}
    block = client.get("/en/community/new?title=counting people not born", headers=htmx).text
    assert topic.key in block and "<html" not in block
    assert topic.key not in client.get("/en/community/new?title=hm", headers=htmx).text


def test_spaces_are_made_once_and_kept_up_to_date(given: Given) -> None:
    first, second = forum.space(given), forum.space(given, title="Engaging people")
    assert (
        first.id == second.id and second.titled("en") == "Engaging people" and second.titled("de") == "Engaging people"
    )
    with pytest.raises(Refused):
        forum.space(given, slug="new")
    assert rules.may_arrange_space("x", by=None) and rules.may_arrange_space("x", by=given.person("", Role.COORDINATOR))
    assert not rules.may_arrange_space("x", by=given.person())
