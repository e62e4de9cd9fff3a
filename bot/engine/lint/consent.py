"""D70x: nothing private reaches the partner without consent to exactly this value. Pure.

Consent is a tap. It ends when the value is saved anew, and for a letter at every further wait, because a message
that is edited while we wait changes the letter. A sub-dialog that waits counts as a wait; its consents are its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.view import Path, View
from bot.engine.lint.ways import TIMERS, Way, closure, known_ways
from bot.engine.script import Ask, Button, Name, Node

_FREE_WORDS = frozenset({"letter", "text"})


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    yield from consents(view)
    before = consented(view)
    for node in view.dialog.nodes.values():
        yield from _disclosures(view, node, before.get(node.id, frozenset()))


def _disclosures(view: View, node: Node, open_here: frozenset[str]) -> Iterator[Diagnostic]:
    for index, do in enumerate(node.do):
        spec = view.book.effects.get(do.effect)
        for name in sorted(spec.discloses & do.args.keys() if spec else ()):
            value = do.args[name]
            var = view.dialog.vars.get(value.name.partition(".")[0]) if isinstance(value, Name) else None
            path: Path = ("nodes", node.id, "do", index)
            if var is None:
                continue
            if not var.private and var.type in _FREE_WORDS:
                message = f"`{do.effect}` gives `{var.name}` to the partner; declare it `private: true`."
                yield view.fault("D702", path, message)
                yield view.fault("D702", ("vars", var.name), message)
            elif var.private and var.name not in open_here:
                message = (
                    f"`{do.effect}` can be reached without consent to the present `{var.name}`; "
                    f"lead here only from a button with `consent: {var.name}`, as the last question before."
                )
                yield view.fault("D701", path, message)
                yield from _unasked(view, node, var.name, do.effect)


def _unasked(view: View, node: Node, name: str, effect: str) -> Iterator[Diagnostic]:
    """The answers from which the disclosure is reached without consent, through nodes that ask nothing."""
    dialog, before = view.dialog, consented(view)
    silent = closure(
        [node.id],
        lambda here: [other for other in before if dialog.nodes[other].ask is None and here in _next(view, other)],
    )
    for asking in (one for one in dialog.nodes.values() if one.ask is not None and one.id in before):
        for way in known_ways(dialog, asking):
            if way.to in silent and way.kind not in TIMERS and name not in _after(view, asking, way, before[asking.id]):
                message = f"From here `{effect}` is reached without consent to the present `{name}`; ask for it here."
                yield view.fault("D714", way.path, message)


def _next(view: View, name: str) -> set[str]:
    return {way.to for way in known_ways(view.dialog, view.dialog.nodes[name])}


def consented(view: View) -> dict[str, frozenset[str]]:
    """For each node that can be reached, the variables consented to on every path there."""
    dialog = view.dialog
    if dialog.start not in dialog.nodes:
        return {}
    before: dict[str, frozenset[str]] = {dialog.start: frozenset()}
    todo = [dialog.start]
    while todo:
        node = dialog.nodes[todo.pop()]
        for way in known_ways(dialog, node):
            after = _after(view, node, way, before[node.id])
            known = before.get(way.to)
            merged = after if known is None else known & after
            if merged != known:
                before[way.to] = merged
                todo.append(way.to)
    return before


def _after(view: View, node: Node, way: Way, known: frozenset[str]) -> frozenset[str]:
    left = known - {way.saves}
    if node.ask is not None or _sub_dialog_waits(view, node):
        left = frozenset(name for name in left if not _is_letter(view, name))
    return left | {way.consent} if way.consent is not None else left


def _sub_dialog_waits(view: View, node: Node) -> bool:
    """Whether a sub-dialog may let time pass, in which a letter can change."""
    return node.call is not None and _has_wait(view, node.call.dialog, frozenset())


def _has_wait(view: View, name: str, above: frozenset[str]) -> bool:
    dialog = view.book.dialogs.get(name)
    return dialog is None or any(
        node.ask is not None or (node.call is not None and _has_wait(view, node.call.dialog, above | {name}))
        for node in dialog.nodes.values()
        if name not in above
    )


def _is_letter(view: View, name: str) -> bool:
    var = view.dialog.vars.get(name)
    return var is not None and var.type == "letter"


def consents(view: View) -> Iterator[Diagnostic]:
    """A consent names a private variable, which its question shows and cannot change."""
    for node in view.dialog.nodes.values():
        for button in node.ask.buttons if node.ask else ():
            if node.ask is not None and button.consent is not None:
                yield from _consent(view, node, node.ask, button, button.consent)


def _consent(view: View, node: Node, ask: Ask, button: Button, name: str) -> Iterator[Diagnostic]:
    path: Path = ("nodes", node.id, "ask", "buttons", button.id, "consent")
    var = view.dialog.vars.get(name)
    if var is None or not var.private:
        yield view.fault("D703", path, f"`{name}` is not a private variable of this dialog; nothing to consent to.")
        return
    shown = node.show == name or (node.say is not None and name in node.say.placeholders)
    if not shown:
        message = f"This asks for consent to `{name}` without showing it; add `show: {name}` or {{{name}}} in `say`."
        yield view.fault("D704", path, message)
        yield view.fault("D704", ("nodes", node.id, "say"), message)
    targets = {ask.save, ask.text.save if ask.text else None, ask.list.save if ask.list else None}
    targets.add(ask.collect.into if ask.collect else None)
    if name in targets:
        message = f"`{name}` can change at this very question; ask for consent at one that shows it as it will stay."
        yield view.fault("D705", path, message)
