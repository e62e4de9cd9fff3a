"""Every place where a dialog reads a name. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.engine import conditions
from bot.engine.conditions import Condition
from bot.engine.lint.view import Path
from bot.engine.script import Ask, Dialog, EffectSpec, Name, Node, Text


@dataclass(frozen=True, slots=True)
class Read:
    """A name read at a path; `after_call` once the sub-dialog of the node has ended.

    An `optional` one may be unset: an effect that can do without it.
    """

    name: str
    path: Path
    node: str
    after_call: bool = False
    in_text: bool = False
    optional: bool = False


def reads(dialog: Dialog, effects: Mapping[str, EffectSpec]) -> Iterator[Read]:
    """All reads of a dialog, node by node."""
    for node in dialog.nodes.values():
        for read in (*_effects(node, effects), *_node(node)):
            yield replace(read, path=("nodes", node.id, *read.path))


def conditions_of(node: Node) -> Iterator[tuple[Condition, Path]]:
    """Every condition of a node, with its path in the file."""
    path: Path = ("nodes", node.id)
    for index, branch in enumerate(node.go):
        if branch.condition is not None:
            yield branch.condition, (*path, "go", index, "if")
    for button in node.ask.buttons if node.ask else ():
        if button.when is not None:
            yield button.when, (*path, "ask", "buttons", button.id, "when")


def _effects(node: Node, effects: Mapping[str, EffectSpec]) -> Iterator[Read]:
    for index, do in enumerate(node.do):
        known = effects[do.effect].args if do.effect in effects else {}
        for name, value in do.args.items():
            if isinstance(value, Name):
                optional = name in known and not known[name].required
                yield Read(value.name, ("do", index, do.effect, name), node.id, optional=optional)


def _node(node: Node) -> Iterator[Read]:
    if node.show is not None:
        yield Read(node.show, ("show",), node.id)
    if node.say is not None:
        yield from _text(node, node.say, ("say",))
    if node.call is not None:
        for name, value in node.call.args.items():
            if isinstance(value, Name):
                yield Read(value.name, ("call", "with", name), node.id)
    if node.ask is not None and node.ask.text is not None and node.ask.text.retry is not None:
        yield from _text(node, node.ask.text.retry, ("ask", "text", "retry"))
    if node.ask is not None and node.ask.list is not None and node.ask.list.only is not None:
        yield Read(node.ask.list.only, ("ask", "list", "only"), node.id)
    yield from _conditions(node)
    yield from _consents(node, node.ask)


def _text(node: Node, text: Text, path: Path) -> Iterator[Read]:
    for name in sorted(text.placeholders):
        yield Read(name, path, node.id, in_text=True)
    if text.count is not None:
        yield Read(text.count, (*path, "count"), node.id)


def _conditions(node: Node) -> Iterator[Read]:
    for condition, path in conditions_of(node):
        for name in conditions.names(condition):
            yield Read(name, path[2:], node.id, after_call=node.call is not None)


def _consents(node: Node, ask: Ask | None) -> Iterator[Read]:
    for button in ask.buttons if ask else ():
        if button.consent is not None:
            yield Read(button.consent, ("ask", "buttons", button.id, "consent"), node.id)
