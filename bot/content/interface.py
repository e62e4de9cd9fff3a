"""Reads the two files of fixed messages: interface.yaml (all said outside dialogs) and _interrupts.yaml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bot.content import faults, schema
from bot.content.document import Document, YamlInvalid, read
from bot.content.texts import Texts
from bot.engine.answers import fold
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.questions import MAX_LABEL
from bot.engine.lint.texts import MAX_MESSAGE
from bot.engine.script import Interrupts, Text

INTERFACE = "interface.yaml"
INTERRUPTS = "_interrupts.yaml"


@dataclass(frozen=True, slots=True)
class Interface:
    """The messages said outside dialogs: by id, and for each the ids of its buttons (button -> message id)."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    buttons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_form(
    path: Path, kind: Literal["dialog", "interrupts", "interface"]
) -> tuple[schema.Model | None, Document | None, list[Diagnostic]]:
    """Reads and validates one file; nothing comes back where it is faulty, but the reasons."""
    try:
        document = read(path)
    except YamlInvalid as error:
        return None, None, [faults.unreadable(path.name, error)]
    if not isinstance(document.data, dict):
        return (
            None,
            None,
            [Diagnostic("D102", path.name, 1, "The file must hold keys and values, such as `dialog: hello`.")],
        )
    try:
        return schema.FORMS[kind].model_validate(document.data), document, []
    except ValidationError as error:
        return None, None, list(faults.misshapen(path.name, document, error))


def load_interrupts(folder: Path) -> tuple[Interrupts | None, list[Diagnostic]]:
    """Reads _interrupts.yaml. None where it is missing or faulty."""
    form, document, found = read_form(folder / INTERRUPTS, "interrupts")
    if not isinstance(form, schema.Interrupts) or document is None:
        return None, found
    texts = Texts(INTERRUPTS, document)
    messages = {
        name: texts.say(f"interrupts.{name}", say, "messages", name, block=False) for name, say in form.messages.items()
    }
    made = Interrupts(
        stop=frozenset(map(fold, form.words.stop)),
        back=frozenset(map(fold, form.words.back)),
        help=frozenset(map(fold, form.words.help)),
        help_dialog=form.help_dialog,
        danger=dict(form.danger),
        messages=messages,
        lines=dict(document.lines),
    )
    return made, texts.found


def load_interface(folder: Path) -> tuple[Interface, list[Diagnostic]]:
    """Reads interface.yaml; empty where it is missing or faulty."""
    form, document, found = read_form(folder / INTERFACE, "interface")
    if not isinstance(form, schema.Interface) or document is None:
        return Interface(), found
    texts = Texts(INTERFACE, document)
    buttons: dict[str, dict[str, str]] = {}
    for name, message in form.messages.items():
        message_id = f"interface.{name}"
        if isinstance(message, schema.Screen):
            texts.say(message_id, message.text, "messages", name, "text", block=False)
            buttons[message_id] = {button: f"{message_id}.{button}" for button in message.buttons}
            for button, label in message.buttons.items():
                texts.line(f"{message_id}.{button}", label, "messages", name, "buttons", button)
        else:
            texts.say(message_id, message, "messages", name, block=False)
    labels = {label for group in buttons.values() for label in group.values()}
    return Interface(texts.made, buttons), [*texts.found, *_too_long(texts.made.values(), labels)]


def _too_long(texts: Iterable[Text], labels: Collection[str]) -> Iterator[Diagnostic]:
    """The lengths that lint keeps for dialogs hold for the interface too."""
    for text in texts:
        size = max(map(len, text.variants))
        limit, code = (MAX_LABEL, "D315") if text.id in labels else (MAX_MESSAGE, "D607")
        if size > limit:
            message = f"{size} characters are more than {limit}; shorten it."
            yield Diagnostic(code, text.place.file, text.place.line, message)
