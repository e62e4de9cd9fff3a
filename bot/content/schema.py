"""The format of the dialog files as frozen models; dialogs/schema.json is made from them for editors.

Only the shape is checked here: names, types and paths are the work of bot/engine/lint.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag

from bot.engine.script import MediaKind, VarType

ID = r"^[a-z][a-z0-9_]{0,31}$"
NAME = r"^[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31})?$"
DURATION = r"^[1-9][0-9]{0,4}[smhd]$"

Id = Annotated[StrictStr, Field(pattern=ID)]
ReadName = Annotated[StrictStr, Field(pattern=NAME)]
Duration = Annotated[StrictStr, Field(pattern=DURATION)]
Words = Annotated[StrictStr, Field(min_length=1)]
Line = Annotated[StrictStr, Field(min_length=1, pattern=r"^[^\n]*$")]


class Model(BaseModel):
    """Nothing that is not written here may stand in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(Model):
    """`{var: name}`: the value of a variable instead of a constant."""

    var: ReadName


def _argument_kind(value: object) -> str:
    return "reference" if isinstance(value, dict | Reference) else type(value).__name__


Argument = Annotated[
    Annotated[Reference, Tag("reference")]
    | Annotated[StrictBool, Tag("bool")]
    | Annotated[StrictInt, Tag("int")]
    | Annotated[StrictStr, Tag("str")],
    Discriminator(_argument_kind),
]
Arguments = dict[Id, Argument]


class Plural(Model):
    """A text with the forms of a number: English has one and other."""

    count: ReadName
    one: Words
    other: Words


def _text_kind(value: object) -> str:
    if isinstance(value, dict | Plural):
        return "plural"
    return "variants" if isinstance(value, list | tuple) else "text"


Say = Annotated[
    Annotated[Words, Tag("text")]
    | Annotated[tuple[Words, ...], Field(min_length=1), Tag("variants")]
    | Annotated[Plural, Tag("plural")],
    Discriminator(_text_kind),
]


class Var(Model):
    """A variable. A given one is set by whoever starts or calls the dialog."""

    type: VarType
    of: tuple[StrictStr, ...] = ()
    private: StrictBool = False
    given: StrictBool = False


class Button(Model):
    """A choice under a question."""

    text: Line
    go: Id
    when: Words | None = None
    consent: Id | None = None
    also: tuple[Line, ...] = ()
    saves: Line | None = None


class TextAsk(Model):
    """A typed answer."""

    save: Id
    check: Id
    go: Id
    retry: Say | None = None
    max_tries: Annotated[StrictInt, Field(ge=1, le=10)] = 3
    give_up: Id | None = None


class ListAsk(Model):
    """Buttons made from a fixed list."""

    of: Id
    save: Id
    go: Id
    only: Id | None = None


class Collect(Model):
    """Messages gathered into a letter."""

    into: Id
    kinds: Annotated[tuple[MediaKind, ...], Field(min_length=1)]


class After(Model):
    """Where the dialog goes when nothing came for so long."""

    after: Duration
    go: Id


class Ask(Model):
    """A question: the dialog waits here."""

    buttons: dict[Id, Button] = {}
    save: Id | None = None
    text: TextAsk | None = None
    list: ListAsk | None = None
    collect: Collect | None = None
    timeout: After | None = None


class Branch(Model):
    """One way on; the last of a list has no `if`."""

    condition: Annotated[Words | None, Field(alias="if")] = None
    to: Id


class Call(Model):
    """A sub-dialog and the values given to it."""

    dialog: Id
    args: Annotated[Arguments, Field(alias="with")] = {}


def _go_kind(value: object) -> str:
    return "branches" if isinstance(value, list | tuple) else "node"


def _do_kind(value: object) -> str:
    return "with_arguments" if isinstance(value, dict) else "plain"


Go = Annotated[
    Annotated[Id, Tag("node")] | Annotated[tuple[Branch, ...], Field(min_length=1), Tag("branches")],
    Discriminator(_go_kind),
]
DoItem = Annotated[
    Annotated[Id, Tag("plain")]
    | Annotated[dict[Id, Arguments], Field(min_length=1, max_length=1), Tag("with_arguments")],
    Discriminator(_do_kind),
]


class Node(Model):
    """One step of a dialog."""

    forget: tuple[Id, ...] = ()
    do: tuple[DoItem, ...] = ()
    show: Id | None = None
    say: Say | None = None
    call: Call | None = None
    ask: Ask | None = None
    go: Go | None = None
    end: Id | None = None


class Dialog(Model):
    """One dialog file."""

    dialog: Id
    about: Line
    start: Id
    expire: After
    nodes: Annotated[dict[Id, Node], Field(min_length=1)]
    source: StrictStr = ""
    needs: tuple[Id, ...] = ()
    vars: dict[Id, Var] = {}
    moved: dict[Id, Id] = {}
    exits: StrictBool = True


class InterruptWords(Model):
    """What may be typed at any moment."""

    stop: tuple[Line, ...]
    back: tuple[Line, ...]
    help: tuple[Line, ...]


class Interrupts(Model):
    """_interrupts.yaml."""

    words: InterruptWords
    help_dialog: Id
    danger: dict[Id, Id]
    messages: dict[Id, Say]


class Screen(Model):
    """A message of the interface with buttons."""

    text: Say
    buttons: Annotated[dict[Id, Line], Field(min_length=1)]


def _message_kind(value: object) -> str:
    screen = isinstance(value, Screen) or (isinstance(value, dict) and "text" in value)
    return "screen" if screen else _text_kind(value)


Message = Annotated[
    Annotated[Words, Tag("text")]
    | Annotated[tuple[Words, ...], Field(min_length=1), Tag("variants")]
    | Annotated[Plural, Tag("plural")]
    | Annotated[Screen, Tag("screen")],
    Discriminator(_message_kind),
]


class Interface(Model):
    """interface.yaml."""

    messages: dict[Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")], Message]


def json_schema() -> str:
    """The text of dialogs/schema.json."""
    body: dict[str, Any] = Dialog.model_json_schema(by_alias=True)
    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A dialog of Rekindle", **body}
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


FORMS: dict[Literal["dialog", "interrupts", "interface"], type[Model]] = {
    "dialog": Dialog,
    "interrupts": Interrupts,
    "interface": Interface,
}
