"""D30x: the shape of a dialog: targets, ways out, ends, circles, sub-dialogs. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import timedelta

from bot.engine.conditions import All, Any, Compare, Condition, Literal, Not, Variable
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.view import RESULT, View, calls_of, nearest
from bot.engine.lint.ways import circle, closure, known_ways, reachable, ways
from bot.engine.run import MAX_FRAMES
from bot.engine.script import Book, Dialog, Node

SHORTEST_EXPIRY, LONGEST_EXPIRY = timedelta(hours=1), timedelta(days=90)
SHORTEST_TIMEOUT = timedelta(minutes=1)


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for one in (targets, ways_out, unreached, endless, circles, timeout_circles, subdialogs, expiry, end_names):
        yield from one(view)


def targets(view: View) -> Iterator[Diagnostic]:
    """Every target is a node."""
    dialog = view.dialog
    wanted = {(way.to, way.path) for node in dialog.nodes.values() for way in ways(dialog, node)}
    wanted |= {(dialog.start, ("start",)), (dialog.expire.go, ("expire", "go"))}
    for name, path in wanted:
        if name not in dialog.nodes:
            hint = nearest(name, dialog.nodes) or "; write the id of a node of this dialog"
            yield view.fault("D301", path, f"There is no node `{name}`{hint}.")


def ways_out(view: View) -> Iterator[Diagnostic]:
    """Exactly one of ask, go and end; a call goes on at `go`."""
    for node in view.dialog.nodes.values():
        path = ("nodes", node.id)
        exits = [name for name, there in (("ask", node.ask), ("go", node.go), ("end", node.end)) if there]
        if node.call is not None and exits != ["go"]:
            yield view.fault("D308", (*path, "call"), "After `call` comes `go`, and neither `ask` nor `end`.")
        elif not exits:
            message = f"`{node.id}` has no way out; add one of `ask`, `go` and `end`."
            yield Diagnostic("D307", view.file, view.last_line(node), message)
        elif len(exits) > 1:
            found = " and ".join(f"`{name}`" for name in exits)
            yield view.fault("D307", (*path, exits[1]), f"`{node.id}` has {found}; keep one of them.")


def unreached(view: View) -> Iterator[Diagnostic]:
    """Every node can be reached from the start."""
    seen = reachable(view.dialog)
    for name in view.dialog.nodes:
        if seen and name not in seen:
            yield view.fault("D302", ("nodes", name), f"Nothing leads to `{name}`; remove it or lead to it.")


def endless(view: View) -> Iterator[Diagnostic]:
    """From every node an end can be reached by answers; expiry alone does not count."""
    dialog = view.dialog
    back: dict[str, set[str]] = {name: set() for name in dialog.nodes}
    for node in dialog.nodes.values():
        for way in known_ways(dialog, node):
            if way.kind != "expire":
                back[way.to].add(node.id)
    ends = [node.id for node in dialog.nodes.values() if node.end is not None]
    saved = closure(ends, lambda name: back[name])
    for name in dialog.nodes:
        if name not in saved:
            yield view.fault("D303", ("nodes", name), f"No answer leads from `{name}` to an end; add a way to one.")


def circles(view: View) -> Iterator[Diagnostic]:
    """A circle of nodes has a wait in it."""
    dialog = view.dialog
    graph = {
        node.id: {way.to for way in known_ways(dialog, node)}
        for node in dialog.nodes.values()
        if node.ask is None and not _always_waits(view, node)
    }
    found = set(circle(graph))
    for name in graph:
        back = next((way for way in known_ways(dialog, dialog.nodes[name]) if way.to in found), None)
        if name in found and back is not None:
            message = f"`{name}` comes back to itself without a question on the way; ask something or end."
            yield view.fault("D305", back.path, message)


def timeout_circles(view: View) -> Iterator[Diagnostic]:
    """Timeouts alone do not go round: they would send messages for ever."""
    dialog = view.dialog
    graph = {
        node.id: {way.to for way in known_ways(dialog, node) if way.kind in ("go", "timeout")}
        for node in dialog.nodes.values()
    }
    for name in circle(graph):
        ask = dialog.nodes[name].ask
        if ask is not None and ask.timeout is not None:
            message = f"Without any answer the timeout of `{name}` comes round again and again; end it somewhere."
            yield view.fault("D306", ("nodes", name, "ask", "timeout"), message)


def _always_waits(view: View, node: Node) -> bool:
    callee = view.book.dialogs.get(node.call.dialog) if node.call else None
    return callee is not None and not _passes(view, callee, frozenset())


def _passes(view: View, dialog: Dialog, above: frozenset[str]) -> bool:
    """Whether a dialog can come to an end without a single wait."""
    if dialog.id in above or dialog.start not in dialog.nodes:
        return False

    def onward(name: str) -> list[str]:
        node = dialog.nodes[name]
        callee = view.book.dialogs.get(node.call.dialog) if node.call else None
        if node.ask is not None or (callee and not _passes(view, callee, above | {dialog.id})):
            return []
        return [way.to for way in known_ways(dialog, node)]

    return any(dialog.nodes[name].end is not None for name in closure([dialog.start], onward))


def subdialogs(view: View) -> Iterator[Diagnostic]:
    """Sub-dialogs exist, never call themselves, and stand not too deep."""
    for node in view.dialog.nodes.values():
        if node.call is None:
            continue
        path = ("nodes", node.id, "call", "dialog")
        if node.call.dialog not in view.book.dialogs:
            if node.call.dialog not in view.book.faulty:
                message = f"There is no dialog `{node.call.dialog}`{_near(view, node.call.dialog)}."
                yield view.fault("D309", path, message)
        elif _calls_back(view, node.call.dialog):
            message = f"`{node.call.dialog}` leads back into `{view.dialog.id}`; a dialog may not call itself."
            yield view.fault("D310", path, message)
        elif (depth := 1 + deepest(view.book, node.call.dialog)) > MAX_FRAMES:
            message = f"This is {depth} dialogs inside one another; {MAX_FRAMES} are possible."
            yield view.fault("D311", path, message)


def _near(view: View, name: str) -> str:
    return nearest(name, view.book.dialogs) or "; write the id of another"


def _callees(book: Book, name: str) -> set[str]:
    dialog = book.dialogs.get(name)
    nodes = dialog.nodes.values() if dialog else ()
    return {node.call.dialog for node in nodes if node.call}


def _calls_back(view: View, name: str) -> bool:
    return view.dialog.id in closure([name], lambda here: _callees(view.book, here))


def deepest(book: Book, name: str, above: frozenset[str] = frozenset()) -> int:
    """How many dialogs may stand on one another from this one on, itself included."""
    below = _callees(book, name) - above - {name}
    return 1 + max((deepest(book, callee, above | {name}) for callee in below), default=0)


def expiry(view: View) -> Iterator[Diagnostic]:
    """The expiry ends without asking anything, and no timeout waits longer than it."""
    dialog = view.dialog
    seen = closure([dialog.expire.go] if dialog.expire.go in dialog.nodes else [], lambda name: _onward(dialog, name))
    asked = next((name for name in dialog.nodes if name in seen and dialog.nodes[name].ask), None)
    if asked is not None:
        message = f"The expiry comes to the question `{asked}`, but then nobody is there; lead it to an end."
        yield view.fault("D312", ("expire", "go"), message)
    if not SHORTEST_EXPIRY <= dialog.expire.after <= LONGEST_EXPIRY:
        message = "An expiry is between an hour and 90 days (m is minutes, h hours, d days); check the unit."
        yield view.fault("D324", ("expire", "after"), message)
    for node in dialog.nodes.values():
        timeout = node.ask.timeout if node.ask else None
        if timeout is not None and timeout.after < SHORTEST_TIMEOUT:
            message = "Nobody answers within a minute (s is seconds, m minutes, h hours); check the unit."
            yield view.fault("D325", ("nodes", node.id, "ask", "timeout"), message)
        if timeout is not None and timeout.after >= dialog.expire.after:
            message = "This timeout is not shorter than the expiry of the dialog, so it never comes; shorten it."
            yield view.fault("D313", ("nodes", node.id, "ask", "timeout"), message)


def _onward(dialog: Dialog, name: str) -> list[str]:
    node = dialog.nodes[name]
    return [] if node.ask else [way.to for way in known_ways(dialog, node)]


def end_names(view: View) -> Iterator[Diagnostic]:
    """A caller asks for a result that this dialog almost gives: the end is misspelt here, or the result there."""
    ends = {node.end: node.id for node in view.dialog.nodes.values() if node.end is not None}
    asked = {word for _, node, _ in calls_of(view) for word in _results_asked(node)}
    for word in sorted(asked - ends.keys() - {"unmet"}):
        close = difflib.get_close_matches(word, ends.keys() - asked, n=1, cutoff=0.75)
        if close:
            message = f"Callers ask for the result `{word}`, which is given nowhere; perhaps `{close[0]}` is misspelt."
            yield view.fault("D326", ("nodes", ends[close[0]], "end"), message)


def _results_asked(node: Node) -> Iterator[str]:
    for branch in node.go:
        if branch.condition is not None:
            yield from _compared(branch.condition)


def _compared(condition: Condition) -> Iterator[str]:
    match condition:
        case Compare(Variable(name), _, Literal(str(value))) | Compare(Literal(str(value)), _, Variable(name)):
            if name == RESULT:
                yield value
        case All(parts) | Any(parts):
            for part in parts:
                yield from _compared(part)
        case Not(part):
            yield from _compared(part)
        case _:
            return
