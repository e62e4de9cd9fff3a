"""Every way that a dialog has, read off the script without playing it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.effects import Edge
from bot.engine.script import Ask, Dialog, Node, Text


def edges_of(dialog: Dialog) -> Iterator[Edge]:
    """Each as the engine traces it: (dialog, node, by, to)."""
    for node in dialog.nodes.values():
        for by, to in _ways(dialog, node):
            yield Edge(dialog.id, node.id, by, to)


def _ways(dialog: Dialog, node: Node) -> Iterator[tuple[str, str]]:
    if node.ask is not None:
        yield from _answers(node.ask)
        yield "expire", dialog.expire.go
        return
    if node.end is not None:
        yield "end", node.end
    if node.call is not None:
        yield "call", node.call.dialog
    for place, branch in enumerate(node.go):
        yield "else" if branch.condition is None else f"if{place}", branch.to


def _answers(ask: Ask) -> Iterator[tuple[str, str]]:
    for button in ask.buttons:
        yield button.id, button.go
    if ask.text is not None:
        yield "text", ask.text.go
        if ask.text.give_up is not None:
            yield "give_up", ask.text.give_up
    if ask.list is not None:
        yield "list", ask.list.go
    if ask.timeout is not None:
        yield "timeout", ask.timeout.go


def texts_of(dialog: Dialog) -> Iterator[Text]:
    """What the dialog says and what stands on its buttons; `about` is read elsewhere."""
    for node in dialog.nodes.values():
        if node.say is not None:
            yield node.say
        if node.ask is not None:
            yield from (button.text for button in node.ask.buttons)
            if node.ask.text is not None and node.ask.text.retry is not None:
                yield node.ask.text.retry
