"""The measurement on public sets, here on a handful of texts, with the model itself."""

import gzip
import json
from pathlib import Path

import pytest

from academy import cli
from academy.kernel.web import Academy

LABELS = ["nurse", "baker", "carpenter", "tax accountant", "truck driver", "violin teacher"]
TITLES = {"it": ["Infermieri", "Panettieri", "Falegnami"], "hu": ["Ápoló", "Pék", "Asztalos"]}
SENTENCES = {
    "it": [["Il pane è fresco.", "The bread is fresh."], ["Il treno è in ritardo.", "The train is late."]] * 8,
    "sk": [["Chlieb je čerstvý.", "The bread is fresh."], ["Vlak mešká.", "The train is late."]] * 8,
}


@pytest.fixture
def public_sets(tmp_path: Path) -> Path:
    folder = tmp_path / "sets"
    folder.mkdir()
    with gzip.open(folder / "corpus.tsv.gz", "wt", encoding="utf-8") as corpus:
        corpus.write("".join(f"C{number}\t{label}\n" for number, label in enumerate(LABELS)))
    for code, titles in TITLES.items():
        facts = {
            "corpus": "corpus.tsv.gz",
            "queries": {f"Q{number}": title for number, title in enumerate(titles)},
            "qrels": {f"Q{number}": [f"C{number}"] for number in range(len(titles))},
        }
        with gzip.open(folder / f"melo_{code}_en.json.gz", "wt", encoding="utf-8") as file:
            json.dump(facts, file)
    with gzip.open(folder / "tatoeba_7lang.json.gz", "wt", encoding="utf-8") as file:
        json.dump(SENTENCES, file)
    return folder


def test_the_model_finds_across_languages_what_letters_do_not(app: Academy, public_sets: Path) -> None:
    cli.init_app(app)
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["matching", "evaluate", "--data", str(public_sets), "--json"])
    assert answer.exit_code == 0, answer.output
    facts = json.loads(answer.stdout)
    hungarian = facts["occupations"]["hu"]
    assert hungarian["language-centred"]["value"] > hungarian["letters (trigrams)"]["value"]
    assert hungarian["n"] == 3 and facts["model"]
    again = runner.invoke(args=["matching", "evaluate", "--data", str(public_sets), "--json"])
    assert json.loads(again.stdout) == facts and not again.stderr  # from the cache, and the same


def test_a_missing_set_is_named(app: Academy, tmp_path: Path) -> None:
    cli.init_app(app)
    answer = app.test_cli_runner().invoke(args=["matching", "evaluate", "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "melo_it_en.json.gz is not in" in answer.output
