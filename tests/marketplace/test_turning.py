"""The map that brings closer what says the same in two languages."""

import numpy as np

from academy.kernel.web import Academy
from marketplace.matching import meaning, turning
from marketplace.matching.model import BUNDLED, loaded
from marketplace.matching.turning import Pairs

WIDTH = 24


def pairs(seed: int) -> Pairs:
    """Two languages that agree in half of the dimensions and say something of their own in the others."""
    chance = np.random.default_rng(seed)
    common = chance.normal(size=(400, WIDTH)).astype(np.float32)
    common[:, WIDTH // 2 :] = 0

    def said() -> meaning.Vectors:
        own = chance.normal(size=(400, WIDTH)).astype(np.float32)
        own[:, : WIDTH // 2] *= 0.3
        return meaning.unit(common + own)

    return said(), said()


def found(one: meaning.Vectors, other: meaning.Vectors) -> float:
    return float(((one @ other.T).argmax(axis=1) == np.arange(len(one))).mean())


def test_what_was_learned_from_some_pairs_brings_others_closer() -> None:
    turn = turning.learned([pairs(1)])
    one, other = pairs(2)
    assert found(turning.turned(one, turn), turning.turned(other, turn)) > found(one, other) + 0.1


def test_every_set_weighs_the_same_however_long_it_is() -> None:
    (one, other), more = pairs(1), pairs(2)
    twice = np.concatenate([one, one]), np.concatenate([other, other])
    assert np.allclose(turning.learned([twice, more]), turning.learned([(one, other), more]), atol=1e-3)


def test_the_bundled_model_turns_and_one_of_an_older_name_does_not(app: Academy) -> None:
    texts = ["Ci serve una stanza per riparare biciclette.", "Szükségünk van egy szobára, ahol kerékpárt javíthatunk."]
    with app.app_context():
        plain, turned = loaded("e5-small-q4/query").vectors(texts), loaded(BUNDLED).vectors(texts)
    assert np.allclose(turning.turned(plain), turned, atol=1e-6)
    assert not np.allclose(plain, turned, atol=1e-2)
    assert np.allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)
