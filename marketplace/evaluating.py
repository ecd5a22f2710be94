"""How good is the model at what it is used for? Measured on public sets that nobody here wrote, with baselines and intervals.

Two tasks: national job titles that find English labels of the same occupation (MELO), and English sentences that find their translation among
sentences of six languages (Tatoeba). Vectors are those that the platform would keep: one signed byte a dimension.
"""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from marketplace.matching import meaning, weights
from marketplace.matching.meaning import Vectors
from marketplace.matching.model import Model, for_evaluation
from marketplace.words import threes

SEED = 7
RESAMPLED = 1_000
AT_ONCE = 256
TOP = 10
Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
PUBLISHED = {"it": {"BGE-M3": 0.327, "mE5-large": 0.358}, "hu": {"BGE-M3": 0.188, "mE5-large": 0.216}}


class MissingFile(Exception):
    """A public set is not in the folder; the message says which."""


def evaluated(data: Path, cache: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Every figure, as plain values. What was embedded before is read from the cache."""
    hear = _Heard(cache, tell)
    return {
        "model": for_evaluation("query").name,
        "weights": weights.VERSION,
        "seed": SEED,
        "occupations": {code: _occupations(data, code, hear) for code in ("it", "hu")},
        "sentences": _sentences(data, hear),
    }


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
        packed = np.frombuffer(file.read_bytes(), np.int8).reshape(len(texts), -1)
        return meaning.unit(packed.astype(np.float32))


def _read(data: Path, name: str) -> Any:
    try:
        with gzip.open(data / name, "rt", encoding="utf-8") as opened:
            return json.load(opened) if name.endswith(".json.gz") else opened.read()
    except FileNotFoundError as missing:
        raise MissingFile(f"{name} is not in {data}") from missing


def _centred(vectors: Vectors, mean: Any = None) -> Vectors:
    return meaning.unit(vectors - (vectors.mean(axis=0) if mean is None else mean))


# --- occupations --------------------------------------------------------------------------------------------------


def _occupations(data: Path, code: str, hear: _Heard) -> dict[str, Any]:
    asked = _read(data, f"melo_{code}_en.json.gz")
    rows = [line.split("\t") for line in _read(data, asked["corpus"]).splitlines()]
    labels = list(dict.fromkeys(label for _key, label in rows))
    place = {label: number for number, label in enumerate(labels)}
    of_row = np.array([place[label] for _key, label in rows])
    number = {key: position for position, (key, _label) in enumerate(rows)}
    queries = [*asked["queries"].values()]
    right = [[number[key] for key in asked["qrels"][query]] for query in asked["queries"]]
    here, there = hear.vectors(queries), hear.vectors(labels)
    passages = hear.vectors(queries, "passage")
    moved, target = _centred(here), _centred(there)
    both = meaning.unit(moved + _centred(passages))
    chance = np.random.default_rng(SEED)
    ways: dict[str, Callable[[], Vectors]] = {
        "random": lambda: chance.random((len(queries), len(labels)), np.float32),
        "letters (trigrams)": lambda: _by_letters(queries, labels),
        "vectors as they are": lambda: here @ there.T,
        "language-centred (in use)": lambda: moved @ target.T,
        "centred, both prefixes": lambda: both @ target.T,
    }
    return {name: _figure(_reciprocal_ranks(scores()[:, of_row], right)) for name, scores in ways.items()} | {
        "n": len(queries)
    }


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


def _sentences(data: Path, hear: _Heard) -> dict[str, Any]:
    """English finds its translation among one half of the sentences; means and deviations come from the other half."""
    pairs = dict(_read(data, "tatoeba_7lang.json.gz"))
    foreign = {code: hear.vectors([one for one, _english in some]) for code, some in pairs.items()}
    english = {code: hear.vectors([one for _foreign, one in some]) for code, some in pairs.items()}
    codes = [*pairs]
    asked = np.concatenate([english[code][::2] for code in codes])
    asked_elsewhere = np.concatenate([english[code][1::2] for code in codes])
    pool = np.concatenate([foreign[code][::2] for code in codes])
    language = np.concatenate([[code] * len(foreign[code][::2]) for code in codes])
    moved = _centred(asked, asked_elsewhere.mean(axis=0))
    target = np.concatenate([_centred(foreign[code][::2], foreign[code][1::2].mean(axis=0)) for code in codes])
    scaled = moved @ target.T
    learned = _centred(asked_elsewhere)
    for code in codes:
        chance = learned @ _centred(foreign[code][1::2]).T
        scaled[:, language == code] = (scaled[:, language == code] - chance.mean()) / chance.std()
    ways = {
        "letters (trigrams)": _by_letters(
            [one for code in codes for _f, one in pairs[code][::2]],
            [one for code in codes for one, _e in pairs[code][::2]],
        ),
        "vectors as they are": asked @ pool.T,
        "language-centred": moved @ target.T,
        "centred, scaled per language (in use)": scaled,
    }
    counted = Counter(language.tolist())
    found: dict[str, Any] = {"n": len(asked), "pool": dict(counted), "hit@1": {}, "share": {}}
    for name, scores in ways.items():
        hits = (scores.argmax(axis=1) == np.arange(len(asked))).astype(float)
        found["hit@1"][name] = {"mean": _figure(hits)} | {
            code: round(float(hits[language == code].mean()), 4) for code in codes
        }
        first = Counter(language[np.argpartition(-scores, TOP, axis=1)[:, :TOP]].ravel().tolist())
        found["share"][name] = {
            code: round((first[code] / (TOP * len(asked))) / (counted[code] / len(asked)), 4) for code in codes
        }
    return found


def _figure(values: Numbers) -> dict[str, float]:
    """The mean, and between what it lies in 95 of 100 samples drawn from the same queries."""
    chance = np.random.default_rng(SEED)
    drawn = chance.integers(0, len(values), (RESAMPLED, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return {"value": round(float(values.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}
