"""What a turn wants done: the engine's only output. Plain values, applied by the conversation layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.engine.script import Text, Value
from bot.engine.session import Session


@dataclass(frozen=True, slots=True)
class Choice:
    """A button to show: its id (callback data is made of session, turn and this) and its label.

    `label` is a message id of the catalogue, or with `literal` the text itself (entries of fixed lists).
    """

    id: str
    label: str
    literal: bool = False
    exit: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A message to this person. The wording is chosen when it is rendered."""

    message: str
    args: Mapping[str, Value] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """A letter exactly as it will be read."""

    letter: str


@dataclass(frozen=True, slots=True)
class Status:
    """The one line under a letter in the making, edited in place; `choices` stand under it."""

    letter: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RetireKeyboard:
    """The buttons of the last question go away."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake this session at `at` (UTC) unless another turn has begun."""

    kind: Literal["timeout", "expire"]
    at: datetime
    turn: int


@dataclass(frozen=True, slots=True)
class Domain:
    """An act of a subject, by its registered name."""

    name: str
    args: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The session is over."""

    result: str


Effect = Say | Show | Status | RetireKeyboard | StartTimer | Domain | End
Outcome = Literal["waiting", "ended", "retry", "unknown_input", "stale", "ignored", "interrupted"]


@dataclass(frozen=True, slots=True)
class Edge:
    """A way taken: from a node to a node (or to the end), and by what (a button, `text`, `else` ...)."""

    dialog: str
    node: str
    by: str
    to: str


@dataclass(frozen=True, slots=True)
class Step:
    """One turn. `toast` is the message id of the short answer to a tap, if any."""

    session: Session
    effects: tuple[Effect, ...]
    trace: tuple[Edge, ...]
    outcome: Outcome
    toast: str | None = None


def _english(text: Text) -> str:
    return text.variants[0]


@dataclass(frozen=True, slots=True)
class Env:
    """All that is not in the session: the moment (UTC), the facts, and a text in the person's language."""

    now: datetime
    facts: Mapping[str, Value]
    words: Callable[[Text], str] = _english
