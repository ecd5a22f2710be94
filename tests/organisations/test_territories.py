from academy.kernel.i18n import in_language
from academy.kernel.web import Academy
from academy.organisations.rules import region_fits
from academy.organisations.territories import COUNTRIES, NEIGHBOURS, Country, Tongue, place, region_name, regions


def test_there_are_99_regions_in_seven_countries() -> None:
    assert len(regions()) == 99
    assert {region.country for region in regions().values()} == set(COUNTRIES)
    assert region_name("ITH3") == "Veneto"
    assert region_name("XX00") == ""


def test_neighbours_are_neighbours_of_each_other() -> None:
    for country, others in NEIGHBOURS.items():
        assert country not in others
        assert all(country in NEIGHBOURS[other] for other in others)


def test_a_country_is_named_in_the_language_of_the_page(app: Academy) -> None:
    with app.test_request_context():
        for language, hungary, polish in (("en", "Hungary", "Polish"), ("it", "Ungheria", "polacco")):
            with in_language(language):
                assert (str(Country("HU")), str(Tongue("pl"))) == (hungary, polish)
        assert place("SI", "SI03", "Ptuj").startswith("Ptuj, ")
        assert place("SI", "SI03").startswith("Vzhodna Slovenija, ")


def test_a_region_belongs_to_its_country() -> None:
    assert region_fits("IT", "ITH3")
    assert region_fits("IT", "")
    assert not region_fits("AT", "ITH3")
    assert region_fits("AT", "nowhere").field == "nuts2"
