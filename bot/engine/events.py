"""What can happen to a session. Plain values; whoever makes them has already left Telegram behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.engine.script import Value


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a dialog; `args` set its variables. `node` is where, for authors who try it from its middle."""

    dialog: str
    args: Mapping[str, Value] = field(default_factory=dict)
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A typed message; `ref` is the Telegram message id."""

    text: str
    ref: int = 0


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button of the turn that showed it."""

    turn: int
    button: str


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, voice note, sticker ...; `file` is Telegram's file id."""

    kind: str
    ref: int = 0
    file: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """Stop, back or help, given as a command."""

    name: Literal["stop", "back", "help"]


@dataclass(frozen=True, slots=True)
class Edited:
    """An earlier message was changed by its writer."""

    ref: int
    text: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A wait ran out."""

    turn: int
    kind: Literal["timeout", "expire"]


@dataclass(frozen=True, slots=True)
class Resume:
    """The person comes back to a suspended session: the question is asked again."""


Answer = Text | Tap | Media | Command | Edited | Timer | Resume
Event = Start | Answer
