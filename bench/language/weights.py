"""What the learning of every second opinion shares: texts as rows of features, weights, labelled lines."""

import json
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.phrasing import Lexicon, kin_of  # noqa: E402
from bot.phrasing.opinion import LONGEST, features  # noqa: E402

TESTS = ROOT / "tests" / "phrasing"
WORDS = ROOT / "dialogs" / "phrasing" / "en"


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def own(folder: str, name: str) -> Path:
    return TESTS / "own" / folder / f"{name}.jsonl"


def kin() -> dict[str, str]:
    return kin_of((WORDS / "kin.txt").read_text("utf-8"))


class Sentences:
    """Texts as rows of hashed features, each row of length one."""

    def __init__(self, texts: list[str], lexicon: Lexicon, kin: dict[str, str], *, quotes: bool) -> None:
        self.rows = [[word.form for word in lexicon.read(text, quotes=quotes).words][:LONGEST] for text in texts]
        self.kin = kin

    def matrix(self, bits: int) -> csr_matrix:
        places, ends, values = [], [0], []
        for words in self.rows:
            found = {crc32(one.encode()) for one in features(words, self.kin)}
            places += sorted(number & ((1 << bits) - 1) for number in found)
            values += [1 / np.sqrt(max(1, len(found)))] * len(found)
            ends.append(len(places))
        return csr_matrix((values, places, ends), shape=(len(self.rows), 1 << bits))


class Weights:
    """A logistic regression in which what few sentences hold may weigh more: by a power of its rarity's logarithm."""

    def __init__(self, rows: csr_matrix, wanted: Any, *, strength: float, rarity: float) -> None:
        held = np.asarray((rows > 0).sum(0)).ravel()
        rare = np.where(held > 0, np.log((rows.shape[0] + 1) / (held + 1)) ** rarity, 0)
        model = LogisticRegression(C=strength, solver="liblinear", tol=1e-2, random_state=0)
        model.fit(rows @ diags(rare), wanted)
        self.table, self.base = model.coef_[0] * rare, float(model.intercept_[0])

    def sums(self, rows: csr_matrix) -> Any:
        return rows @ self.table + self.base
