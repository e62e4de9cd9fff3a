"""D40x, D41x: names are known, set before they are read, and used. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.reads import reads
from bot.engine.lint.view import RESULT, View, calls_of, nearest
from bot.engine.lint.ways import TIMERS, Way, closure, known_ways
from bot.engine.script import Dialog, Node, Var


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for one in (declarations, unknown, unset, unused):
        yield from one(view)


def declarations(view: View) -> Iterator[Diagnostic]:
    """A variable has its own name, and a choice its values."""
    for var in view.dialog.vars.values():
        path = ("vars", var.name)
        if var.name in view.book.facts or var.name == RESULT:
            yield view.fault("D413", path, f"`{var.name}` is the name of a fact or of a result; choose another.")
        if (var.type == "choice") != bool(var.of):
            message = "A choice lists its values after `of`, and nothing else does."
            yield view.fault("D414", path, message)
        if len(set(var.of)) != len(var.of):
            yield view.fault("D414", (*path, "of"), f"A value of `{var.name}` stands twice; keep one.")


def unknown(view: View) -> Iterator[Diagnostic]:
    """Every name is a variable, a field of one, a fact or the result of a call; facts are declared in `needs`."""
    lacking: set[str] = set()
    for read in reads(view.dialog, view.book.effects):
        if read.name not in view.fields:
            code = "D606" if read.in_text else "D401"
            yield view.fault(code, read.path, f"Nothing is called `{read.name}`{_near(view, read.name)}.")
            continue
        fact = view.book.facts.get(read.name)
        if fact is not None and fact.needs is not None and fact.needs not in view.dialog.needs:
            message = f"`{read.name}` is only known in dialogs with `needs: [{fact.needs}]`; add that."
            yield view.fault("D415", read.path, message)
            lacking.add(fact.needs)
    for need in sorted(lacking):
        listed = ", ".join(sorted(view.dialog.needs | {need}))
        yield view.fault("D422", ("start",), f"This dialog reads what needs `{need}`; write `needs: [{listed}]` here.")


def _near(view: View, name: str) -> str:
    return nearest(name, view.fields) or "; declare it under `vars`"


def unset(view: View) -> Iterator[Diagnostic]:
    """On every path a name is set before it is read. Back is safe: it restores the values of its question."""
    before = assigned(view)
    for read in reads(view.dialog, view.book.effects):
        known = before.get(read.node)
        if known is None or read.optional or read.name not in view.fields or not _may_be_unset(view, read.name):
            continue
        if read.name not in remembered(known, view.dialog.nodes[read.node]) and not (
            read.name == RESULT and read.after_call
        ):
            message = f"`{read.name}` may not be set yet when this is reached; ask for it on every way here."
            yield view.fault("D402", read.path, message)
            yield from _unset_ways(view, before, read.name, read.node)


def _unset_ways(view: View, before: Mapping[str, frozenset[str]], name: str, reader: str) -> Iterator[Diagnostic]:
    """Where one way joins others without the value that they bring along."""
    dialog = view.dialog
    into: dict[str, list[tuple[Way, bool]]] = {}
    for node in (dialog.nodes[place] for place in before):
        for way in known_ways(dialog, node):
            kept = name in _after(view, remembered(before[node.id], node), node, way)
            into.setdefault(way.to, []).append((way, kept))
    back = closure([reader], lambda here: _from(view, before, here) if name not in before[here] else [])
    for place in back:
        ways = into.get(place, [])
        if any(kept for _, kept in ways):
            for way in (way for way, kept in ways if not kept and way.kind not in TIMERS):
                message = f"This way leads to where `{name}` is read, but it is not set on it; ask for it first."
                yield view.fault("D421", way.path, message)


def _from(view: View, before: Mapping[str, frozenset[str]], here: str) -> list[str]:
    nodes = view.dialog.nodes
    return [place for place in before if any(way.to == here for way in known_ways(view.dialog, nodes[place]))]


def _may_be_unset(view: View, name: str) -> bool:
    """Facts are always there, letters and their fields too."""
    var = view.dialog.vars.get(name.partition(".")[0])
    return name == RESULT or (var is not None and var.type != "letter")


def assigned(view: View) -> dict[str, frozenset[str]]:
    """For each node that can be reached, the names that are set there on every path."""
    dialog = view.dialog
    if dialog.start not in dialog.nodes:
        return {}
    before: dict[str, frozenset[str]] = {dialog.start: given(view)}
    todo = [dialog.start]
    while todo:
        node = dialog.nodes[todo.pop()]
        here = remembered(before[node.id], node)
        for way in known_ways(dialog, node):
            after = _after(view, here, node, way)
            known = before.get(way.to)
            merged = after if known is None else known & after
            if merged != known:
                before[way.to] = merged
                todo.append(way.to)
    return before


def remembered(known: frozenset[str], node: Node) -> frozenset[str]:
    """What is still set in this node, after it has forgotten."""
    return frozenset(name for name in known if name.partition(".")[0] not in node.forget)


def _after(view: View, known: frozenset[str], node: Node, way: Way) -> frozenset[str]:
    if node.call is not None:
        return known | {RESULT}
    if way.saves is None:
        return known
    kept = frozenset(name for name in known if not name.startswith(f"{way.saves}."))
    checker = view.book.checkers.get(way.checker) if way.checker else None
    return kept | {way.saves} | {f"{way.saves}.{field}" for field in (checker.fields if checker else ())}


def given(view: View) -> frozenset[str]:
    """What is set at the start: letters, `given` variables, and what every caller hands over."""
    declared = view.dialog.vars.values()
    always = {var.name for var in declared if var.given or var.type == "letter"}
    calls = list(calls_of(view))
    handed = set.intersection(*(set(call.args) for _, _, call in calls)) if calls else set[str]()
    return frozenset(always | handed)


def unused(view: View) -> Iterator[Diagnostic]:
    """A variable that nothing reads is a leftover."""
    used = {name for read in reads(view.dialog, view.book.effects) for name in (read.name, read.name.partition(".")[0])}
    used |= _collected(view.dialog)
    for var in view.dialog.vars.values():
        if var.name not in used:
            yield view.fault("D412", ("vars", var.name), _leftover(var), "warning")


def _collected(dialog: Dialog) -> set[str]:
    collects = (node.ask.collect for node in dialog.nodes.values() if node.ask)
    return {collect.into for collect in collects if collect}


def _leftover(var: Var) -> str:
    return f"Nothing reads `{var.name}`; remove it or use it."
