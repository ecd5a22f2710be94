"""Which words are the same word?"""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.retrieval.stems import folded, forms, stems, trigrams, wanted, words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("CITTÀ", "citta"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Đakovo", "dakovo"),
        ("Ærø", "aero"),
        ("Győr", "gyor"),
        ("řeka ščepec žluť", "reka scepec zlut"),
        ("ﬁnance", "finance"),
        ("İzmir", "izmir"),
    ],
)
def test_case_and_accents_make_no_difference(written: str, plain: str) -> None:
    assert folded(written) == plain


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "innovations", "innovation"),
        ("it", "innovazioni", "innovazione"),
        ("it", "CITTA", "città"),
        ("de", "Häuser", "hauser"),
        ("hu", "városnál", "varos"),
        ("pl", "miasta", "miasto"),
        ("sl", "Občina", "obcina"),
        ("sk", "Žilina", "zilina"),
    ],
)
def test_two_forms_of_a_word_share_a_stem(language: str, one: str, other: str) -> None:
    (first,), (second,) = words(one), words(other)
    assert set(forms(first, language)) & set(forms(second, language))


def test_the_word_itself_comes_first() -> None:
    assert forms("città", "it")[0] == "citta"
    assert forms("občine", "sl") == ("obcine",)
    assert forms("care", "xx") == ("care",)


def test_stems_of_a_text_keep_the_order_of_its_words() -> None:
    assert stems("L'innovazione, nelle città!", "sk") == "l innovazione nelle citta"
    assert stems("the cities", "en") == "the cities citi"
    assert stems(" – \N{GRINNING FACE} _", "en") == ""


def test_a_search_leaves_out_small_words_beside_longer_ones() -> None:
    assert wanted("the role of a city in the EU").words == ("the", "role", "city", "eu")
    assert wanted("of").words == ("of",)
    assert wanted("need need NEED").words == ("need",)
    assert len(wanted("a1 " * 5 + " ".join(f"word{number}" for number in range(100))).words) == 12


def test_the_last_word_may_be_unfinished() -> None:
    assert wanted("social Innová").beginning == "innova"
    assert wanted("ab").beginning == ""
    assert wanted("").beginning == ""


def test_trigrams_show_likeness_in_spite_of_a_slip() -> None:
    right, slip, other = trigrams("Innovation"), trigrams("inovation"), trigrams("garden")
    assert "  i" in right
    assert len(right & slip) > 5
    assert not right & other
    assert trigrams("Città") == trigrams("citta")
    assert trigrams("") == frozenset()


def test_threads_do_not_disturb_each_other() -> None:
    expected = [forms(f"{word}ations", "en") for word in "abcdefghij"]
    wrong: list[object] = []

    def stem_often() -> None:
        for _ in range(50):
            forms.cache_clear()
            got = [forms(f"{word}ations", "en") for word in "abcdefghij"]
            if got != expected:
                wrong.append(got)

    threads = [threading.Thread(target=stem_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@given(st.text(max_size=200), st.sampled_from(["en", "it", "de", "hu", "pl", "sl", "sk", ""]))
def test_stems_are_letters_and_digits_whatever_is_written(text: str, language: str) -> None:
    assert all(stem.isalnum() for stem in stems(text, language).split(" ") if stem)
    assert all(form.isalnum() for each in wanted(text).forms(language) for form in each)
    trigrams(text)
