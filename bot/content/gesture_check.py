"""Findings about dialogs/gestures.yaml: tags, gestures that say the same, what none may ask for, thin places. Pure.

English only, as the file is. What a rule of words cannot see, a reader has to: that a gesture is kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from bot.content.document import Document, YamlInvalid, read
from bot.content.gestures import CATEGORIES, HOMES, Focus, Gesture
from bot.engine.diagnostics import Diagnostic

FILE = "gestures.yaml"
FOCUSES = get_args(Focus)

ALIKE = 0.6
"""Of the telling words of the shorter gesture, the share that the other one has too. Chosen by measurement: see
tests/content/test_gesture_check.py."""
TELLING = 3  # common words at least

MINUTES = {1: 2, 2: 5, 3: 10}  # the longest span of time that a text of this effort may name
# For 90 days without a repeat: a couple of two, each of whom owns about half of all gestures in a week.
ENOUGH = 120
ENOUGH_OF_FOCUS = 24
ENOUGH_OF_CATEGORY = 6
SHORT = 2

_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
}  # fmt: skip
_SPAN = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS)})[- ]minutes?\b(?! early)", re.IGNORECASE)
_LONG = re.compile(
    r"\b(half an hour|an hour (?:of|with|for|together)|(?:two|three|\d+) hours|all (?:day|evening))\b", re.IGNORECASE
)

UNWANTED: Mapping[str, re.Pattern[str]] = {
    "costs money": re.compile(
        r"\b(buy|buys|bought|order|pay|pays|spend money|restaurants?|tickets? for|gift cards?|flowers|presents?|"
        r"shopping|cinema|café|cafe)\b",
        re.IGNORECASE,
    ),
    "assumes gender, marriage, children or creed": re.compile(
        r"\b(he|him|his|she|hers?|wife|husband|spouse|marriage|married|wedding|honeymoon|boyfriend|girlfriend|man|"
        r"woman|men|women|child|children|kids?|baby|son|daughter|in-laws?|god|pray\w*|bless\w*|church|soul|christmas|"
        r"wine|beer|champagne|sex\w*)\b",
        re.IGNORECASE,
    ),
    "blames or presses": re.compile(
        r"\b(always|never|should|must|ought|fault|blame|guilt\w*|sorry|failed|failure|fails?|finally|at last|"
        r"at least once|lazy|selfish|forgot|neglect\w*|ignored?|waiting for you|supposed to|why (?:don't|didn't)|"
        r"you (?:don't|didn't))\b",
        re.IGNORECASE,
    ),
    "drafts a declaration of love": re.compile(r"\bI (?:\w+ )?love\b|love you", re.IGNORECASE),
}
TOUCHING = re.compile(r"\b(hugs?|kiss\w*|cuddle|massage|stroke|hand in hand|your partner's hand)\b", re.IGNORECASE)


def check_gestures(folder: Path) -> list[Diagnostic]:
    """Every finding about the file in this folder; none where there is no such file."""
    path = folder / FILE
    if not path.exists():
        return []
    try:
        document = read(path)
    except YamlInvalid as error:
        return [Diagnostic("D851", FILE, error.line, f"{error.message}.")]
    if not isinstance(document.data, dict) or not document.data:
        return [Diagnostic("D851", FILE, 1, "The file holds no gestures.")]
    gestures, found = _read(document)
    found += _texts(document, gestures)
    found += _twins(document, gestures)
    return found or list(_thin(gestures))


def _read(document: Document) -> tuple[list[Gesture], list[Diagnostic]]:
    gestures: list[Gesture] = []
    found: list[Diagnostic] = []
    assert isinstance(document.data, dict)  # noqa: S101 - looked at by the caller
    for name, entry in document.data.items():
        values = entry if isinstance(entry, dict) else {}
        try:
            gestures.append(Gesture.model_validate({"id": name, **values}))
        except ValidationError as error:
            found += [_fault(document, name, one["loc"], one["msg"]) for one in error.errors(include_url=False)]
    return gestures, found


def _fault(document: Document, name: str, loc: tuple[int | str, ...], reason: str) -> Diagnostic:
    where = ".".join(str(part) for part in loc) or "entry"
    return Diagnostic("D851", FILE, document.line(name, *loc), f"`{name}`, {where}: {reason}.")


# -- what no text may say


def _texts(document: Document, gestures: Iterable[Gesture]) -> Iterator[Diagnostic]:
    for gesture in gestures:
        line = document.line(gesture.id, "text")
        if (reason := _too_long(gesture)) is not None:
            yield Diagnostic("D853", FILE, line, f"`{gesture.id}` {reason}.")
        for fault, words in UNWANTED.items():
            if (seen := words.search(gesture.text)) is not None:
                yield Diagnostic("D854", FILE, line, f"`{gesture.id}` {fault}: “{seen[0]}”.")
        if gesture.category != "touch" and (seen := TOUCHING.search(gesture.text)) is not None:
            message = f"`{gesture.id}` speaks of touch (“{seen[0]}”), which must be switched off with its category."
            yield Diagnostic("D855", FILE, line, message)


def _too_long(gesture: Gesture) -> str | None:
    limit = MINUTES[gesture.effort]
    if (seen := _LONG.search(gesture.text)) is not None:
        return f"takes longer than ten minutes: “{seen[0]}”"
    spans = [int(_NUMBERS.get(one.lower(), 0) or one) for one in _SPAN.findall(gesture.text)]
    if spans and max(spans) > limit:
        return f"speaks of {max(spans)} minutes, and effort {gesture.effort} is for at most {limit}"
    return None


# -- gestures that say the same

_COMMON_WORDS = """
about after all and any are back because been before being both but can could did does done each even every for from
had has have how into its just last let like made make more most much new next not now off once only other out over
own partner say same should some something such take tell than that the their them then there these they thing this
those time today together tonight too under until was way were what when where whether which while who why will with
without word words would you your one two three four five six seven eight nine ten half minute minutes moment day
days week
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_ENDINGS = ("ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s")


