"""What a campaign of kills really exercised, and what was wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

HARMS = ("lost", "doubled", "out of order", "early", "withdrawn", "changed")


@dataclass
class Figures:
    """Counts of one run, or of several that ran side by side."""

    seed: int
    kills: int = 0
    busy_kills: int = 0
    with_inbox: int = 0
    with_outbox: int = 0
    with_a_message_on_its_way: int = 0
    while_starting: int = 0
    bursts: int = 0
    updates: int = 0
    letters_written: int = 0
    letters_opened: int = 0
    letters_taken_back: int = 0
    pages_read: int = 0
    nudges: int = 0
    repeated_answers: int = 0
    repeated_notices: int = 0
    explained_repeats: int = 0
    refused_messages: int = 0
    closed_chats: int = 0
    early_calls: int = 0
    taps_answered_twice: int = 0
    seconds: float = 0.0
    hits: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    log: str = ""

    def __str__(self) -> str:
        names = [name for name in self.__dataclass_fields__ if isinstance(getattr(self, name), int | float)]
        lines = [f"{name.replace('_', ' ')}: {round(getattr(self, name), 1)}" for name in names]
        lines += [f"faults that hit: {dict(self.hits)}"] if self.hits else []
        harms = ", ".join(f"{sum(one.startswith(f'{harm}:') for one in self.wrong)} {harm}" for harm in HARMS)
        return "\n".join([*lines, f"broken promises: {len(self.wrong)} ({harms})", *self.wrong[:20]])


def together(pieces: Iterable[Figures]) -> Figures:
    """The sum of several; the longest of their times."""
    first, *others = pieces
    for other in others:
        for name, value in vars(other).items():
            if name == "seconds":
                first.seconds = max(first.seconds, value)
            elif name == "hits":
                first.hits.update(value)
            elif name != "seed":
                setattr(first, name, getattr(first, name) + value)
    return first
