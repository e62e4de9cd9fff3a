"""What people type: sentences that each carry a word of their own, by which it is found wherever it turns up."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

CANARY = re.compile(r"[a-z]+-([a-z]+)-\d+")
BIRDS = ("kestrel", "heron", "plover", "wren", "osprey", "dunlin", "siskin", "curlew")
PLAIN = (
    "I noticed the {w} on the table this morning.",
    "We sat by the {w} and talked for an hour.",
    "It was quiet in the house, and I thought of the {w}.",
    "{w}",
    "Yesterday you brought me a {w} and I was glad.",
    "What about the {w}? \U0001f33f",
)
STATEMENTS = (
    "I feel sad when the {w} is left alone, because I miss our evenings.",
    "When you come home late I feel {w} and lonely.",
    "You always forget the {w}.",
    "You never listen to me, {w}.",
    "I feel like you are a {w}.",
    "If you don't bring the {w}, I will leave you.",
    "You are such an idiot about the {w}.",
)
DANGERS = (
    "I want to kill myself, {w}.",
    "I am afraid of my partner, he hit me, {w}.",
    "I will kill her tonight, {w}.",
    "My child is being hit at home, {w}.",
    "She has taken an overdose and does not wake up, {w}.",
    "I could strangle him lol {w}",
)
LABELS = (
    "Not now",
    "not now",
    "Preview",
    "yes",
    "no",
    "stop",
    "Stop",
    "back",
    "help",
    "menu",
    "skip",
    "Yes, now",
    "done",
)
ODD = (
    "7",
    "1",
    "0",
    "\U0001f600\U0001f600",
    "?",
    "<b>{w}</b> & _this_ *is* `plain` [x](tg://user?id=1)",
    "{{partner}} {w} {{draft.marked}}",
    "\u05d0\u05d1 \u202e{w}\u202c \u0661\u0662",
    "a" * 3600 + " {w}",
    "{w} " + "z\u0336\u0335" * 60,
    "'; DROP TABLE person; -- {w}",
)
COMMANDS = (
    "menu",
    "practise",
    "write",
    "letters",
    "checkup",
    "path",
    "settings",
    "pause",
    "privacy",
    "help",
    "stop",
    "back",
    "bye",
    "invite",
    "delete",
    "leave",
    "why",
    "hide",
    "export",
    "continue",
    "start",
    "nonsense",
)
NAMES = ("{w}", "Dear {w}", "{w} \U0001f98a")


class Pen:
    """One person's words: every text carries a new one of theirs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._used = 0

    def word(self, rng: random.Random) -> str:
        """A word that nobody has used."""
        self._used += 1
        return f"{rng.choice(BIRDS)}-{self._name}-{self._used}"

    def fill(self, rng: random.Random, texts: tuple[str, ...]) -> str:
        """One of these texts with a new word in it."""
        return rng.choice(texts).format(w=self.word(rng))

    def name(self, rng: random.Random) -> str:
        """What somebody wants to be called."""
        return self.fill(rng, NAMES)

    def anything(self, rng: random.Random) -> str:
        """A text of any sort, mostly an ordinary sentence."""
        kinds = (PLAIN, STATEMENTS, DANGERS, LABELS, ODD)
        return self.fill(rng, rng.choices(kinds, (45, 25, 5, 12, 13))[0])

    def part(self, rng: random.Random) -> str:
        """A message of a letter, from a line to a phone's longest."""
        length = rng.choices((1, 3, 12, 70), (50, 30, 12, 8))[0]
        kind = PLAIN if rng.random() < 0.85 else STATEMENTS
        paragraphs = [self.fill(rng, kind) for _ in range(length)]
        return rng.choice(("\n", "\n\n", " ")).join(paragraphs)[:4096].strip()


def canaries(text: str) -> Iterator[tuple[str, str]]:
    """Every word that gives its owner away, with the owner's name."""
    for found in CANARY.finditer(text):
        yield found[0], found[1]
