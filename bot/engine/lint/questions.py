"""D31x, D32x: what a question may look like, and how much is said before one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.answers import fold
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.view import Path, View
from bot.engine.lint.ways import Way, known_ways
from bot.engine.script import Ask, Button, Node

MAX_BUTTONS = 8
MAX_LABEL = 32
MAX_DATA = 64
# Callback data is s.<session>.<turn>.<button>; 13 and 7 digits in base 36 hold any number that will come.
MAX_BUTTON_ID = MAX_DATA - len("s...") - 13 - 7
MAX_UNASKED = 3


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for node in view.dialog.nodes.values():
        if node.ask is not None:
            path: Path = ("nodes", node.id, "ask")
            yield from answers(view, node, node.ask, path)
            yield from buttons(view, node.ask, path)
            yield from same_words(view, node.ask, path)
    yield from unasked(view)


def answers(view: View, node: Node, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    """A question says something and can be answered in one way beside its buttons."""
    kinds = [name for name in ("text", "list", "collect") if getattr(ask, name) is not None]
    if node.say is None:
        yield view.fault("D320", path, f"`{node.id}` asks without saying anything; add `say`.")
    if len(kinds) > 1:
        yield view.fault("D318", (*path, kinds[1]), "A question takes one of `text`, `list` and `collect`; keep one.")
    if not ask.buttons and kinds in ([], ["collect"]):
        message = "This question has no answer; add buttons." if not kinds else "Collecting never ends; add a button."
        yield view.fault("D317", path, message)
    if ask.save is not None and not ask.buttons:
        yield view.fault("D319", (*path, "save"), "`save` keeps the tapped button, but there are no buttons.")


def buttons(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    """Few buttons with short labels."""
    if len(ask.buttons) > MAX_BUTTONS:
        message = f"{len(ask.buttons)} buttons are more than {MAX_BUTTONS}; split the question."
        yield view.fault("D314", (*path, "buttons"), message)
    for button in ask.buttons:
        label = button.text.variants[0]
        place = (*path, "buttons", button.id, "text")
        if len(label) > MAX_LABEL:
            message = f"This label has {len(label)} characters, more than {MAX_LABEL}; shorten it."
            yield view.fault("D315", place, message)
    options = view.book.lists.get(ask.list.of, ()) if ask.list else ()
    for option in options:
        if len(option.id.encode()) > MAX_BUTTON_ID:
            message = f"The entry `{option.id}` is too long for a button ({MAX_BUTTON_ID} bytes); shorten its id."
            yield view.fault("D316", (*path, "list"), message)


def same_words(view: View, ask: Ask, path: Path) -> Iterator[Diagnostic]:
    """Whatever can be typed means one button; two with `when` may share words, as they take turns."""
    seen: dict[str, Button] = {}
    for button in ask.buttons:
        for word in _spoken(button):
            other = seen.setdefault(word, button)
            if other is not button and not (other.when and button.when):
                place = (*path, "buttons", button.id)
                message = f"{word[:40]!r} means `{other.id}` as well as `{button.id}`; change one of them."
                yield view.fault("D323", place, message)


def _spoken(button: Button) -> set[str]:
    return {fold(word) for word in (button.text.variants[0], *button.also)} - {""}


def unasked(view: View) -> Iterator[Diagnostic]:
    """At most three messages in a row without a question."""
    inside = {way.to for node in view.dialog.nodes.values() for way in _plain_ways(view, node)}
    for name in view.dialog.nodes:
        count = _run_of_messages(view, name, frozenset())
        if count > MAX_UNASKED and name not in inside:
            message = f"From here {count} messages come without a question; {MAX_UNASKED} are enough."
            yield view.fault("D322", ("nodes", name), message)


def _plain_ways(view: View, node: Node) -> Iterator[Way]:
    """The ways that bring a message into the same run."""
    if node.ask is None and node.call is None:
        yield from known_ways(view.dialog, node)


def _run_of_messages(view: View, name: str, above: frozenset[str]) -> int:
    node = view.dialog.nodes[name]
    if node.ask is not None or name in above or len(above) > 2 * MAX_UNASKED:
        return 0
    here = (node.say is not None) + (node.show is not None)
    if node.call is not None:
        return here
    ways = known_ways(view.dialog, node)
    return here + max((_run_of_messages(view, way.to, above | {name}) for way in ways), default=0)