def stem(word: str) -> str:
    """A word without its usual endings: cooks, cooked and cooking are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.rstrip("ey") if len(word) > 3 else word


def telling(text: str) -> frozenset[str]:
    """The stems by which one gesture differs from another."""
    words = re.findall(r"[a-z]{3,}", text.lower().replace("'", ""))
    return frozenset(stem(word) for word in words if word not in _COMMON)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two gestures say the same, from 0 to 1."""
    common, shorter = len(one & other), max(1, min(len(one), len(other)))
    return common / shorter if common >= min(TELLING, max(2, shorter)) else 0.0


def _twins(document: Document, gestures: Iterable[Gesture]) -> Iterator[Diagnostic]:
    stems = {gesture.id: telling(gesture.text) for gesture in gestures}
    for one, other in combinations(stems, 2):
        if (share := likeness(stems[one], stems[other])) >= ALIKE:
            message = f"`{other}` says nearly the same as `{one}` ({share:.2f}); keep one of them."
            yield Diagnostic("D852", FILE, document.line(other, "text"), message)


# -- thin places


@dataclass(frozen=True, slots=True)
class Shelf:
    """What somebody can be given who wants short ones only, or lives in this way, or has this focus."""

    effort_max: int
    home: str | None

    def holds(self, gesture: Gesture) -> bool:
        """Whether this gesture may come to such a person."""
        return gesture.effort <= self.effort_max and gesture.together in ("any", self.home)

    def __str__(self) -> str:
        length = "up to five minutes" if self.effort_max == SHORT else "any length"
        return f"{length}, {(self.home or 'any home').replace('_', ' ')}"


def _thin(gestures: list[Gesture]) -> Iterator[Diagnostic]:
    """Whoever they are and whatever they chose, there is enough for 90 days."""
    for effort_max, home in product((SHORT, 3), (None, *HOMES)):
        shelf = Shelf(effort_max, home)
        mine = [gesture for gesture in gestures if shelf.holds(gesture)]
        counted = {"in all": (len(mine), ENOUGH)}
        counted |= {f"for {f}": (sum(f in g.focus for g in mine), ENOUGH_OF_FOCUS) for f in FOCUSES}
        counted |= {f"of {c}": (sum(c == g.category for g in mine), ENOUGH_OF_CATEGORY) for c in CATEGORIES}
        for what, (number, wanted) in counted.items():
            if number < wanted:
                yield Diagnostic("D856", FILE, 1, f"{number} gestures {what} ({shelf}); {wanted} are wanted.")
