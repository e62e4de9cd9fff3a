"""Typed answers to buttons: what counts as a choice, and what is only a suggestion. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.script import Book, Button, Option
from bot.engine.session import Session


@dataclass(frozen=True, slots=True)
class Chosen:
    """The typed text is this choice, beyond doubt."""

    id: str


@dataclass(frozen=True, slots=True)
class Near:
    """The typed text resembles this label; it is asked, never acted upon."""

    label: str


def fold(text: str) -> str:
    """The form in which typed answers are compared: case, width, outer punctuation and spaces do not count."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace("\u2019", "'")
    spaced = " ".join(plain.split())
    return spaced.strip(" .!?,;:\u2026\u201c\u201d\"'") or spaced


def match(text: str, buttons: Sequence[Button], *, numbers: bool) -> Chosen | Near | None:
    """Finds the button that a typed text means: label, listed synonym, or (with `numbers`) its place.

    A consent is given by its whole label only.
    """
    wanted = fold(text)
    for place, button in enumerate(buttons, 1):
        if wanted == fold(button.text.variants[0]):
            return Chosen(button.id)
        if button.consent is None and (wanted in map(fold, button.also) or (numbers and wanted == str(place))):
            return Chosen(button.id)
    labels = {fold(button.text.variants[0]): button.text.variants[0] for button in buttons if not button.consent}
    return _near(wanted, labels)


def match_option(text: str, options: Sequence[Option]) -> Chosen | Near | None:
    """Finds the entry of a fixed list by its label or id."""
    wanted = fold(text)
    for option in options:
        if wanted in (fold(option.label), option.id):
            return Chosen(option.id)
    return _near(wanted, {fold(option.label): option.label for option in options})


def _near(wanted: str, labels: dict[str, str]) -> Near | None:
    close = difflib.get_close_matches(wanted[:64], list(labels), n=1, cutoff=0.75)
    return Near(labels[close[0]]) if close else None


def interrupt_word(book: Book, text: str) -> str | None:
    """stop, back or help, when the whole message is one of the words for it."""
    word = fold(text)
    for name in ("stop", "back", "help"):
        if word in getattr(book.interrupts, name):
            return name
    return None


def has_use_for(book: Book, session: Session, text: str) -> bool:
    """Whether the open question can do something with these words: it takes any, or they are near a choice of it.

    What was held back by a danger, or is not known today, is left to the engine.
    """
    frame = session.frames[-1] if session.frames else None
    dialog = book.dialogs.get(frame.dialog) if frame else None
    node = dialog.nodes.get(frame.node) if frame and dialog else None
    ask = node.ask if node else None
    if ask is None or ask.text or ask.collect or interrupt_word(book, text) or any(one.held for one in session.frames):
        return True
    options = book.lists[ask.list.of] if ask.list else ()
    return match(text, ask.buttons, numbers=not options) is not None or match_option(text, options) is not None
