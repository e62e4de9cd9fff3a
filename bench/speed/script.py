"""The chat that every program of the bench is taken through: commands, words and taps, each with an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does next: words (a command too), or a tap on the button with this label."""

    says: str = ""
    taps: str = ""


PRACTISE = (
    Step(says="/practise"),
    Step(taps="Guide me"),
    Step(says="the phone lay on the table at dinner on Monday"),
    Step(taps="Lonely"),
    Step(says="dinner is our only hour together"),
    Step(says="us to eat without phones on Sunday"),
    Step(taps="Skip"),
    Step(taps="Delete it"),
)
MENU = (Step(says="/menu"),)
SCRIPTS = {"practise": PRACTISE, "menu": MENU}
