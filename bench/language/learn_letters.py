"""Learn the weights of the second opinion on letters (bot/phrasing/opinion.py), and measure what they carry over.

    scripts/uv run --with scikit-learn==1.9.1 python bench/language/learn_letters.py [--write]

Each hand's letters are scored by weights and limits that were learned from the others alone. The evaluation's own
letters are never learned from. The same sentences give the same file.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy.sparse import vstack
from weights import TESTS, WORDS, Sentences, Weights, kin, lines_of, own

from bench.language.score import load_lexicon
from bot.phrasing import Lexicon
from bot.phrasing.letters import marks_in
from bot.phrasing.opinion import pack
from tests.phrasing.test_addressed import PAIRS

KINDS = ("blame", "contempt", "absolute", "threat")
BITS, KIND_BITS, STRENGTH, RARITY = 18, 16, 0.5, 1.5
# Of the harmless sentences so many may be marked: less than the four in a hundred that are allowed, since unseen
# letters are stranger than those the limits were chosen by.
FALSE = 0.025
TOLD_AGAIN = 2
THREATS_KEPT = 0.99  # of those that the rules rightly hear; such a letter is held back until it is reworded


@dataclass(frozen=True, slots=True)
class Sentence:
    fold: str
    text: str
    flags: frozenset[str]
    heard: frozenset[str]


def sentences(lexicon: Lexicon) -> Iterator[Sentence]:
    paths = [own(name, "letters") for name in ("build", "check", "further", "many")]
    for path in [*paths, TESTS / "language_eval" / "dev" / "letters.jsonl"]:
        for row in lines_of(path):
            fold = row["id"][:4] if path.parent.name == "many" else path.parent.name
            spans = tuple((part["start"], part["end"]) for part in row["sentences"])
            for part, mark in zip(row["sentences"], marks_in(row["text"], spans, lexicon), strict=True):
                yield Sentence(fold, row["text"][mark.start : mark.end], frozenset(part["flags"]), mark.flags)


def statements() -> Iterator[tuple[str, bool]]:
    """Messages to the partner of our own sets, and whether a letter that held them would be marked there.

    Pairs that differ in a word or two stand in several times: nothing teaches better what the difference makes.
    """
    for kind, unkind in PAIRS * TOLD_AGAIN:
        yield from ((kind, False), (unkind, True))
    for folder in ("build", "check", "further"):
        for row in lines_of(own(folder, "i_statements")):
            told = row["labels"]
            sharp = any(told[flag] for flag in ("absolute", "contempt_or_sarcasm", "label_or_insult", "mind_reading"))
            if sharp or told["verdict"] == "you_statement":
                yield row["text"], True
            elif told["verdict"] != "disguised_you" and not told["demand"]:
                yield row["text"], False


class Field:
    """All sentences, what the rules say of them, and what weights from other hands say."""

    def __init__(self, lexicon: Lexicon, kin: dict[str, str]) -> None:
        self.items = list(sentences(lexicon))
        rows = Sentences([one.text for one in self.items], lexicon, kin, quotes=False)
        self.rows, self.small_rows = rows.matrix(BITS), rows.matrix(KIND_BITS)
        more = list(statements())
        self.more = Sentences([text for text, _ in more], lexicon, kin, quotes=False).matrix(BITS)
        self.more_flagged = np.array([flagged for _, flagged in more])
        self.fold = np.array([one.fold for one in self.items])
        self.flagged = np.array([bool(one.flags) for one in self.items])
        self.heard = np.array([bool(one.heard) for one in self.items])
        self.threat = np.array(["threat" in one.heard for one in self.items])
        self.fresh = np.char.startswith(self.fold.astype(str), "lm-")  # the rules were not written with these
        self.learned = self.fold != "dev"

    def fit(self, chosen: Any) -> Weights:
        rows = vstack([self.rows[chosen], self.more])
        wanted = np.concatenate([self.flagged[chosen], self.more_flagged])
        return Weights(rows, wanted, strength=STRENGTH, rarity=RARITY)

    def unseen(self) -> Any:
        scores = np.zeros(len(self.items))
        for name in dict.fromkeys(self.fold):
            asked = self.fold == name
            scores[asked] = self.fit(self.learned & ~asked).sums(self.rows[asked])
        return scores

    def limits(self, scores: Any, chosen: Any) -> tuple[float, float]:
        """Above the first what no rule hears is marked, below the second what rules hear is not: the best pair."""
        asked = chosen & self.fresh
        likely = np.quantile(scores[asked & ~self.heard & ~self.flagged], np.arange(0.96, 1, 0.0025))
        unlikely = np.quantile(scores[asked & self.heard], np.arange(0, 0.8, 0.04))
        pairs = [pair for pair in product(likely, unlikely) if self.false(self.told(scores, *pair), asked) <= FALSE]
        above, below = max(pairs, key=lambda pair: self.f1(self.told(scores, *pair), asked))
        return float(above), float(below)

    def told(self, scores: Any, likely: float, unlikely: float) -> Any:
        return np.where(self.heard, scores >= unlikely, scores > likely)

    def both(self, scores: Any) -> Any:
        """What rules and weights say together, each hand's letters by limits from the others."""
        told = np.zeros(len(self.items), bool)
        for name in dict.fromkeys(self.fold):
            asked = self.fold == name
            told[asked] = self.told(scores, *self.limits(scores, ~asked))[asked]
        return told

    def false(self, told: Any, chosen: Any) -> float:
        return float(told[chosen & ~self.flagged].mean())

    def f1(self, told: Any, chosen: Any) -> float:
        right = (told & self.flagged & chosen).sum()
        return float(2 * right / ((told & chosen).sum() + (self.flagged & chosen).sum()))


def report(field: Field, scores: Any) -> None:
    print("set      sentences, flagged | rules | both  (F1, false flags)")
    groups = {"many": field.fresh} | {name: field.fold == name for name in dict.fromkeys(field.fold)}
    both = field.both(scores)
    for name, chosen in groups.items():
        shares = [f"{field.f1(told, chosen):.3f} {field.false(told, chosen):.3f}" for told in (field.heard, both)]
        print(f"{name:8} {chosen.sum():5} {(chosen & field.flagged).sum():5}", *shares, sep=" | ")


def write(field: Field, scores: Any) -> None:
    asked = field.learned & field.flagged
    flags = [one.flags for one in field.items]
    models = [field.fit(field.learned)]
    for kind in KINDS:
        wanted = np.array([kind in flags[place] for place in np.flatnonzero(asked)])
        models.append(Weights(field.small_rows[asked], wanted, strength=STRENGTH, rarity=RARITY))
    likely, unlikely = field.limits(scores, field.learned)
    threat = np.quantile(scores[field.fresh & field.threat & field.flagged], 1 - THREATS_KEPT)
    limits = dict.fromkeys(KINDS, unlikely) | {"threat": min(unlikely, float(threat))}
    packed = pack([m.table.tolist() for m in models], [round(m.base, 4) for m in models], likely, limits)
    (WORDS / "letters.weights").write_bytes(packed)
    print(f"letters.weights: {len(packed)} bytes, limits {likely:.3f} {limits}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    field = Field(load_lexicon(opinion=False), kin())
    scores = field.unseen()
    report(field, scores)
    if args.write:
        write(field, scores)


if __name__ == "__main__":
    main()
