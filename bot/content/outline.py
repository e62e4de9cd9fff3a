"""A dialog as plain nodes and arrows, for the author's view. Pure."""

from __future__ import annotations

from typing import Any

from bot.engine.lint.ways import Way, ways
from bot.engine.script import Dialog, Node

Json = dict[str, Any]
DOTTED = frozenset({"timeout", "give_up"})


def outline(dialog: Dialog) -> Json:
    """Nodes with their English words and where they stand in the file; arrows as the engine's trace names them.

    The arrows of an expiry are left out, since every question has one: `expires_to` is where they lead.
    """
    return {
        "dialog": dialog.id,
        "about": dialog.about.variants[0],
        "file": dialog.place.file,
        "start": dialog.start,
        "needs": sorted(dialog.needs),
        "expires_to": dialog.expire.go,
        "nodes": [_node(node) for node in dialog.nodes.values()],
        "edges": [_edge(node, way) for node in dialog.nodes.values() for way in _shown(dialog, node)],
    }


def _shown(dialog: Dialog, node: Node) -> list[Way]:
    return [way for way in ways(dialog, node) if way.kind != "expire"]


def _node(node: Node) -> Json:
    return {
        "id": node.id,
        "kind": _kind(node),
        "words": node.say.variants[0] if node.say else "",
        "leads": (node.call.dialog if node.call else node.end) or "",
        "acts": [do.effect for do in node.do],
        "line": node.place.line,
    }


def _kind(node: Node) -> str:
    if node.ask is not None:
        return "ask"
    if node.end is not None:
        return "end"
    return "call" if node.call is not None else "step"


def _edge(node: Node, way: Way) -> Json:
    by = _by(node, way)
    return {
        "from": node.id,
        "to": way.to,
        "by": by,
        "label": _label(node, way, by),
        "dotted": way.kind in DOTTED,
    }


def _by(node: Node, way: Way) -> str:
    """The same name that `Run` gives to this way in its trace."""
    if way.kind == "button":
        return str(way.path[-2])
    if way.kind != "go":
        return way.kind
    index = int(way.path[-2])
    return "else" if node.go[index].condition is None else f"if{index}"


def _label(node: Node, way: Way, by: str) -> str:
    if way.kind == "button" and node.ask is not None:
        return next(button.text.variants[0] for button in node.ask.buttons if button.id == by)
    if way.kind == "go":
        return "" if len(node.go) == 1 else by
    return way.kind
