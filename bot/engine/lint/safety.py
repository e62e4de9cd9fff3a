"""D70x: nothing irreversible by a clock, no words past the danger rules, a way out of every question. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.answers import fold
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.branches import may_hold
from bot.engine.lint.view import RESULT, Path, View
from bot.engine.lint.ways import TIMERS, known_ways, reachable, ways
from bot.engine.script import Dialog, Node


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    yield from by_timer(view)
    yield from free_text(view)
    yield from ways_out(view)
    yield from taken_words(view)


# -- timers


def by_timer(view: View) -> Iterator[Diagnostic]:
    """An irreversible effect comes after a person's answer, never after a timeout or an expiry alone."""
    for start, path in _clocks(view).items():
        alone = Alone(view)
        alone.ends(view.dialog, start)
        for found in sorted(alone.effects):
            message = (
                f"By a clock alone the dialog comes from here to `{found}`, which cannot be undone; ask before it."
            )
            yield view.fault("D706", path, message)


def _clocks(view: View) -> dict[str, Path]:
    """Where a clock leads to in this dialog, by its own waits or by those of a sub-dialog."""
    dialog, found = view.dialog, dict[str, Path]()
    met = reachable(dialog)
    for node in (node for name, node in dialog.nodes.items() if name in met):
        found |= {way.to: way.path for way in ways(dialog, node) if way.kind in TIMERS}
        if node.call is not None:
            name = node.call.dialog
            if name not in view.timed:
                view.timed[name] = timed_ends(view, name, frozenset())
            for result in view.timed[name]:
                found |= dict.fromkeys(_after_result(node, result), ("nodes", node.id, "call"))
    return found


def timed_ends(view: View, name: str, above: frozenset[str]) -> set[str]:
    """The results with which a dialog may end because nobody answered in it."""
    dialog = view.book.dialogs.get(name)
    if dialog is None or name in above:
        return set()
    found: set[str] = set()
    for node in dialog.nodes.values():
        for way in ways(dialog, node):
            if way.kind in TIMERS:
                found |= Alone(view).ends(dialog, way.to)
        for result in timed_ends(view, node.call.dialog, above | {name}) if node.call else ():
            for target in _after_result(node, result):
                found |= Alone(view).ends(dialog, target)
    return found


class Alone:
    """Follows a dialog as it goes when nobody answers any more, through sub-dialogs and back.

    `effects` gathers the irreversible ones on the way, as `dialog.node`.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.effects: set[str] = set()
        self._ends: dict[tuple[str, str], set[str]] = {}

    def ends(self, dialog: Dialog, start: str) -> set[str]:
        """The results with which the dialog ends by itself from here."""
        known = self._ends.get((dialog.id, start))
        if known is not None:
            return known
        found = self._ends[dialog.id, start] = set()
        seen: set[str] = set()
        todo = [start]
        while todo:
            node = dialog.nodes.get(todo.pop())
            if node is None or node.id in seen:
                continue
            seen.add(node.id)
            self._note(dialog, node)
            if node.end is not None:
                found.add(node.end)
            todo.extend(self._onward(dialog, node))
        return found

    def _note(self, dialog: Dialog, node: Node) -> None:
        for do in node.do:
            spec = self.view.book.effects.get(do.effect)
            if spec is not None and spec.irreversible:
                self.effects.add(f"{dialog.id}.{node.id}")

    def _onward(self, dialog: Dialog, node: Node) -> list[str]:
        if node.ask is not None:
            return [way.to for way in known_ways(dialog, node) if way.kind in TIMERS]
        if node.call is None:
            return [way.to for way in known_ways(dialog, node)]
        callee = self.view.book.dialogs.get(node.call.dialog)
        results = self.ends(callee, callee.start) if callee else set()
        return [target for result in results for target in _after_result(node, result)]


def _after_result(node: Node, result: str) -> Iterator[str]:
    """Where a caller may go on with this result."""
    for branch in node.go:
        verdict = True if branch.condition is None else may_hold(branch.condition, {RESULT: result})
        if verdict is not False:
            yield branch.to
        if verdict is True:
            return


# -- words


def free_text(view: View) -> Iterator[Diagnostic]:
    """Where words are typed, at least one danger leads to a dialog of its own; which ones, the book's check knows."""
    if view.book.interrupts.danger:
        return
    for node in view.dialog.nodes.values():
        if node.ask is not None and (node.ask.text or node.ask.collect):
            message = "Words are typed here, but _interrupts.yaml names no dialog for any danger; add them."
            yield view.fault("D707", ("nodes", node.id, "ask"), message)


def ways_out(view: View) -> Iterator[Diagnostic]:
    """Without the row of Back and Stop every question has a button of its own that is always there."""
    for node in view.dialog.nodes.values() if not view.dialog.exits else ():
        if node.ask is not None and not any(button.when is None for button in node.ask.buttons):
            message = "`exits: false` hides Stop, and no button here is always shown; add one that leads out."
            yield view.fault("D709", ("nodes", node.id, "ask"), message)


def taken_words(view: View) -> Iterator[Diagnostic]:
    """What means Stop, Back or Help everywhere cannot mean a button here."""
    words = view.book.interrupts
    taken = words.stop | words.back | words.help
    for node in view.dialog.nodes.values():
        for button in node.ask.buttons if node.ask else ():
            path = ("nodes", node.id, "ask", "buttons", button.id)
            for synonym in button.also:
                if fold(synonym) in taken:
                    message = f"{synonym!r} already means Stop, Back or Help; choose another word."
                    yield view.fault("D710", (*path, "also"), message)
            if fold(button.text.variants[0]) in taken:
                message = f"Whoever types {button.text.variants[0]!r} gets Stop, Back or Help; choose another label."
                yield view.fault("D710", (*path, "text"), message, "warning")
