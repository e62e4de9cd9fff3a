"""D60x: how long messages may become, and where names in braces may stand. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.view import Path, View
from bot.engine.script import Field, Text

MAX_MESSAGE = 4096
LONG_MESSAGE = 600
MAX_TYPED = 3500
MAX_FACT = 300
_SLOT = re.compile(r"\{[^{}]*\}")


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    yield from _plain(view, view.dialog.about, ("about",))
    for node in view.dialog.nodes.values():
        path: Path = ("nodes", node.id)
        if node.say is not None:
            yield from _message(view, node.say, (*path, "say"))
        if node.ask is not None:
            for button in node.ask.buttons:
                yield from _plain(view, button.text, (*path, "ask", "buttons", button.id, "text"))
                if button.saves is not None:
                    yield from _plain(view, button.saves, (*path, "ask", "buttons", button.id, "saves"))
            if node.ask.text is not None and node.ask.text.retry is not None:
                yield from _message(view, node.ask.text.retry, (*path, "ask", "text", "retry"))


def _plain(view: View, text: Text, path: Path) -> Iterator[Diagnostic]:
    if text.placeholders:
        message = "Names in braces cannot stand in a button or in `about`; say it in the message."
        yield view.fault("D611", path, message)


def _message(view: View, text: Text, path: Path) -> Iterator[Diagnostic]:
    fixed = max(len(_SLOT.sub("", variant)) for variant in text.variants)
    most = max(_most(view, variant) for variant in text.variants)
    if fixed > MAX_MESSAGE:
        yield view.fault("D607", path, f"{fixed} characters are more than a message holds; split it.")
    elif most > MAX_MESSAGE:
        message = f"With long answers this could reach {most} characters, and {MAX_MESSAGE} fit; shorten it."
        yield view.fault("D608", path, message, "warning")
    elif fixed > LONG_MESSAGE:
        yield view.fault("D609", path, f"{fixed} characters are much to read at once; split it.", "warning")
    for name in sorted(text.placeholders):
        yield from _shown(view, name, path)


def _most(view: View, variant: str) -> int:
    """How long a text may become with the longest values."""
    names = [slot[1:-1] for slot in _SLOT.findall(variant)]
    return len(_SLOT.sub("", variant)) + sum(_longest(view, name) for name in names)


def _shown(view: View, name: str, path: Path) -> Iterator[Diagnostic]:
    kind = view.fields.get(name)
    if kind is None:
        return
    if kind.type == "letter":
        yield view.fault("D612", path, f"`{name}` is a letter; it is shown with `show: {name}`, not in a sentence.")
    elif kind.type in ("choice", "flag"):
        message = f"`{name}` would be shown as it is stored ({_sample(kind)}); say it in words of its own."
        yield view.fault("D610", path, message, "warning")


def _sample(kind: Field) -> str:
    return kind.of[0] if kind.of else "True"


def _longest(view: View, name: str) -> int:
    kind = view.fields.get(name)
    if kind is None or kind.type in ("number", "flag", "letter"):
        return 20
    if kind.type == "choice":
        return max((len(value) for value in kind.of), default=32)
    return MAX_FACT if name in view.book.facts else _longest_typed(view, name.partition(".")[0])


def _longest_typed(view: View, name: str) -> int:
    """What the checkers of this variable let through; a value from elsewhere may be as long as any answer."""
    asks = [node.ask.text for node in view.dialog.nodes.values() if node.ask and node.ask.text]
    lengths = [
        view.book.checkers[ask.check].longest for ask in asks if ask.save == name and ask.check in view.book.checkers
    ]
    return max(lengths, default=MAX_TYPED)
