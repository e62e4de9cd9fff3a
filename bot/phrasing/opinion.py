"""A second opinion on danger: weights learned from labelled messages. Pure; the weights are data of a language.

Words, pairs, triples, words apart and pieces of words are hashed into tables of small whole numbers; what is added up
says how much a message is like those in which somebody was in danger. How the tables are made: bench/language/learn.py.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Opinion:
    """`tables[0]` tells danger from none, the others which of `kinds` it is. `kin`: words that are alike.

    `unlikely` has a limit for each kind that rules may have heard: the graver, the surer one must be to take it back.
    """

    likely: float
    unlikely: Mapping[str, float]
    kinds: tuple[str, ...]
    unit: tuple[float, ...]
    base: tuple[float, ...]
    tables: tuple[memoryview, ...]
    kin: Mapping[str, str]

    @staticmethod
    def from_data(packed: bytes, kin: str) -> "Opinion":
        """Read what `pack` wrote, and the words of each kin, a line each. Raises ValueError when they do not fit."""
        head, _, body = packed.partition(b"\n")
        told = json.loads(head)
        numbers = memoryview(decompress(body)).cast("b")
        places = [sum(told["sizes"][:place]) for place in range(len(told["sizes"]) + 1)]
        if len(numbers) != places[-1] or len(told["sizes"]) != len(told["kinds"]) + 1:
            raise ValueError("the tables are not as long as their first line says")
        return Opinion(
            likely=told["likely"],
            unlikely=dict(zip(told["kinds"], told["unlikely"], strict=True)),
            kinds=tuple(told["kinds"]),
            unit=tuple(told["unit"]),
            base=tuple(told["base"]),
            tables=tuple(numbers[first:last] for first, last in pairwise(places)),
            kin=kin_of(kin),
        )

    def of(self, words: Sequence[str]) -> float | None:
        """How likely danger is: above `likely` it is told, below one of `unlikely` it is not. None: no opinion."""
        return self._sums(words, (0,))[0] if SHORTEST <= len(words) <= LONGEST else None

    def kind(self, words: Sequence[str]) -> str:
        """Which danger it is, if it is one."""
        sums = self._sums(words, range(1, len(self.tables)))
        return self.kinds[sums.index(max(sums))]

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
