"""What a dialog is once it has been read: plain frozen values. Knows no YAML, no files, no Telegram."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.engine.conditions import Condition

Value = bool | int | str | None
VarType = Literal["text", "choice", "number", "flag", "letter"]
MediaKind = Literal["text", "photo", "voice"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands, for diagnostics; `line` counts from 1."""

    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """One message: its derived id, its English variants, and the names in braces.

    With `count` the variants are the plural forms (one, other) of that number, otherwise free variants.
    """

    id: str
    variants: tuple[str, ...]
    placeholders: frozenset[str] = frozenset()
    count: str | None = None
    place: Place = Place()

    def variant_id(self, index: int) -> str:
        """The catalogue's id of one free variant."""
        return self.id if self.count or len(self.variants) == 1 else f"{self.id}.{index}"


@dataclass(frozen=True, slots=True)
class Var:
    """A typed variable of a dialog; a private one needs consent before any effect may disclose it.

    A `given` one is set by whoever starts or calls the dialog.
    """

    name: str
    type: VarType
    of: tuple[str, ...] = ()
    private: bool = False
    given: bool = False
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Button:
    """A choice; `consent` names the private variable that this tap opens.

    `saves` is what it puts into a text, in the person's language.
    """

    id: str
    text: Text
    go: str
    when: Condition | None = None
    consent: str | None = None
    also: tuple[str, ...] = ()
    saves: Text | None = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class TextAsk:
    """A typed answer, checked by a named pure function."""

    save: str
    go: str
    check: str
    retry: Text | None = None
    max_tries: int = 3
    give_up: str | None = None


@dataclass(frozen=True, slots=True)
class ListAsk:
    """Buttons made from a fixed list of the book (countries, zones); the option's id is saved.

    `only` is a text with the ids of the entries that are shown; where it names none, all are. Any may be typed.
    """

    of: str
    save: str
    go: str
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Collect:
    """Any number of messages gathered into a letter."""

    into: str
    kinds: tuple[MediaKind, ...]


@dataclass(frozen=True, slots=True)
class Timeout:
    """After this long without an answer the dialog goes on by itself."""

    after: timedelta
    go: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A wait: buttons, and beside them at most one of text, list and collect."""

    buttons: tuple[Button, ...] = ()
    save: str | None = None
    text: TextAsk | None = None
    list: ListAsk | None = None
    collect: Collect | None = None
    timeout: Timeout | None = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on; the last of a list has no condition."""

    to: str
    condition: Condition | None = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Call:
    """A sub-dialog; `args` map its variables to ours (`Name`) or to constants."""

    dialog: str
    args: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Name:
    """A reference to a variable."""

    name: str


Argument = Name | bool | int | str


@dataclass(frozen=True, slots=True)
class Do:
    """One effect of a node."""

    effect: str
    args: Mapping[str, Argument]
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Node:
    """One step: forgets values, does, shows and says, then waits (`ask`), branches (`go`) or ends."""

    id: str
    forget: tuple[str, ...] = ()
    say: Text | None = None
    show: str | None = None
    do: tuple[Do, ...] = ()
    call: Call | None = None
    ask: Ask | None = None
    go: tuple[Branch, ...] = ()
    end: str | None = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Expire:
    """Every wait of the dialog ends here at the latest, without a word."""

    after: timedelta
    go: str


@dataclass(frozen=True, slots=True)
class Dialog:
    """A whole script. `exits` adds the row of Back and Stop under its questions.

    `lines` holds the line of every key of the file by its path, for diagnostics.
    `letters` names the variables that are letters, `questions` the nodes that ask.
    """

    id: str
    about: Text
    start: str
    nodes: Mapping[str, Node]
    vars: Mapping[str, Var]
    expire: Expire
    needs: frozenset[str] = frozenset()
    moved: Mapping[str, str] = field(default_factory=dict)
    exits: bool = True
    source: str = ""
    place: Place = Place()
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, repr=False, compare=False)
    letters: tuple[str, ...] = field(init=False, repr=False, compare=False)
    questions: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        letters = tuple(name for name, var in self.vars.items() if var.type == "letter")
        questions = frozenset(name for name, node in self.nodes.items() if node.ask is not None)
        object.__setattr__(self, "letters", letters)
        object.__setattr__(self, "questions", questions)

    def kept_by(self, ask: Ask, button: Button) -> str | None:
        """Where a tap is saved, if anywhere: in a choice by the button's id, in a text by its `saves`."""
        var = self.vars.get(ask.save or "")
        return None if var is not None and var.type == "text" and button.saves is None else ask.save


@dataclass(frozen=True, slots=True)
class Accepted:
    """A typed answer that passed: the value kept, and what the checker found in it as `<variable>.<field>`."""

    value: str | int
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A typed answer that did not pass; `reason` is the id of the message that says why, kindly."""

    reason: str


@dataclass(frozen=True, slots=True)
class Field:
    """The type of a field that a checker or a letter brings along."""

    type: VarType
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checker:
    """A named pure check of a typed answer; `longest` is the number of characters it accepts at most."""

    name: str
    check: Callable[[str], Accepted | Rejected]
    type: VarType = "text"
    fields: Mapping[str, Field] = field(default_factory=dict)
    reasons: frozenset[str] = frozenset()
    longest: int = 3500


@dataclass(frozen=True, slots=True)
class EffectArg:
    """One argument of an effect; `variable` says that only a variable may be given."""

    type: VarType
    of: tuple[str, ...] = ()
    required: bool = True
    variable: bool = False


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """What dialogs may do under this name. `discloses` names the arguments that reach the partner."""

    name: str
    args: Mapping[str, EffectArg]
    discloses: frozenset[str] = frozenset()
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A read-only value given to the engine; only dialogs that state `needs` may read it."""

    name: str
    type: VarType
    of: tuple[str, ...] = ()
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a fixed list."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Interrupts:
    """Words and dialogs that come before any node, and the fixed messages of the engine (name -> id).

    `lines` as in `Dialog`.
    """

    stop: frozenset[str]
    back: frozenset[str]
    help: frozenset[str]
    help_dialog: str
    danger: Mapping[str, str]
    messages: Mapping[str, Text]
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Danger:
    """What `Book.danger` found in a text: the kind, and whether it interrupts (hard) or adds a line (soft)."""

    kind: str
    hard: bool


@dataclass(frozen=True, slots=True)
class Book:
    """All that the engine may know: dialogs and what they refer to by name. `faulty` ones were left out."""

    dialogs: Mapping[str, Dialog]
    checkers: Mapping[str, Checker]
    effects: Mapping[str, EffectSpec]
    facts: Mapping[str, Fact]
    lists: Mapping[str, tuple[Option, ...]]
    letter_fields: Mapping[str, Field]
    interrupts: Interrupts
    danger: Callable[[str], Danger | None]
    release: int = 1
    faulty: frozenset[str] = frozenset()
