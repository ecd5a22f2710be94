"""A trainer writes, sees what is wrong, publishes, translates; and no word of anybody gets lost."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from academy.accounts.models import Role
from academy.kernel import clock, jobs, outside
from academy.kernel.i18n import say
from tests.given import Given
from tests.learning.given_learning import exported, imported, unit, versions
from tests.studio.given_studio import SEEING, Desk, desk

READ = "/en/learn/needs/seeing"


@pytest.fixture
def trainer(given: Given) -> FlaskClient:
    imported(given)
    return given.signed_in(given.person("Tea", Role.TRAINER))


@pytest.fixture
def other(given: Given) -> FlaskClient:
    return given.signed_in(given.person("Olga", Role.TRAINER))


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    return made.getvalue()


def test_a_trainer_finds_every_text_with_its_state(trainer: FlaskClient) -> None:
    shown = trainer.get("/en/studio/lessons").text
    assert "Seeing (en)" in shown and "Write a card (en)" in shown and "Write it" in shown
    assert "Behind" not in shown


def test_only_trainers_sit_at_this_desk(client: FlaskClient, given: Given, trainer: FlaskClient) -> None:
    learner = given.signed_in(given.person())
    for address in ("/en/studio/lessons", f"{SEEING}/en", f"{SEEING}/en/history"):
        assert [learner.get(address).status_code, client.get(address).status_code] == [403, 401]
    for what in ("draft", "publish", "drop", "files", "preview", "history/1/bring-back"):
        assert learner.post(f"{SEEING}/en/{what}", data={"body": "x"}).status_code == 403
    missing = ("needs/nothing/en", "needs/seeing/xx", "needs/quiz/en", "nowhere/seeing/en")
    assert [trainer.get(f"/en/studio/lessons/{address}").status_code for address in missing] == [404] * 4


def test_a_draft_is_kept_and_read_by_nobody_until_it_is_published(given: Given, trainer: FlaskClient) -> None:
    page = desk(given, trainer)
    assert page.save(body="New words about seeing.").status_code == 303
    assert "New words" not in trainer.get(READ).text
    page.open()
    assert page.fields["body"] == "New words about seeing."
    answer = page.publish()
    assert answer.status_code == 303
    assert "New words about seeing." in trainer.get(READ).text
    assert versions(given, "needs", "seeing", "en")[-1] == (2, True, "Seeing (en)")
    assert page.open().status_code == 200 and page.fields["revision"] == "0"


def test_what_was_typed_is_kept_whatever_it_is(given: Given, trainer: FlaskClient) -> None:
    page = desk(given, trainer)
    typed = {"title": "", "minutes": "soon", "sources": "one\ntwo", "body": "# Wrong\n\n![](nowhere.png)\n"}
    page.save(**typed)
    page.open()
    assert page.fields["minutes"] == "soon" and page.fields["title"] == "" and page.fields["sources"] == "one\ntwo"
    refused = page.publish()
    assert refused.status_code == 422 and "has to be mended before this text can be published" in refused.text
    assert "Wrong, line 1:</b> A heading has one #." in refused.text, "as it is counted in the form"
    for sentence in ("A heading has one #.", "no alternative text", "“Title” is missing", "not a whole number"):
        assert sentence in refused.text.replace("&#39;", "'")
    assert page.fields["minutes"] == "soon"
    assert versions(given, "needs", "seeing", "en") == [(1, True, "Seeing (en)")]


def test_advice_stops_nothing_and_a_dead_link_does(given: Given, trainer: FlaskClient) -> None:
    page = desk(given, trainer)
    body = "Some words.\n\n## Here\n\n[up](#here) [there](/en/learn/money/paying)"
    assert "Advice" in page.post("preview", body=body).text
    assert page.publish(body=body).status_code == 303
    page.open()
    refused = page.publish(body="Words. [up](#nowhere) and [there](/en/learn/money/nothing)")
    assert refused.status_code == 422
    assert "“#nowhere” leads nowhere" in refused.text and "“/en/learn/money/nothing” leads nowhere" in refused.text


def test_the_preview_is_what_will_be_read_and_changes_nothing(given: Given, trainer: FlaskClient) -> None:
    page = desk(given, trainer)
    body = '## A heading\n\n![Three](media/levels.en.svg "Levels")\n\n::practice[try-it]'
    htmx = {"HX-Request": "true", "HX-Target": "preview"}
    shown = trainer.post(f"{SEEING}/en/preview", data=page.fields | {"body": body}, headers=htmx)
    assert '<h2 id="s-a-heading">' in shown.text and "<html" not in shown.text
    assert "/media/needs/levels.en.svg?v=" in shown.text and "Which is a practice question?" in shown.text
    beside = page.post("preview", body="Look at [the example](example) and [above](#s-a-heading).")
    assert 'href="/en/learn/needs/example"' in beside.text
    whole = page.post("preview", body=body)
    assert "<html" in whole.text and page.fields["body"] == body
    assert desk(given, trainer).fields["body"] != body


def test_two_who_write_the_same_text_see_both_side_by_side(
    given: Given, trainer: FlaskClient, other: FlaskClient
) -> None:
    mine, theirs = desk(given, trainer), desk(given, other)
    theirs.save(body="The words of Olga.")
    clash = mine.save(body="The words of Tea.")
    assert clash.status_code == 409
    assert "Olga has saved this text" in clash.text and "The words of Tea." in clash.text
    assert "<ins>Olga</ins>" in clash.text and "<del>Tea</del>" in clash.text
    assert desk(given, other).fields["body"] == "The words of Olga."
    assert mine.save(body="The words of both.").status_code == 303
    assert desk(given, other).fields["body"] == "The words of both."


def test_who_publishes_on_top_of_a_newer_version_is_shown_it_first(
    given: Given, trainer: FlaskClient, other: FlaskClient
) -> None:
    mine, theirs = desk(given, trainer), desk(given, other)
    assert theirs.publish(body="Olga was faster.").status_code == 303
    clash = mine.publish(body="Tea was slower.")
    assert clash.status_code == 409 and "Olga was faster." in trainer.get(READ).text
    assert mine.fields["body"] == "Tea was slower." and mine.fields["base"] == "2"
    assert mine.publish().status_code == 303
    assert "Tea was slower." in trainer.get(READ).text


def test_saving_while_typing_says_when_and_a_stranger_stops_it(
    given: Given, trainer: FlaskClient, other: FlaskClient
) -> None:
    page = desk(given, trainer)
    htmx = {"HX-Request": "true", "HX-Target": "saved"}

    def autosave(body: str) -> tuple[int, str]:
        answer = trainer.post(f"{SEEING}/en/draft", data=page.fields | {"body": body}, headers=htmx)
        return answer.status_code, answer.text

    status, text = autosave("One.")
    assert status == 200 and "Saved " in text and 'name="revision"' in text and "<html" not in text
    assert autosave("One, two.")[0] == 200, "a page that missed the answer to its own save is no stranger"
    stranger = desk(given, other)
    stranger.save(body="Olga's.")
    status, text = autosave("One, two, three.")
    assert status == 409 and 'id="refusal"' in text and "Yours is kept here" in text


def test_a_page_that_saves_by_itself_just_after_it_was_published_is_no_stranger(
    given: Given, trainer: FlaskClient
) -> None:
    page = desk(given, trainer)
    late = {**page.fields, "body": "New words about seeing."}
    assert page.publish(body="New words about seeing.").status_code == 303
    saved = trainer.post(f"{SEEING}/en/draft", data=late, headers={"HX-Request": "true", "HX-Target": "saved"})
    assert saved.status_code == 200 and 'name="base" type="hidden" value="2"' in saved.text
    assert page.open().status_code == 200 and page.fields["revision"] == "0", "there is no draft"
    more = {**late, "body": "Still other words."}
    assert trainer.post(f"{SEEING}/en/draft", data=more, headers={"HX-Request": "true"}).status_code == 409


def test_a_draft_can_be_given_up_but_not_somebody_elses_newer_one(
    given: Given, trainer: FlaskClient, other: FlaskClient
) -> None:
    page = desk(given, trainer)
    page.save(body="Draft.")
    page.open()
    desk(given, other).save(body="Newer.")
    assert page.post("drop").status_code == 409
    page.open()
    assert page.post("drop").status_code == 303
    assert "Words about seeing." in str(desk(given, trainer).fields["body"])


def test_publishing_in_one_language_leaves_the_other_behind_down_to_the_block(
    given: Given, trainer: FlaskClient
) -> None:
    page = desk(given, trainer)
    body = str(page.fields["body"]).replace("Words about seeing.", "Many words about seeing.")
    page.publish(body=body, same=[])
    assert "Behind" in trainer.get("/en/studio/lessons").text
    italian = desk(given, trainer, "it")
    shown = italian.open().text
    assert "went on since this text said the same" in shown
    assert '<li class="changed">' in shown and "<del>Words</del><ins>Many words</ins>" in shown
    assert italian.fields["same"] == ["en:2"]
    assert italian.publish(body="Molte parole sul vedere.").status_code == 303
    assert "Behind" not in trainer.get("/en/studio/lessons").text


def test_a_small_correction_needs_no_translation(given: Given, trainer: FlaskClient) -> None:
    desk(given, trainer).publish(body="Words about seing, mended.", same=["it:1"])
    assert "Behind" not in trainer.get("/en/studio/lessons").text


def test_a_translation_begins_beside_its_source_and_has_the_same_progress(given: Given, trainer: FlaskClient) -> None:
    address = "/en/studio/lessons/money/paying/it"
    shown = trainer.get(address).text
    assert "Only in English so far." in shown and "Nobody reads this yet" in shown
    assert "There is no text in Italiano yet" in trainer.get("/en/studio/lessons/money/paying/en").text
    page = Desk(trainer, address)
    assert page.fields["same"] == ["en:1"]
    answer = page.publish(title="Pagare", summary="Chi paga.", minutes="5", body="Ora anche in italiano.")
    assert answer.status_code == 303
    trainer.post("/en/learn/money/paying/done")
    assert "Ora anche in italiano." in trainer.get("/it/learn/money/paying").text
    assert "Fatto" in trainer.get("/it/learn/money/paying").text
    assert "There is no text in" not in trainer.get("/en/studio/lessons/money/paying/en").text
    assert "Behind" not in trainer.get("/en/studio/lessons").text


def test_a_new_lesson_is_begun_written_and_published_and_goes_out_with_the_tree(
    given: Given, trainer: FlaskClient, client: FlaskClient
) -> None:
    new = "/en/studio/lessons/needs/new"
    desks = trainer.get("/en/studio/lessons").text
    assert new in desks and "/en/studio/lessons/later/new" in desks, "also where a module holds nothing yet"
    refused = {"": 422, "!!!": 422, "Seeing": 422, "Quiz": 422, "Activity": 422}
    assert {title: trainer.post(new, data={"title": title}).status_code for title in refused} == refused
    assert given.signed_in(given.person()).post(new, data={"title": "Mine"}).status_code == 403
    address = trainer.post(new, data={"title": "Who is missing?"}).headers["Location"]
    assert address == "/en/studio/lessons/needs/who-is-missing/en"
    assert "Who is missing?" in trainer.get("/en/studio/lessons").text
    assert client.get("/en/learn/needs/who-is-missing").status_code == 404
    assert "Who is missing?" not in client.get("/en/learn/needs").text
    page = Desk(trainer, address)
    assert page.fields["title"] == "Who is missing?"
    answer = page.publish(
        summary="Who was not asked.", minutes="9", sources="Somebody (2020), A Book, Town.", body="The empty chair."
    )
    assert answer.status_code == 303
    assert "The empty chair." in client.get("/en/learn/needs/who-is-missing").text
    assert "Who is missing?" in client.get("/en/learn/needs").text
    files = exported(given)
    assert b"The empty chair." in files["01-needs/lessons/03-who-is-missing/en.md"]
    imported(given, files)
    assert "The empty chair." in client.get("/en/learn/needs/who-is-missing").text


def test_a_lesson_that_was_only_begun_goes_with_its_last_draft(given: Given, trainer: FlaskClient) -> None:
    address = trainer.post("/it/studio/lessons/needs/new", data={"title": "Per sbaglio"}).headers["Location"]
    assert Desk(trainer, address).post("drop").headers["Location"] == "/it/studio/lessons"
    assert trainer.get(address).status_code == 404
    page = desk(given, trainer)
    page.save(body="Another thought.")
    page.open()
    assert page.post("drop").headers["Location"] == f"{SEEING}/en", "what is published stays"


def test_history_shows_words_author_and_time_and_brings_a_version_back(given: Given, trainer: FlaskClient) -> None:
    page = desk(given, trainer)
    before = str(page.fields["body"])
    page.publish(body=before.replace("Words about seeing.", "Words about hearing."))
    listed = trainer.get(f"{SEEING}/en/history").text
    assert "Tea" in listed and "from the course" in listed and "Version 2" in listed
    shown = trainer.get(f"{SEEING}/en/history/2").text
    assert "<del>seeing</del><ins>hearing</ins>" in shown and "1 changed" in shown
    assert trainer.get(f"{SEEING}/en/history/9").status_code == 404
    assert trainer.post(f"{SEEING}/en/history/1/bring-back").status_code == 303
    page.open()
    assert page.fields["body"] == before
    assert trainer.post(f"{SEEING}/en/history/2/bring-back").status_code == 409
    page.publish()
    assert "Words about seeing." in trainer.get(READ).text
    assert versions(given, "needs", "seeing", "en")[-1][0] == 3


def test_front_matter_that_nobody_touched_stays_byte_for_byte(given: Given, trainer: FlaskClient) -> None:
    before = exported(given)["01-needs/lessons/01-seeing/en.md"].decode()
    desk(given, trainer).publish(body="Other words.")
    after = exported(given)["01-needs/lessons/01-seeing/en.md"].decode()
    assert after == before[: before.index("---\n\n") + 5] + "Other words.\n"


def test_a_picture_needs_words_and_becomes_part_of_the_module_and_of_the_tree(
    given: Given, trainer: FlaskClient, client: FlaskClient
) -> None:
    page = desk(given, trainer)

    def add(**fields: str) -> tuple[int, str]:
        data = page.fields | {"file": (io.BytesIO(picture()), "My Garden.PNG"), "licence": "CC-BY-4.0"} | fields
        answer = trainer.post(f"{SEEING}/en/files", data=data)
        return answer.status_code, answer.text

    status, text = add(body="Kept although it was refused.")
    assert status == 422 and "what one sees" in text and "Kept although it was refused." in text
    assert add(alternative="A garden", caption="Behind the school", credit="Ada", body="Words.")[0] == 303
    page.open()
    assert page.fields["body"] == 'Words.\n\n![A garden](media/my-garden.png "Behind the school")'
    assert page.publish().status_code == 303
    assert "/media/needs/my-garden.png?v=" in client.get(READ).text
    shown = client.get("/media/needs/my-garden.png", follow_redirects=True, buffered=True)
    assert shown.mimetype == "image/png"
    tree = exported(given)
    assert tree["01-needs/media/my-garden.png"].startswith(b"\x89PNG")
    assert b"my-garden:\n  licence: CC-BY-4.0\n  credit: Ada\n" in tree["01-needs/media/media.yaml"]
    assert tree["01-needs/media/media.yaml"].startswith(b"levels:")
    done = imported(given, dict(tree))
    assert done.published == 0
    assert exported(given) == tree
    assert client.get("/media/needs/my-garden.png", buffered=True).mimetype == "image/png"


def test_the_script_gets_the_line_and_a_reason_in_words(given: Given, trainer: FlaskClient) -> None:
    def add(content: bytes, name: str, **fields: str) -> tuple[int, dict[str, str]]:
        data = {"file": (io.BytesIO(content), name), "licence": "CC0-1.0", **fields}
        answer = trainer.post(f"{SEEING}/en/files", data=data, headers={"Accept": "application/json"})
        return answer.status_code, answer.get_json()

    assert add(picture(), "a.png", alternative="A [tree]") == (200, {"markdown": "![A (tree)](media/a.png)"})
    assert add(picture(), "a.png", alternative="Another")[1] == {"markdown": "![Another](media/a-2.png)"}
    assert add(b"%PDF-1.7", "Plan B.pdf", alternative="The plan")[1] == {"markdown": "[The plan](media/plan-b.pdf)"}
    status, said = add(b"<script>", "a.png", alternative="x")
    assert status == 422 and "can't be used here" in said["fault"]


def test_links_to_other_sites_are_visited_by_the_worker_and_dated(
    given: Given, trainer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []

    def visit(address: str) -> object:
        visited.append(address)
        return say("the site has no such page") if "dead" in address else None

    monkeypatch.setattr(outside, "fault_of", visit)
    page = desk(given, trainer)
    body = "See [one](https://example.org/dead) and <https://example.org/alive> and [two](https://example.org/dead)."
    page.save(body=body)
    assert visited == [] and "looked at after the next save" in page.open().text
    jobs.run_due(given.app)
    jobs.run_due(given.app)
    assert visited == ["https://example.org/dead", "https://example.org/alive"]
    shown = page.open().text
    assert "the site has no such page" in shown and "answered on" in shown
    assert page.publish().status_code == 303, "a site that is away today stops nobody"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "ftp://example.org/",
        "http://a:99/",
    ],
)
def test_the_worker_visits_no_private_place(address: str) -> None:
    fault = outside.fault_of(address)
    assert fault is not None and fault.message == "this kind of address is not looked at"


def test_a_retired_text_is_not_published(given: Given, trainer: FlaskClient) -> None:
    page = desk(given, trainer)

    def retire() -> None:
        unit("needs", "seeing").retired_at = clock.now()

    given.done(retire)
    assert page.publish(body="Too late.").status_code == 409


def test_an_editor_takes_few_statements(given: Given, trainer: FlaskClient) -> None:
    trainer.get(f"{SEEING}/en")
    with given.statements() as seen:
        trainer.get("/en/studio/lessons")
    assert len(seen) <= 8


def test_the_check_beside_a_form_calls_the_fields_as_the_form_does(given: Given, trainer: FlaskClient) -> None:
    trainer.post("/en/studio/lessons/needs/new", data={"title": "Telling"})
    begun = trainer.get("/en/studio/lessons/needs/telling/en").text
    assert "“Summary” is missing." in begun and "“Minutes” is not a whole number" in begun and "Write it." in begun
    assert "front matter" not in begun and "minutes: 1" not in begun and "take the file away" not in begun
    assert "Gulpease" not in begun and "words" not in begun.split("The check")[1].split("Preview")[0], (
        "nothing to advise on"
    )
    fields = {
        "title": "Telling",
        "summary": "",
        "minutes": "x",
        "body": "Words.\n\n![A map](media/map.svg)\n",
        "sources": "",
    }
    shown = trainer.post(
        "/en/studio/lessons/needs/telling/en/preview", data={**fields, "base": "0", "revision": "1"}
    ).text
    assert "Name them in “Sources”, one a line." in shown and "media/ before its name" not in shown
