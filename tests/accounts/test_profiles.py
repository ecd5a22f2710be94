"""What people say of themselves: each part with its own readers."""

from tests.given import PASSWORD, Given

FACTS = {
    "offers": "Bread baking for groups",
    "offers_for": "everybody",
    "looks_for": "A room in Linz",
    "looks_for_for": "members",
    "languages": "Deutsch",
    "languages_for": "nobody",
    "region": "",
    "region_for": "members",
}


def test_each_part_is_read_by_those_it_is_for(given: Given) -> None:
    ilse, ada = given.person("Ilse Brandner"), given.person("Ada")
    mine, other, visitor = given.signed_in(ilse), given.signed_in(ada), given.app.test_client()
    assert mine.post("/en/settings/about-me", data={**FACTS, "offers_for": "friends"}).status_code == 422
    assert mine.post("/en/settings/about-me", data=FACTS).status_code == 303
    pages = [client.get(f"/en/people/{ilse.slug}").text for client in (visitor, other, mine)]
    for text, seen in (("Bread baking", [1, 1, 1]), ("A room in Linz", [0, 1, 1]), ("Deutsch", [0, 0, 1])):
        assert [text in page for page in pages] == [bool(one) for one in seen], text


def test_the_directory_finds_only_what_its_reader_may_read(given: Given) -> None:
    ilse, ada = given.person("Ilse Brandner"), given.person("Ada")
    browser = given.signed_in(ilse)
    browser.post("/en/settings/about-me", data=FACTS)
    member, visitor = given.signed_in(ada), given.app.test_client()
    assert "Ilse Brandner" in visitor.get("/en/people").text and "A room in Linz" not in visitor.get("/en/people").text
    assert "Ilse Brandner" in member.get("/it/people?q=LINZ room").text
    assert "Ilse Brandner" not in visitor.get("/en/people?q=linz").text
    assert "Ilse Brandner" not in member.get("/en/people?q=deutsch").text
    assert "Ada" not in visitor.get("/en/people").text.split("<main")[1], "who says nothing is not listed"
    browser.post("/en/settings/close", data={"current": PASSWORD, "sure": "y"})
    assert "Bread baking" not in member.get("/en/people").text
