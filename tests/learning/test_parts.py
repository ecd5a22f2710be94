"""What a lesson is made of besides words: films, recordings, files, terms, figures with credit, and boxes that keep a note."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from academy.accounts import commands as accounts
from academy.accounts import queries as people
from academy.kernel.markup import LESSON, Think, plain, rendered
from academy.kernel.privacy import everything_about
from academy.learning.authoring.course import read
from tests.given import Given
from tests.learning.given_learning import course_files, imported, lesson

READ = "/en/learn/needs/seeing"
FILM = b"\0\0\0\x20ftypisom" + bytes(64)
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"


def with_body(body: str, **media: bytes) -> dict[str, bytes]:
    """The small course, with this as the English lesson and these files beside it."""
    files = course_files()
    files["01-needs/lessons/01-seeing/en.md"] = lesson("Seeing", body).encode()
    about = files["01-needs/media/media.yaml"].decode()
    for name, content in media.items():
        files[f"01-needs/media/{name.replace('_', '.')}"] = content
        stem = name.split("_")[0]
        if f"{stem}:" not in about:
            about += f"{stem}: {{licence: CC-BY-4.0, credit: Ada Example}}\n"
    files["01-needs/media/media.yaml"] = about.encode()
    return files


def faults(files: dict[str, bytes], *, serious: bool) -> list[str]:
    return [str(fault.message) for fault in read(files)[1] if fault.serious is serious]


FILM_PAGE = 'Look.\n\n![A talk](media/talk.mp4 "The talk")\n\n!!! transcript "What is said"\n    Good morning.\n'


def test_a_film_has_captions_a_transcript_and_a_credit(given: Given, client: FlaskClient) -> None:
    imported(given, with_body(FILM_PAGE, talk_mp4=FILM, talk_en_vtt=CAPTIONS))
    shown = client.get(READ).text
    assert '<video aria-label="A talk" controls="" preload="metadata" src="/media/needs/talk.mp4?v=' in shown
    assert 'kind="captions"' in shown and 'srclang="en"' in shown and "<summary><strong>What is said" in shown
    assert '<small class="credit">Ada Example, CC-BY-4.0</small>' in shown
    assert "frame-src" not in client.get(READ).headers["Content-Security-Policy"]
    piece = client.get("/media/needs/talk.mp4", headers={"Range": "bytes=4-7"})
    assert (piece.status_code, piece.data, piece.mimetype) == (206, b"ftyp", "video/mp4")
    assert client.get("/media/needs/talk.en.vtt").mimetype == "text/vtt"


def test_a_film_without_captions_or_a_recording_without_transcript_is_wrong(given: Given) -> None:
    assert faults(with_body(FILM_PAGE, talk_mp4=FILM), serious=True) == [
        "The film has no captions in the language of the text."
    ]
    no_transcript = with_body("Look.\n\n![A talk](media/talk.mp3)\n", talk_mp3=b"ID3 sound")
    assert faults(no_transcript, serious=True) == ["There is no transcript below the film or the recording."]
    not_a_film = with_body(FILM_PAGE, talk_mp4=b"<script>", talk_en_vtt=CAPTIONS)
    assert faults(not_a_film, serious=True) == ["This is not a file of the kind that its name says."]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube-nocookie.com"),
        ("https://youtu.be/abcdefghijk", "https://www.youtube-nocookie.com"),
        ("https://vimeo.com/123456789", "https://player.vimeo.com"),
    ],
)
def test_a_film_of_another_site_is_asked_for_nothing_until_somebody_wants_it(
    given: Given, client: FlaskClient, address: str, host: str
) -> None:
    imported(given, with_body(f"Look.\n\n![A talk]({address})\n"))
    answer = client.get(READ)
    assert f'<a href="{address}">Watch it on' in answer.text and "learns that somebody watches it" in answer.text
    assert "<iframe" not in answer.text and f'data-embed="{host}/' in answer.text
    assert f"frame-src {host}" in answer.headers["Content-Security-Policy"]
    assert "frame-src" not in client.get("/en/learn/needs/asking").headers["Content-Security-Policy"]


def test_no_other_player_gets_into_a_page() -> None:
    for written in (
        "![x](https://evil.example/watch?v=abcdefghijk)",
        '<div class="embed" data-embed="https://evil.example/embed/abcdefghijk">x</div>',
        '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk"></iframe>',
        '<video src="https://evil.example/a.mp4" autoplay></video>',
    ):
        html = rendered(written, profile=LESSON).html
        assert "data-embed" not in html and "<iframe" not in html and "autoplay" not in html
        assert '<video src="https' not in html and '<img src="https' not in html


def test_a_term_opens_its_definition_by_keyboard_and_touch(given: Given, client: FlaskClient) -> None:
    imported(given, with_body("People have [needs](term:need)."))
    shown = client.get(READ).text
    assert 'popovertarget="s-term-1" type="button">needs</button>' in shown
    assert '<span class="definition" id="s-term-1" popover="">What people lack.</span>' in shown
    assert faults(with_body("A [word](term:nothing)."), serious=True) == ["The link “term:nothing” leads nowhere."]
    assert plain(rendered("[a](term:b)", profile=LESSON, terms={"b": "Hidden."}).html) == "a"


def test_a_changed_definition_is_seen_in_lessons_that_did_not_change(given: Given, client: FlaskClient) -> None:
    files = with_body("People have [needs](term:need).")
    imported(given, files)
    files["01-needs/glossary.yaml"] = files["01-needs/glossary.yaml"].replace(b"What people lack.", b"What is lacking.")
    imported(given, files)
    assert "What is lacking.</span>" in client.get(READ).text


def test_a_file_to_download_says_its_kind_and_size(given: Given, client: FlaskClient) -> None:
    imported(given, with_body("Take [the plan](media/plan.pdf).", plan_pdf=b"%PDF-1.7" + bytes(40_000)))
    assert '<a class="download" download="" href="/media/needs/plan.pdf?v=' in client.get(READ).text
    assert "the plan<small> (PDF, 40 kB)</small>" in client.get(READ).text
    got = client.get("/media/needs/plan.pdf")
    assert got.mimetype == "application/pdf" and got.headers["Content-Disposition"].startswith("attachment")


def test_each_box_to_think_about_has_a_number_in_every_language() -> None:
    written = (
        '!!! think "One"\n    1. A?\n\n!!! note "N"\n    !!! think "Inside"\n        B?\n\n!!! think "Two"\n    C?\n'
    )
    parts = rendered(written, profile=LESSON).parts
    assert [part.key for part in parts if isinstance(part, Think)] == ["1", "2"]


def test_a_note_is_private_kept_shown_together_exported_and_erased(given: Given, client: FlaskClient) -> None:
    imported(given)
    person = given.person()
    mine, others = given.signed_in(person), given.signed_in(given.person())
    assert "Write a note for yourself" in mine.get(READ).text and "Write a note" not in client.get(READ).text
    kept = mine.post(f"{READ}/notes", data={"box": "1", "text": "The bus stop."})
    assert kept.status_code == 303 and kept.headers["Location"].endswith("/en/learn/needs/seeing#note-1")
    assert "The bus stop." in mine.get(READ).text and "The bus stop." in mine.get("/it/learn/needs/seeing").text
    together = mine.get("/en/learn/notes").text
    assert "The bus stop." in together and "And you?" in together and "Seeing (en)" in together
    assert "The bus stop." not in others.get(READ).text and "No notes yet" in others.get("/en/learn/notes").text
    assert given.seen(lambda: everything_about(person.id))["notes"][0]["text"] == "The bus stop."

    def close() -> None:
        found = people.person_with_id(person.id)
        assert found is not None
        accounts.close_account(found, by=found)

    given.done(close)
    assert "notes" not in given.seen(lambda: everything_about(person.id))


def test_a_note_goes_when_it_is_emptied_and_belongs_to_a_box_that_there_is(given: Given, client: FlaskClient) -> None:
    imported(given)
    mine = given.signed_in(given.person())
    mine.post(f"{READ}/notes", data={"box": "1", "text": "x"})
    mine.post(f"{READ}/notes", data={"box": "1", "text": " "})
    assert "No notes yet" in mine.get("/en/learn/notes").text
    assert mine.post(f"{READ}/notes", data={"box": "7", "text": "x"}).status_code == 404
    assert mine.post(f"{READ}/notes", data={"box": "1", "text": "x" * 10_001}).status_code == 422
    assert client.post(f"{READ}/notes", data={"box": "1", "text": "x"}).status_code == 401
    assert client.get("/en/learn/notes").status_code == 401


def test_a_webp_picture_is_part_of_the_tree(given: Given) -> None:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "WEBP")
    files = with_body('![A wall](media/wall.webp "A wall")', wall_webp=made.getvalue())
    assert faults(files, serious=True) == []
