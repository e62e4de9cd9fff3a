"""The ways out of a node, as a graph: where to, by what, and what is saved or opened on the way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.engine.lint.view import Path
from bot.engine.script import Ask, Dialog, Node

Kind = Literal["button", "text", "give_up", "list", "timeout", "expire", "go"]
TIMERS: frozenset[Kind] = frozenset({"timeout", "expire"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way out. `path` is where its target is written; `checker` made the saved value's fields."""

    to: str
    kind: Kind
    path: Path
    saves: str | None = None
    consent: str | None = None
    checker: str | None = None


def ways(dialog: Dialog, node: Node) -> tuple[Way, ...]:
    """Every way out of a node, timers included."""
    path: Path = ("nodes", node.id)
    if node.ask is None:
        return tuple(_branches(node, path))
    return (*_answers(dialog, node.ask, (*path, "ask")), Way(dialog.expire.go, "expire", ("expire", "go")))


def _branches(node: Node, path: Path) -> Iterator[Way]:
    for index, branch in enumerate(node.go):
        yield Way(branch.to, "go", (*path, "go", index, "to"))


def _answers(dialog: Dialog, ask: Ask, path: Path) -> Iterator[Way]:
    for button in ask.buttons:
        kept = dialog.kept_by(ask, button)
        yield Way(button.go, "button", (*path, "buttons", button.id, "go"), saves=kept, consent=button.consent)
    if ask.text is not None:
        yield Way(ask.text.go, "text", (*path, "text", "go"), saves=ask.text.save, checker=ask.text.check)
        if ask.text.give_up is not None:
            yield Way(ask.text.give_up, "give_up", (*path, "text", "give_up"))
    if ask.list is not None:
        yield Way(ask.list.go, "list", (*path, "list", "go"), saves=ask.list.save)
    if ask.timeout is not None:
        yield Way(ask.timeout.go, "timeout", (*path, "timeout", "go"))


def known_ways(dialog: Dialog, node: Node) -> Iterator[Way]:
    """The ways whose target exists."""
    return (way for way in ways(dialog, node) if way.to in dialog.nodes)


def closure(starts: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    """All that can be reached, the starts included."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo.extend(onward(here))
    return seen


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """The nodes that lie on some circle, in the order of the graph."""
    return [name for name in graph if name in closure(graph[name], lambda here: graph.get(here, ()))]


def reachable(dialog: Dialog) -> set[str]:
    """The nodes that can be reached from the start."""
    start = [dialog.start] if dialog.start in dialog.nodes else []
    return closure(start, lambda name: [way.to for way in known_ways(dialog, dialog.nodes[name])])
