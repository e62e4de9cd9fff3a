"""What couples do: lives of a few minutes, as data. `{a1}` stands for a word that one letter of one couple holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# "add": a text after which the question above it still stands; "press": a button of a letter, wherever it stands;
# a "see" stands between a tap and what is typed next: the two come by different ways and may overtake each other.
# "aim" and "fire": the same in two moments, the message may have changed in between.
Who = Literal["a", "b"]
Verb = Literal["start", "link", "say", "add", "tap", "press", "aim", "fire", "seal", "see", "block", "unblock"]
Step = tuple[Who, Verb, str]
FIRST_MINUTE = ("Got one", "I will")
TERMS = ("Yes, and I am 18 or over", "All is fine")
ABOUT = ("Yes", "Europe", "Berlin, Rome, Warsaw, Stockholm", "9:00")
PRACTISED = "the phone lay on the table at dinner on Monday, note {%s}"
GATHERED = "Write as many messages as you like"
WHY = "dinner is our only hour together"
WISH = "us to eat without phones on Sunday"


@dataclass(frozen=True, slots=True)
class Together:
    """Two people act at the same moment, each their own steps in order."""

    a: tuple[Step, ...]
    b: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """`fates` says what must have become of each text: opened, closed (never seen by the other), either, kept."""

    name: str
    steps: tuple[Step | Together, ...]
    fates: dict[str, str] = field(default_factory=dict)
    joined: bool = True  # a couple from the beginning, else two strangers


def _taps(who: Who, *labels: str) -> tuple[Step, ...]:
    return tuple((who, "tap", label) for label in labels)


def _letter(who: Who, word: str, seal: str = "Yes, now") -> tuple[Step, ...]:
    """Written, looked at and sealed."""
    return (
        (who, "say", "/write"),
        (who, "tap", "A blank page"),
        (who, "see", GATHERED),
        (who, "add", f"We walked along the river, {{{word}}}."),
        (who, "tap", "Preview"),
        (who, "seal", f"{word} {seal}"),
        (who, "see", "You can take it back under /letters"),
    )


def practise(who: Who, word: str) -> tuple[Step, ...]:
    """A guided sentence, kept."""
    return (
        (who, "say", "/practise"),
        (who, "tap", "Guide me"),
        (who, "see", "What happened?"),
        (who, "say", PRACTISED % word),
        (who, "tap", "Lonely"),
        (who, "see", "Why does it matter"),
        (who, "say", WHY),
        (who, "say", WISH),
        *_taps(who, "Skip", "Keep it for me", "Say it in a calm hour"),
        (who, "see", "I will not check on it"),
    )


OPEN_A: Step = ("a", "press", "Open")
OPEN_B: Step = ("b", "press", "Open")
LISTED: tuple[Step, ...] = (("a", "say", "/letters"), ("a", "see", "Your letters"))
TAKE: Step = ("a", "press", "Take it back")
TAKEN: Step = ("a", "see", "It is taken back")
CONNECT: tuple[Step, ...] = (
    ("a", "start", ""),
    *_taps("a", *FIRST_MINUTE, *TERMS, *ABOUT, "Invite my partner"),
    ("a", "see", "Here is your link"),
    ("b", "link", ""),
    *_taps("b", "Yes, connect us", *TERMS, *ABOUT),
    ("b", "see", "whether it is you"),
    ("a", "tap", "Yes, that is them"),
    ("a", "see", "are connected"),
    ("b", "see", "are connected"),
)
EXCHANGE: tuple[Step, ...] = (
    ("a", "say", "/write"),
    *_taps("a", "Other kinds", "One question, two letters", "What I miss"),
    ("a", "see", GATHERED),
    ("a", "add", "I miss our Sundays, {a1}."),
    ("a", "tap", "Preview"),
    ("a", "seal", "a1 Yes, seal it"),
    ("b", "tap", "Write mine"),
    ("b", "see", GATHERED),
    ("b", "add", "I miss them too, {b1}."),
    ("b", "tap", "Preview"),
    ("b", "seal", "b1 Yes, seal it"),
    OPEN_A,
    OPEN_B,
)
DELETE = ("/delete", "Delete everything", "All that was yours here is deleted")


def _deletes(who: Who) -> tuple[Step, ...]:
    return ((who, "say", DELETE[0]), (who, "tap", DELETE[1]), (who, "see", DELETE[2]))


LIVES = (
    Life("newcomers", (*CONNECT, *_letter("a", "a1"), OPEN_B), {"a1": "opened"}, joined=False),
    Life(
        "letters both ways",
        (*_letter("a", "a1"), OPEN_B, *_letter("b", "b1"), OPEN_A, *practise("b", "b2")),
        {"a1": "opened", "b1": "opened", "b2": "kept"},
    ),
    Life("exchange", (*EXCHANGE, *practise("b", "b2")), {"a1": "opened", "b1": "opened", "b2": "kept"}),
    Life(
        "taken back while it rests",
        (*_letter("a", "a1", "Yes, tomorrow morning"), *practise("b", "b1"), *LISTED,
         ("a", "press", "Resting"), TAKE, TAKEN, *practise("a", "a2")),
        {"a1": "closed", "b1": "kept", "a2": "kept"},
    ),
    Life(
        "taken back while it is opened",
        (*_letter("a", "a1"), ("b", "see", "A letter from"), ("b", "aim", "Open"), *LISTED, ("a", "press", "Sent"),
         ("a", "aim", "Take it back"), Together((("a", "fire", ""),), (("b", "fire", ""),)), *_letter("b", "b1"),
         OPEN_A),
        {"a1": "either", "b1": "opened"},
    ),
    Life(
        "both write at once, one leaves, both delete at once",
        (Together(_letter("a", "a1"), _letter("b", "b1")), Together((OPEN_A,), (OPEN_B,)),
         ("a", "say", "/leave"), *_taps("a", "Leave now"), ("a", "see", "you are no longer connected"),
         Together(_deletes("a"), _deletes("b"))),
        {"a1": "opened", "b1": "opened"},
    ),
    Life(
        "blocked and back",
        (("a", "block", ""), *practise("b", "b1"), ("a", "unblock", ""), ("a", "say", "/menu"), *practise("a", "a1"),
         *_letter("a", "a2"), OPEN_B),
        {"b1": "kept", "a1": "kept", "a2": "opened"},
    ),
    Life(
        "deleted with letters unopened",
        (*_letter("a", "a1"), ("b", "see", "A letter from"), *_letter("b", "b1"), ("a", "see", "A letter from"),
         *_deletes("a"), ("b", "say", "/menu"), *practise("b", "b2")),
        {"a1": "closed", "b1": "closed", "b2": "kept"},
    ),
)  # fmt: skip


def _typed(who: Who, word: str) -> tuple[Step, ...]:
    return tuple((who, "say", what) for _, verb, what in practise(who, word) if verb != "see")


HURRIED = Life("all typed at once", (*_typed("a", "a1"), *_typed("b", "b1")), {"a1": "kept", "b1": "kept"})
"""Each line without waiting for the answer to the one before; answers are typed as their buttons are called."""
