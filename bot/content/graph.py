"""A picture of each dialog as Mermaid text, for the docs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.engine.lint.ways import known_ways, ways
from bot.engine.script import Book, Dialog, Node

MADE = "<!-- made by scripts/dialog_pages.py: do not edit -->\n"
INTRODUCTION = """\
Questions are round, ends are doubled, a slanted box is another dialog, timers are dotted. The source is
[dialogs/](../../dialogs/README.md).
"""
MAX_NODES = 26
_ARROWS = {"timeout": "-.->", "expire": "-.->", "give_up": "-.->"}


def pages(book: Book) -> dict[str, str]:
    """A page for each dialog and an index, by the name of the file."""
    made = {f"{name}.md": _page(book, dialog) for name, dialog in book.dialogs.items()}
    return {"README.md": _index(book), **made}


def _index(book: Book) -> str:
    rows = [
        f"| [{name}]({name}.md) | {dialog.about.variants[0]} | {_questions(dialog)} |"
        for name, dialog in sorted(book.dialogs.items())
    ]
    head = [MADE, "# The dialogs, drawn\n", INTRODUCTION, "| Dialog | About | Questions |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _questions(dialog: Dialog) -> int:
    return sum(node.ask is not None for node in dialog.nodes.values())


def _page(book: Book, dialog: Dialog) -> str:
    parts = [MADE, f"# {dialog.id}\n", dialog.about.variants[0] + "\n"]
    callers = sorted(
        {one.id for one in book.dialogs.values() for node in one.nodes.values() if _calls(node, dialog.id)}
    )
    callees = sorted({node.call.dialog for node in dialog.nodes.values() if node.call})
    for label, names in (("Opened by", callers), ("Opens", callees)):
        if names:
            parts.append(f"{label} {', '.join(f'[{name}]({name}.md)' for name in names)}.\n")
    drawn = pieces(dialog)
    for number, names in enumerate(drawn, 1):
        if len(drawn) > 1:
            parts.append(f"## Part {number} of {len(drawn)}, from `{names[0]}`\n")
        parts.append(f"```mermaid\n{mermaid(dialog, names)}```\n")
    parts.append("[All dialogs](README.md)\n")
    return "\n".join(parts)


def _calls(node: Node, name: str) -> bool:
    return node.call is not None and node.call.dialog == name


def pieces(dialog: Dialog) -> list[list[str]]:
    """The nodes in groups that can be read, in the order in which they are met; small dialogs are one group."""
    order: list[str] = []
    todo = [dialog.start, *dialog.nodes]
    while todo:
        name = todo.pop(0)
        if name in dialog.nodes and name not in order:
            order.append(name)
            todo[:0] = [way.to for way in known_ways(dialog, dialog.nodes[name]) if way.kind != "expire"]
    if len(order) <= MAX_NODES * 3 // 2:
        return [order]
    count = -(-len(order) // MAX_NODES)
    size = -(-len(order) // count)
    return [order[at : at + size] for at in range(0, len(order), size)]


def mermaid(dialog: Dialog, names: Sequence[str] = ()) -> str:
    """The flow of one dialog or a part of it: questions are round, ends are doubled, timers are dotted."""
    shown = list(names) or list(dialog.nodes)
    lines = ["flowchart TD"]
    if dialog.start in shown:
        lines.append(f"  start(( )) --> {_key(dialog.start)}")
    for name in shown:
        lines.append(f"  {_key(name)}{_shape(dialog.nodes[name])}")
        lines.extend(_arrows(dialog, dialog.nodes[name]))
    lines.extend(_elsewhere(dialog, shown))
    if dialog.expire.go in shown and any(node.ask for node in dialog.nodes.values()):
        lines.append(f"  expiry([nobody answers]) -.-> {_key(dialog.expire.go)}")
    return "\n".join(lines) + "\n"


def _elsewhere(dialog: Dialog, shown: Sequence[str]) -> Iterator[str]:
    """Nodes of other parts to which ways lead, with a mark."""
    nodes: Mapping[str, Node] = dialog.nodes
    met = dict.fromkeys(
        way.to
        for name in shown
        for way in known_ways(dialog, nodes[name])
        if way.to not in shown and way.kind != "expire"
    )
    for name in met:
        yield f"  {_key(name)}>{name} ...]"


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
