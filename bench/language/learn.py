"""Learn the weights of the second opinion on danger (bot/phrasing/opinion.py), and measure what they carry over.

    scripts/uv run --with scikit-learn==1.9.1 python bench/language/learn.py [--write]

Each set of sentences is scored by weights that were learned from the other sets alone; the two limits are chosen from
the sets that are neither learned from nor scored. The evaluation's own sets are never learned from.
scikit-learn (BSD licence) is needed here and nowhere else. The same sentences give the same file.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import vstack
from weights import TESTS, WORDS, Sentences, Weights, kin, lines_of, own

from bench.language.score import load_lexicon
from bot.phrasing import Lexicon, danger
from bot.phrasing.opinion import pack

KINDS = (
    "self_harm",
    "fear_of_partner_or_abuse",
    "violence_towards_partner",
    "child_at_risk",
    "medical_or_other_emergency",
)
BITS, KIND_BITS, STRENGTH, RARITY = 18, 16, 0.2, 2
# Of harmless sentences left alone where the rules hear nothing; of dangers kept that the rules hear softly.
HARMLESS_LEFT, KEPT = 0.986, 0.90
WRITTEN = {"further": "sf-", "voices": "sv-", "many": "sm-", "once": "so-"}


@dataclass(frozen=True, slots=True)
class Item:
    fold: str
    text: str
    label: str
    directness: str


def fold_of(path: Path, key: str) -> str:
    """Sets that were written one after the other stay together: three of `further`, one of `voices`."""
    if path.parent.name == "further":
        return f"sf-{(ord(key[3]) - ord('f')) // 3 + 1}"
    return key[:4] if path.parent.name in {"voices", "many", "once"} else path.parent.name


def items() -> Iterator[Item]:
    paths = [TESTS / "own" / name / "safety.jsonl" for name in ("build", "check", "further", "voices", "many", "once")]
    for path in [*paths, TESTS / "language_eval" / "dev" / "safety.jsonl"]:
        for row in lines_of(path):
            yield Item(fold_of(path, row["id"]), row["text"], row["label"], row.get("directness") or "none")


def ordinary(lexicon: Lexicon) -> Iterator[str]:
    """What people say in the other sets of our own: of no danger, unless the rules hear one."""
    for folder in ("build", "check", "further", "many"):
        texts = [row["text"] for name in ("i_statements", "cause_matching") for row in lines_of(own(folder, name))]
        if folder in {"build", "check"}:
            for row in lines_of(own(folder, "letters")):
                texts += [row["text"][part["start"] : part["end"]] for part in row["sentences"]]
        yield from (text for text in texts if danger(text, lexicon) is None)


class Field:
    """All sentences, what the rules say of them, and what weights from the other sets say."""

    def __init__(self, lexicon: Lexicon, kin: dict[str, str]) -> None:
        self.items = list(items())
        rows = Sentences([one.text for one in self.items], lexicon, kin, quotes=True)
        self.rows, self.small_rows = rows.matrix(BITS), rows.matrix(KIND_BITS)
        self.calm = Sentences(list(ordinary(lexicon)), lexicon, kin, quotes=True).matrix(BITS)
        self.fold = np.array([one.fold for one in self.items])
        self.label = np.array([one.label for one in self.items])
        self.said = np.array([one.directness for one in self.items])
        self.danger = self.label != "none"
        found = [danger(one.text, lexicon) for one in self.items]
        self.hard = np.array([one is not None and one.tier == "hard" for one in found])
        self.soft = np.array([one is not None and one.tier == "soft" for one in found])
        # The rules were not written with these, and they are no traps: most of what is said in them is plain.
        self.fresh = np.isin(self.fold, [f"sm-{hand}" for hand in "abcde"])
        self.learned = self.fold != "dev"

    def fit(self, chosen: Any) -> Weights:
        rows = vstack([self.rows[chosen], self.calm])
        wanted = np.concatenate([self.danger[chosen], np.zeros(self.calm.shape[0], bool)])
        return Weights(rows, wanted, strength=STRENGTH, rarity=RARITY)

    def unseen(self) -> Any:
        scores = np.zeros(len(self.items))
        for name in dict.fromkeys(self.fold):
            print(name, end=" ", flush=True)
            asked = self.fold == name
            scores[asked] = self.fit(self.learned & ~asked).sums(self.rows[asked])
        return scores

    def likely(self, scores: Any, chosen: Any) -> float:
        unheard = chosen & self.fresh & ~self.hard & ~self.soft
        return float(np.quantile(scores[unheard & ~self.danger], HARMLESS_LEFT))

    def unlikely(self, scores: Any, chosen: Any) -> float:
        return float(np.quantile(scores[chosen & self.fresh & self.soft & self.danger], 1 - KEPT))

    def both(self, scores: Any) -> Any:
        """What rules and weights say together, each set by limits from the others.

        What a hard rule heard counts as told, also where the bot asks the weights about it: "could", "would, if".
        """
        told = np.zeros(len(self.items), bool)
        for name in dict.fromkeys(self.fold):
            asked = self.fold == name
            told[asked] = np.where(
                self.soft, scores >= self.unlikely(scores, ~asked), self.hard | (scores > self.likely(scores, ~asked))
            )[asked]
        return told

    def shares(self, told: Any, chosen: Any) -> str:
        parts = [told[chosen & (self.said == kind)] for kind in ("direct", "indirect")] + [~told[chosen & ~self.danger]]
        return "  ".join(f"{part.mean():.2f} of {len(part):4}" if len(part) else "   none    " for part in parts)


def report(field: Field, scores: Any) -> None:
    """Direct and indirect danger found, and harmless sentences left alone."""
    rules, both = field.hard | field.soft, field.both(scores)
    alone = np.zeros(len(rules), bool)
    for name in dict.fromkeys(field.fold):
        asked = field.fold == name
        alone[asked] = scores[asked] > field.likely(scores, ~asked)
    print("set           weights alone | rules | both  (direct, indirect, left alone)")
    groups = {name: np.char.startswith(field.fold.astype(str), start) for name, start in WRITTEN.items()}
    groups |= {name: field.fold == name for name in dict.fromkeys(field.fold)}
    for name, chosen in groups.items():
        print(f"{name:8}", *(field.shares(told, chosen) for told in (alone, rules, both)), sep=" | ")
    everything = scores > -np.inf
    limits = (field.likely(scores, everything), field.unlikely(scores, everything))
    print("limits:", *(round(limit, 3) for limit in limits))


def kind_weights(field: Field, chosen: Any) -> list[Weights]:
    asked = chosen & field.danger
    return [
        Weights(field.small_rows[asked], field.label[asked] == kind, strength=STRENGTH, rarity=RARITY) for kind in KINDS
    ]


def kinds_right(field: Field) -> float:
    """The share of dangers in the test set whose kind is told rightly by weights that were not learned from it."""
    models = kind_weights(field, field.learned)
    asked = field.danger & ~field.learned
    sums = np.array([model.sums(field.small_rows[asked]) for model in models])
    return float((np.array(KINDS)[sums.argmax(0)] == field.label[asked]).mean())


def write(field: Field, scores: Any) -> None:
    models = [field.fit(field.learned), *kind_weights(field, field.learned)]
    tables = [model.table.tolist() for model in models]
    base = [round(model.base, 4) for model in models]
    everything = scores > -np.inf
    packed = pack(
        tables, base, field.likely(scores, everything), dict.fromkeys(KINDS, field.unlikely(scores, everything))
    )
    (WORDS / "danger.weights").write_bytes(packed)
    print(f"danger.weights: {len(packed)} bytes")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lexicon = load_lexicon(opinion=False)
    field = Field(lexicon, kin())
    scores = field.unseen()
    report(field, scores)
    print(f"kind told rightly on dev: {kinds_right(field):.2f}")
    if args.write:
        write(field, scores)


if __name__ == "__main__":
    main()
