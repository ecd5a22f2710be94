"""How good is the model at what it is used for? Measured on public sets that nobody here wrote, with baselines and intervals.

Two tasks: national job titles that find English labels of the same occupation (MELO), and English sentences that find their translation among
sentences of six languages (Tatoeba). Vectors are those that the platform would keep: one signed byte a dimension. What is learned is learned
from one half of each set and measured on the other.
"""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from marketplace.matching import meaning, turning, weights
from marketplace.matching.meaning import Vectors
from marketplace.matching.model import Model, for_evaluation, wanted_model
from marketplace.words import threes

SEED = 7
RESAMPLED = 1_000
AT_ONCE = 256
TOP = 10
ASKED, TAUGHT = 0, 1  # halves: what is measured with the map that is kept, and what it was learned from
Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
PUBLISHED = {"it": {"BGE-M3": 0.327, "mE5-large": 0.358}, "hu": {"BGE-M3": 0.188, "mE5-large": 0.216}}
BY_SET = ("it", "hu")


class MissingFile(Exception):
    """A public set is not in the folder; the message says which."""


def evaluated(data: Path, cache: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Every figure, as plain values. What was embedded before is read from the cache."""
    sets = _Sets(data, _Heard(cache, tell))
    turns = {half: sets.turn_for(half) for half in (ASKED, TAUGHT)}
    return {
        "model": wanted_model() or for_evaluation("query").name,
        "weights": weights.VERSION,
        "seed": SEED,
        "occupations": {code: _by_occupation(sets, code, turns) for code in BY_SET},
        "sentences": _by_sentence(sets, turns[ASKED]),
    }


def turn_to_keep(data: Path, cache: Path, tell: Callable[[str], None]) -> Vectors:
    """The map that turns the space of the bundled model, learned from one half of each set."""
    return _Sets(data, _Heard(cache, tell)).turn_for(ASKED)


def lines_of(facts: Mapping[str, Any]) -> list[str]:
    """The same for people: a table in Markdown."""
    found = [
        f"Model `{facts['model']}`, weights version {facts['weights']}, seed {facts['seed']}.",
        "",
        "| occupations, MRR | IT → EN | HU → EN |",
        "|---|---|---|",
    ]
    italian, hungarian = facts["occupations"]["it"], facts["occupations"]["hu"]
    found += [f"| {name} | {_shown(italian[name])} | {_shown(hungarian[name])} |" for name in italian if name != "n"]
    found += [
        f"| published {name} | {value:.3f} | {PUBLISHED['hu'][name]:.3f} |" for name, value in PUBLISHED["it"].items()
    ]
    sentences = facts["sentences"]
    codes = list(sentences["pool"])
    found += ["", f"| sentences, hit@1 | mean | {' | '.join(codes)} |", "|---" * (len(codes) + 2) + "|"]
    for name, row in sentences["hit@1"].items():
        found.append(f"| {name} | {_shown(row['mean'])} | " + " | ".join(f"{row[code]:.3f}" for code in codes) + " |")
    found += [
        "",
        f"| share of the first ten ÷ share of the pool | {' | '.join(codes)} |",
        "|---" * (len(codes) + 1) + "|",
    ]
    for name, row in sentences["share"].items():
        found.append(f"| {name} | " + " | ".join(f"{row[code]:.2f}" for code in codes) + " |")
    return found


def _shown(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


@dataclass
class _Heard:
    """Vectors of texts, embedded once."""

    cache: Path
    tell: Callable[[str], None]

    def vectors(self, texts: Sequence[str], prefix: str = "query") -> Vectors:
        model: Model = for_evaluation(prefix)
        key = sha256("\0".join([model.name, *texts]).encode()).hexdigest()[:24]
        file = self.cache / f"{key}.i8"
        if not file.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            self.tell(f"{len(texts)} texts are embedded, once …")
            parts = [
                meaning.stored(model.vectors(texts[start : start + AT_ONCE])) for start in range(0, len(texts), AT_ONCE)
            ]
            file.write_bytes(b"".join(parts))
        return _unpacked(file.read_bytes(), len(texts))


def _unpacked(stored: bytes, rows: int) -> Vectors:
    return meaning.unit(np.frombuffer(stored, np.int8).reshape(rows, -1).astype(np.float32))


def _turned(vectors: Vectors, turn: Vectors) -> Vectors:
    """As the platform keeps them."""
    return _unpacked(meaning.stored(turning.turned(vectors, turn)), len(vectors))


def _read(data: Path, name: str) -> Any:
    try:
        with gzip.open(data / name, "rt", encoding="utf-8") as opened:
            return json.load(opened) if name.endswith(".json.gz") else opened.read()
    except FileNotFoundError as missing:
        raise MissingFile(f"{name} is not in {data}") from missing


def _centred(vectors: Vectors, mean: Any = None) -> Vectors:
    return meaning.unit(vectors - (vectors.mean(axis=0) if mean is None else mean))


@dataclass(frozen=True)
class _Occupations:
    """National titles, and which labels of the corpus name the same occupation."""

    titles: list[str]
    right: list[list[int]]  # rows of the corpus
    concepts: list[set[str]]

    def of_half(self, half: int) -> list[int]:
        return [*range(half, len(self.titles), 2)]


@dataclass(frozen=True)
class _Sets:
    data: Path
    hear: _Heard

    @cached_property
    def corpus(self) -> list[list[str]]:
        return [line.split("\t") for line in _read(self.data, self._melo("it")["corpus"]).splitlines()]

    @cached_property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(label for _key, label in self.corpus))

    @cached_property
    def label_of_row(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        place = {label: number for number, label in enumerate(self.labels)}
        return np.array([place[label] for _key, label in self.corpus])

    @cached_property
    def label_vectors(self) -> Vectors:
        return self.hear.vectors(self.labels)

    @cached_property
    def occupations(self) -> dict[str, _Occupations]:
        number = {key: position for position, (key, _label) in enumerate(self.corpus)}
        found = {}
        for code in BY_SET:
            asked = self._melo(code)
            right = [asked["qrels"][query] for query in asked["queries"]]
            found[code] = _Occupations(
                [*asked["queries"].values()],
                [[number[key] for key in keys] for keys in right],
                [{key.partition("_")[0] for key in keys} for keys in right],
            )
        return found

    @cached_property
    def sentences(self) -> dict[str, tuple[list[str], list[str]]]:
        """Of each language: sentences, and what they are in English."""
        pairs = dict(_read(self.data, "tatoeba_7lang.json.gz"))
        return {code: ([one for one, _e in some], [one for _f, one in some]) for code, some in pairs.items()}

    @cached_property
    def sentence_vectors(self) -> dict[str, tuple[Vectors, Vectors]]:
        return {
            code: (self.hear.vectors(one), self.hear.vectors(other)) for code, (one, other) in self.sentences.items()
        }

    def turn_for(self, half: int) -> Vectors:
        """A map to measure on one half: learned from the other, without any occupation that this half asks for in any language."""
        return turning.learned([self._occupations_to_learn_from(half), self._sentences_to_learn_from(half)])

    def _occupations_to_learn_from(self, half: int) -> turning.Pairs:
        """Each title, with the mean of the labels that are right."""
        asked = set[str]()
        for known in self.occupations.values():
            asked = asked.union(*(known.concepts[number] for number in known.of_half(half)))
        labels = _centred(self.label_vectors)
        ours, theirs = [], []
        for known in self.occupations.values():
            titles = _centred(self.hear.vectors(known.titles))
            for number in known.of_half(1 - half):
                if not known.concepts[number] & asked:
                    ours.append(titles[number])
                    theirs.append(labels[np.unique(self.label_of_row[known.right[number]])].mean(axis=0))
        return np.array(ours), meaning.unit(np.array(theirs))

    def _sentences_to_learn_from(self, half: int) -> turning.Pairs:
        some = [(foreign[1 - half :: 2], english[1 - half :: 2]) for foreign, english in self.sentence_vectors.values()]
        in_english = np.concatenate([english for _foreign, english in some])
        return np.concatenate([_centred(foreign) for foreign, _english in some]), _centred(in_english)

    def _melo(self, code: str) -> Any:
        return _read(self.data, f"melo_{code}_en.json.gz")


# --- occupations --------------------------------------------------------------------------------------------------


def _by_occupation(sets: _Sets, code: str, turns: Mapping[int, Vectors]) -> dict[str, Any]:
    known = sets.occupations[code]
    titles, there = sets.hear.vectors(known.titles), sets.label_vectors
    moved, target = _centred(titles), _centred(there)
    both = meaning.unit(moved + _centred(sets.hear.vectors(known.titles, "passage")))
    chance = np.random.default_rng(SEED)

    def turned() -> Vectors:
        """Each half by the map that was learned without it."""
        scores = np.empty((len(titles), len(there)), np.float32)
        for half, turn in turns.items():
            scores[half::2] = _centred(_turned(titles, turn))[half::2] @ _centred(_turned(there, turn)).T
        return scores

    ways: dict[str, Callable[[], Vectors]] = {
        "random": lambda: chance.random((len(titles), len(there)), np.float32),
        "letters (trigrams)": lambda: _by_letters(known.titles, sets.labels),
        "vectors as they are": lambda: titles @ there.T,
        "language-centred": lambda: moved @ target.T,
        "centred, both prefixes": lambda: both @ target.T,
        "turned and centred": turned,
    }
    return {
        name: _figure(_reciprocal_ranks(scores()[:, sets.label_of_row], known.right)) for name, scores in ways.items()
    } | {"n": len(titles)}


def _reciprocal_ranks(scores: Vectors, right: Sequence[Sequence[int]]) -> Numbers:
    best = [row[some].max() for row, some in zip(scores, right, strict=True)]
    return np.array([1 / (1 + int((row > mark).sum())) for row, mark in zip(scores, best, strict=True)])


def _by_letters(queries: Sequence[str], texts: Sequence[str]) -> Vectors:
    """How rare the groups of three letters are that two texts share; where there are none, chance decides."""
    sets = [threes(text.casefold().split()) for text in texts]
    holders: dict[str, list[int]] = {}
    for number, letters in enumerate(sets):
        for three in letters:
            holders.setdefault(three, []).append(number)
    rare = {three: float(np.log(len(texts) / len(some))) for three, some in holders.items()}
    length = np.sqrt(np.array([sum(rare[three] ** 2 for three in letters) or 1.0 for letters in sets]))
    scores = np.random.default_rng(SEED).random((len(queries), len(texts)), np.float32) * 1e-4
    for row, query in zip(scores, queries, strict=True):
        for three in threes(query.casefold().split()):
            if three in holders:
                row[holders[three]] += rare[three] ** 2
        row /= length
    return scores


# --- sentences ----------------------------------------------------------------------------------------------------


def _by_sentence(sets: _Sets, turn: Vectors) -> dict[str, Any]:
    """English finds its translation among one half of the sentences; means, deviations and the map come from the other half."""
    codes = [*sets.sentences]
    language = np.concatenate([[code] * len(sets.sentences[code][0][ASKED::2]) for code in codes])
    vectors = sets.sentence_vectors
    turned = {code: (_turned(one, turn), _turned(other, turn)) for code, (one, other) in vectors.items()}
    ways = {
        "letters (trigrams)": _by_letters(
            [one for code in codes for one in sets.sentences[code][1][ASKED::2]],
            [one for code in codes for one in sets.sentences[code][0][ASKED::2]],
        ),
        "vectors as they are": np.concatenate([vectors[code][1][ASKED::2] for code in codes])
        @ np.concatenate([vectors[code][0][ASKED::2] for code in codes]).T,
        "language-centred": _across(vectors, language, scaled=False),
        "centred, scaled per language": _across(vectors, language, scaled=True),
        "turned, centred, scaled": _across(turned, language, scaled=True),
    }
    counted = Counter(language.tolist())
    found: dict[str, Any] = {"n": len(language), "pool": dict(counted), "hit@1": {}, "share": {}}
    for name, scores in ways.items():
        hits = (scores.argmax(axis=1) == np.arange(len(language))).astype(float)
        found["hit@1"][name] = {"mean": _figure(hits)} | {
            code: round(float(hits[language == code].mean()), 4) for code in codes
        }
        first = Counter(language[np.argpartition(-scores, TOP, axis=1)[:, :TOP]].ravel().tolist())
        found["share"][name] = {
            code: round((first[code] / (TOP * len(language))) / (counted[code] / len(language)), 4) for code in codes
        }
    return found


def _across(
    vectors: Mapping[str, tuple[Vectors, Vectors]],
    language: np.ndarray[tuple[int], np.dtype[np.str_]],
    *,
    scaled: bool,
) -> Vectors:
    """How close each English sentence is to each foreign one, once what a language has in common is taken out."""
    taught = np.concatenate([english[TAUGHT::2] for _foreign, english in vectors.values()])
    asked = _centred(np.concatenate([english[ASKED::2] for _foreign, english in vectors.values()]), taught.mean(axis=0))
    parts = []
    for foreign, _english in vectors.values():
        target = _centred(foreign[ASKED::2], foreign[TAUGHT::2].mean(axis=0))
        close = asked @ target.T
        if scaled:
            chance = _centred(taught) @ _centred(foreign[TAUGHT::2]).T
            close = (close - chance.mean()) / chance.std()
        parts.append(close)
    return np.concatenate(parts, axis=1)


def _figure(values: Numbers) -> dict[str, float]:
    """The mean, and between what it lies in 95 of 100 samples drawn from the same queries."""
    chance = np.random.default_rng(SEED)
    drawn = chance.integers(0, len(values), (RESAMPLED, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return {"value": round(float(values.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}
