"""A picture of each dialog as Mermaid text, for the docs. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.lint.ways import ways
from bot.engine.script import Book, Dialog, Node

_ARROWS = {"timeout": "-.->", "expire": "-.->", "give_up": "-.->"}


def mermaid(dialog: Dialog) -> str:
    """The flow of one dialog: questions are round, ends are doubled, timers are dotted."""
    lines = ["flowchart TD", f"  start(( )) --> {_key(dialog.start)}"]
    for node in dialog.nodes.values():
        lines.append(f"  {_key(node.id)}{_shape(node)}")
        lines.extend(_arrows(dialog, node))
    if any(node.ask for node in dialog.nodes.values()):
        lines.append(f"  expiry([nobody answers]) -.-> {_key(dialog.expire.go)}")
    return "\n".join(lines) + "\n"


def page(book: Book) -> str:
    """All dialogs of a book as one Markdown page."""
    parts = [
        f"## {dialog.id}\n\n{dialog.about.variants[0]}\n\n```mermaid\n{mermaid(dialog)}```\n"
        for _, dialog in sorted(book.dialogs.items())
    ]
    return "\n".join(parts)


def _key(name: str) -> str:
    """`end` and the like are words of Mermaid, so every node has a prefix."""
    return f"n_{name}"


def _shape(node: Node) -> str:
    if node.ask is not None:
        return f"([{node.id}])"
    if node.end is not None:
        return f"[[{node.id}: {node.end}]]"
    if node.call is not None:
        return f"[/{node.id}: {node.call.dialog}/]"
    return f"[{node.id}]"


def _arrows(dialog: Dialog, node: Node) -> Iterator[str]:
    for way in ways(dialog, node):
        if way.kind == "expire":
            continue
        label = str(way.path[-2]) if way.kind == "button" else way.kind
        if way.kind == "go":
            label = "" if _is_plain(node, way.path) else "if"
        arrow = _ARROWS.get(way.kind, "-->")
        yield f"  {_key(node.id)} {arrow}{f'|{label}|' if label else ''} {_key(way.to)}"


def _is_plain(node: Node, path: tuple[str | int, ...]) -> bool:
    index = path[-2]
    return isinstance(index, int) and node.go[index].condition is None
