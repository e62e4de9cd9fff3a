"""A second opinion on a sentence: weights learned from labelled ones. Pure; the weights are data of a language.

Words, pairs, triples, words apart and pieces of words are hashed into tables of small whole numbers; what is added up
says how much a sentence is like those in which somebody was in danger, like those of letters that a coach would mark,
or like those that told of a cause. How the tables are made: bench/language.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from zlib import compress, crc32, decompress

# Learned from single messages: what is longer, a letter, is left to the rules. It also bounds the time.
LONGEST = 80
# A reading begins and ends with a full stop: one word or two, a name or a feeling, say too little.
SHORTEST = 5
_PIECES = (3, 4, 5)
_APART = (2, 3, 4)
_BYTE = 127
_HEARD = 2.0  # what a rule adds to its kind: 302 of 333 soft dangers were told rightly by rules alone, 322 with this


@dataclass(frozen=True, slots=True)
class Opinion:
    """A table for each of `kinds`; before them, where there is one more, a table that tells something from nothing.

    `unlikely` has a limit for each kind that rules may have heard: the graver, the surer one must be to take it back.
    `kin`: words that are alike.
    """

    likely: float
    unlikely: Mapping[str, float]
    kinds: tuple[str, ...]
    unit: tuple[float, ...]
    base: tuple[float, ...]
    tables: tuple[memoryview, ...]
    kin: Mapping[str, str]

    @staticmethod
    def from_data(packed: bytes, kin: Mapping[str, str]) -> "Opinion":
        """Read what `pack` wrote; `kin` as `kin_of` gives it. Raises ValueError when they do not fit."""
        head, _, body = packed.partition(b"\n")
        told = json.loads(head)
        numbers = memoryview(decompress(body)).cast("b")
        places = [sum(told["sizes"][:place]) for place in range(len(told["sizes"]) + 1)]
        if len(numbers) != places[-1] or len(told["sizes"]) - len(told["kinds"]) not in {0, 1}:
            raise ValueError("the tables are not as long as their first line says")
        return Opinion(
            likely=told["likely"],
            unlikely=dict(zip(told["kinds"], told["unlikely"], strict=True)),
            kinds=tuple(told["kinds"]),
            unit=tuple(told["unit"]),
            base=tuple(told["base"]),
            tables=tuple(numbers[first:last] for first, last in pairwise(places)),
            kin=kin,
        )

    def of(self, words: Sequence[str]) -> float | None:
        """How likely it is something: told above `likely`, and not below one of `unlikely`. None: no opinion."""
        return self._sums(words, (0,))[0] if SHORTEST <= len(words) <= LONGEST else None

    def margins(self, words: Sequence[str], heard: Collection[str]) -> dict[str, float] | None:
        """How far each kind is above its limit, which is lower for what rules have heard. None: no opinion."""
        if not SHORTEST <= len(words) <= LONGEST:
            return None
        limits = [self.unlikely[kind] if kind in heard else self.likely for kind in self.kinds]
        sums = self._sums(words, self._of_kinds)
        return {kind: found - limit for kind, found, limit in zip(self.kinds, sums, limits, strict=True)}

    def kind(self, words: Sequence[str], heard: str = "") -> str:
        """Which of the kinds it is, if it is one; what rules have heard is likelier."""
        sums = self._sums(words, self._of_kinds)
        weighed = {kind: found + _HEARD * (kind == heard) for kind, found in zip(self.kinds, sums, strict=True)}
        return max(weighed, key=weighed.__getitem__)

    def kinds_in(self, words: Sequence[str]) -> frozenset[str]:
        """The kinds that it is, if it is anything: the likeliest one, and each that is likelier than not."""
        sums = self._sums(words, self._of_kinds)
        return frozenset(kind for kind, found in zip(self.kinds, sums, strict=True) if found > 0 or found == max(sums))

    @property
    def _of_kinds(self) -> range:
        return range(len(self.tables) - len(self.kinds), len(self.tables))

    def _sums(self, words: Sequence[str], which: Sequence[int]) -> list[float]:
        hashes = {crc32(feature.encode()) for feature in features(words, self.kin)}
        length = sqrt(len(hashes))
        return [self._sum(hashes, place) / length + self.base[place] for place in which]

    def _sum(self, hashes: set[int], place: int) -> float:
        table = self.tables[place]
        mask = len(table) - 1
        return sum([table[number & mask] for number in hashes]) * self.unit[place]


def kin_of(lines: str) -> dict[str, str]:
    """For each word what it counts as: the number of its line, or the name that begins the line with an @."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines.splitlines()):
        first, *others = line.split()
        named = first.startswith("@")
        found |= dict.fromkeys(others if named else (first, *others), first if named else f"#{number}")
    return found


def features(words: Sequence[str], kin: Mapping[str, str]) -> Iterator[str]:
    """What is counted in a message. People are counted by who they are, other words as they are and by their kin."""
    kind = [kin.get(word, word) for word in words]
    plain = [mark if mark[0] == "@" else word for word, mark in zip(words, kind, strict=True)]
    for place, word in enumerate(plain):
        yield word
        yield f"1{kind[place]}"
        if word[0].isalpha():
            yield from _pieces(f"<{word}>")
        yield from _pairs(plain, kind, place)


def _pieces(word: str) -> Iterator[str]:
    for size in _PIECES:
        for first in range(len(word) - size + 1):
            yield "=" + word[first : first + size]


def _pairs(plain: list[str], kind: list[str], place: int) -> Iterator[str]:
    word, after = plain[place], plain[place + 1 : place + 5]
    if after:
        yield f"{word} {after[0]}"
        yield f"{kind[place]}|{kind[place + 1]}"
        yield f"{word}/{kind[place + 1]}"
        yield f"{kind[place]}\\{after[0]}"
    if len(after) > 1:
        yield f"{word} {after[0]} {after[1]}"
    for far in _APART:
        if far <= len(after):
            yield f"{word}~{after[far - 1]}"


def pack(
    tables: Sequence[Sequence[float]], base: Sequence[float], likely: float, unlikely: Mapping[str, float]
) -> bytes:
    """Weights as the data file holds them: a line of JSON, then all numbers as bytes, squeezed."""
    units = [max(1e-9, *map(abs, table)) / _BYTE for table in tables]
    numbers = bytes(round(weight / unit) % 256 for table, unit in zip(tables, units, strict=True) for weight in table)
    head = {
        "likely": round(likely, 3),
        "unlikely": [round(limit, 3) for limit in unlikely.values()],
        "kinds": list(unlikely),
        "sizes": [len(table) for table in tables],
        "unit": units,
        "base": list(base),
    }
    return json.dumps(head).encode() + b"\n" + compress(numbers, 9)
