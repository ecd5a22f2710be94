"""A picture comes with a post: drawn anew, with words, and seen by whoever reads the post and by nobody else."""

import io
import re

from flask.testing import FlaskClient
from PIL import Image

from academy.accounts.models import Role
from academy.community import commands, queries, writing
from academy.community.models import Topic, Visibility
from tests.community import given_community as forum
from tests.given import PASSWORD, Given

WORDS = "The table with twelve chairs"


def photograph() -> io.BytesIO:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken in my kitchen"
    Image.new("RGB", (40, 30), "teal").save(made, "JPEG", exif=exif)
    made.seek(0)
    return made


def send(client: FlaskClient, topic: Topic, *, body: str = "See:", says: str = WORDS, name: str = "table.jpg") -> str:
    """The status and the address of the picture, if there is one in the answer."""
    data = {"body": body, "picture": (photograph(), name), "picture_says": says}
    sent = client.post(f"/en/community/t/{topic.key}/reply", data=data)
    page = sent.text if sent.status_code != 303 else client.get(forum.address(topic)).text
    found = re.search(r"/files/[a-z0-9]{16}/[\w.%-]+", page)
    return f"{sent.status_code} {found[0] if found else ''}"


def seen(client: FlaskClient, address: str) -> int:
    return client.get(address, buffered=True).status_code


def test_whoever_reads_the_post_sees_its_picture_and_nobody_else(given: Given) -> None:
    ada, bea, mo = given.person("Ada"), given.person("Bea"), given.person("Mo", Role.MODERATOR)
    topic = forum.topic(given, ada)
    writer, visitor = given.signed_in(ada), given.app.test_client()
    status, _, address = send(writer, topic, name="il tavolo (1).jpg").partition(" ")
    assert status == "303" and f'alt="{WORDS}"' in visitor.get(forum.address(topic)).text
    got = visitor.get(address, buffered=True)
    assert got.status_code == 200 and got.mimetype == "image/jpeg" and b"kitchen" not in got.data
    other = forum.topic(given, bea, title="Another one")
    assert forum.sent(given.signed_in(bea), other, f"Mine: ![stolen]({address})") == 303
    given.done(lambda: commands.hide_post(forum.post_of(topic, 2), because="No", by=mo))
    assert seen(visitor, address) == 404, "naming a picture of somebody else shows it to nobody"
    assert seen(writer, address) == 200
    given.done(lambda: commands.show_post_again(forum.post_of(topic, 2), by=mo))
    given.done(lambda: commands.split_topic(forum.fresh(topic), {2}, title="A topic of its own", by=mo))
    assert seen(visitor, address) == 200, "it goes along where its post goes"
    writer.post("/en/settings/close", data={"current": PASSWORD, "sure": "y"})
    assert seen(visitor, address) == 404, "it leaves with its owner, the words stay"


def test_in_a_private_space_it_is_private_too(given: Given) -> None:
    ada, bea, zoe = given.person("Ada"), given.person("Bea"), given.person("Zoe", Role.COORDINATOR)
    where = forum.space(given, "our-room", "Our room")
    topic = forum.topic(given, ada, where=where)
    given.done(
        lambda: commands.describe_space(
            queries.space_seen_by(None, "our-room"),
            summaries={},
            visibility=Visibility.PRIVATE,
            by=zoe,
        )
    )
    given.done(lambda: commands.enter_space(where, ada.id, by=None))
    _status, _, address = send(given.signed_in(ada), topic).partition(" ")
    assert seen(given.signed_in(ada), address) == 200
    assert seen(given.signed_in(bea), address) == 404


def test_what_is_wrong_with_a_picture_is_said_and_nothing_typed_is_lost(given: Given) -> None:
    ada = given.person("Ada")
    topic, client = forum.topic(given, ada), given.signed_in(ada)
    without = client.post(
        f"/en/community/t/{topic.key}/reply",
        data={"body": "Kept words", "picture": (photograph(), "t.jpg"), "picture_says": ""},
    )
    assert without.status_code == 422 and "Kept words" in without.text and "those who can&#39;t see it" in without.text
    script = {"body": "Kept words", "picture": (io.BytesIO(b"<script>"), "t.jpg"), "picture_says": WORDS}
    refused = client.post(f"/en/community/t/{topic.key}/reply", data=script)
    assert refused.status_code == 422 and "Kept words" in refused.text
    status, _, address = send(client, topic, body="x" * 20_001).partition(" ")
    assert status == "422" and address, "the picture is in the text already and need not be chosen again"
    assert given.seen(lambda: forum.fresh(topic).post_count) == 1


def test_a_picture_alone_is_a_post_and_an_edit_can_take_it_away(given: Given) -> None:
    ada = given.person("Ada")
    topic, client = forum.topic(given, ada), given.signed_in(ada)
    status, _, address = send(client, topic, body="").partition(" ")
    assert status == "303"
    post = given.seen(lambda: forum.post_of(topic, 2))
    edit = f"/en/community/t/{topic.key}/2/edit"
    client.post(edit, data={"body": f"{post.markdown}\n\nA second look.", "version": 1})
    assert seen(given.app.test_client(), address) == 200
    client.post(edit, data={"body": "Only words.", "version": 2})
    assert seen(given.app.test_client(), address) == 404


def test_words_of_a_picture_can_not_leave_their_place() -> None:
    assert (
        writing.picture_line("/files/x/y.jpg", "a](javascript:1) [b\\\n c")
        == "![a (javascript:1)  b  c](/files/x/y.jpg)"
    )


def test_a_preview_says_that_the_picture_has_to_be_chosen_again(given: Given) -> None:
    topic = forum.topic(given, given.person())
    client = given.signed_in(given.person())
    data = {"body": "See:", "picture": (photograph(), "table.jpg"), "picture_says": WORDS}
    shown = client.post(f"/en/community/t/{topic.key}/preview", data=data)
    assert shown.status_code == 200 and "choose it again before you post" in shown.text
    assert f'value="{WORDS}"' in shown.text and "/files/" not in shown.text
