"""Learn the weights of the second opinion on causes (bot/phrasing/opinion.py), and measure what they carry over.

    scripts/uv run --with scikit-learn==1.9.1 python bench/language/learn_causes.py [--write]

Each hand's messages are scored by weights that were learned from the others alone. The evaluation's own messages are
never learned from. The same messages give the same file.
"""

import argparse
from typing import Any

import numpy as np
from weights import TESTS, WORDS, Sentences, Weights, kin, lines_of, own

from bench.language.score import load_lexicon
from bot.phrasing import causes
from bot.phrasing.causes import CAUSES
from bot.phrasing.opinion import pack

BITS, STRENGTH, RARITY = 16, 2, 1
# A cause is told above the first, one that rules hear above the second; the best of a few pairs on unseen hands.
LIKELY, UNLIKELY = 0.3, -1.7
NEARLY = 1.3  # as in bot/phrasing/causes.py


class Field:
    """All messages, what the rules say of them, and what weights from other hands say."""

    def __init__(self) -> None:
        lexicon = load_lexicon(opinion=False)
        paths = [own(name, "cause_matching") for name in ("build", "check", "further", "many")]
        paths.append(TESTS / "language_eval" / "dev" / "cause_matching.jsonl")
        rows = [(path.parent.name, row) for path in paths for row in lines_of(path)]
        texts = [row["text"] for _, row in rows]
        self.fold = np.array([row["id"][:4] if name == "many" else name for name, row in rows])
        self.named = np.array([[cause in row["labels"] for cause in CAUSES] for _, row in rows])
        self.heard = np.array([[cause in causes(text, lexicon) for cause in CAUSES] for text in texts])
        self.rows = Sentences(texts, lexicon, kin(), quotes=True).matrix(BITS)
        self.learned = self.fold != "dev"

    def fit(self, chosen: Any) -> list[Weights]:
        return [
            Weights(self.rows[chosen], self.named[chosen, place], strength=STRENGTH, rarity=RARITY)
            for place in range(len(CAUSES))
        ]

    def told(self) -> Any:
        """What rules and weights say together of each hand's messages, by weights from the others."""
        above = np.zeros(self.named.shape)
        for name in dict.fromkeys(self.fold):
            asked = self.fold == name
            sums = [model.sums(self.rows[asked]) for model in self.fit(self.learned & ~asked)]
            above[asked] = np.array(sums).T - np.where(self.heard[asked], UNLIKELY, LIKELY)
        told = above > 0
        best = above.argmax(1)
        alone = ~told.any(1) & (above.max(1) > -NEARLY)
        told[alone, best[alone]] = True
        return told

    def macro_f1(self, told: Any, chosen: Any) -> float:
        pairs = [(told[chosen, place], self.named[chosen, place]) for place in range(len(CAUSES))]
        pairs.append((~told[chosen].any(1), ~self.named[chosen].any(1)))
        return float(np.mean([2 * (one & other).sum() / max(1, one.sum() + other.sum()) for one, other in pairs]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    field = Field()
    told = field.told()
    print("set      messages | rules | both  (macro-F1)")
    for name in dict.fromkeys(field.fold):
        asked = field.fold == name
        scores = [f"{field.macro_f1(one, asked):.3f}" for one in (field.heard, told)]
        print(f"{name:8} {asked.sum():5}", *scores, sep=" | ")
    if args.write:
        models = field.fit(field.learned)
        tables, base = [model.table.tolist() for model in models], [round(model.base, 4) for model in models]
        packed = pack(tables, base, LIKELY, dict.fromkeys(CAUSES, UNLIKELY))
        (WORDS / "causes.weights").write_bytes(packed)
        print(f"causes.weights: {len(packed)} bytes")


if __name__ == "__main__":
    main()
