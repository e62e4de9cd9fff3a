"""Faults of the way through a dialog: targets, ends, circles, questions and their buttons."""

from __future__ import annotations

import re
from random import Random

from bench.faults.source import Planted, Source, fault, indent, typo

BUTTON = ("nodes", "*", "ask", "buttons", "*")


def _target(src: Source, dice: Random, *shape: str) -> Planted | None:
    path = src.one(dice, *shape, where=lambda path: isinstance(src.value(path), str))
    return src.set(path, typo(src.value(path), dice)) if path else None


@fault("a missing target of a button")
def _button(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, *BUTTON, "go")


@fault("a missing target of a branch")
def _branch(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, "nodes", "*", "go", "*", "to")


@fault("a missing target of `go`")
def _go(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, "nodes", "*", "go")


@fault("a missing target of typed words")
def _text(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, "nodes", "*", "ask", "text", "go")


@fault("a missing target of a timer")
def _timer(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, *dice.choice([("expire", "go"), ("nodes", "*", "ask", "timeout", "go")]))


@fault("a missing start")
def _start(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, "start")


@fault("a node that nothing leads to")
def _unreached(src: Source, dice: Random) -> Planted | None:
    _, at = dice.choice(list(src.node_lines()))
    return src.insert(at, "  forgotten:", "    say: |", "      Nobody reads this.", "    end: done")


@fault("a node without a way out")
def _no_way(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "end") or src.one(dice, "nodes", "*", "go")
    if path is None:
        return None
    index = src.at(*path)
    return src.cut(index, src.end(index)) if len(src.value(path[:2])) > 1 else None


@fault("a node with two ways out")
def _two_ways(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask") or src.one(dice, "nodes", "*", "go")
    return src.insert(src.at(*path), "    end: done") if path else None


@fault("a sub-dialog that nothing follows")
def _call_end(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "call")
    if path is None:
        return None
    go = src.at(*path[:2], "go")
    return src.planted([*src.lines[:go], "    end: done", *src.lines[src.end(go) :]], go)


@fault("an unknown sub-dialog")
def _call(src: Source, dice: Random) -> Planted | None:
    return _target(src, dice, "nodes", "*", "call", "dialog")


@fault("a dialog that calls itself")
def _itself(src: Source, dice: Random) -> Planted | None:
    return src.set(src.one(dice, "nodes", "*", "call", "dialog"), src.value(("dialog",)))


@fault("a circle without a question")
def _circle(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "go", where=lambda path: isinstance(src.value(path), str))
    return src.set(path, str(path[1])) if path and "call" not in src.value(path[:2]) else None


@fault("a circle of branches without a question")
def _branch_circle(src: Source, dice: Random) -> Planted | None:
    def alone(path: tuple[str | int, ...]) -> bool:
        return "call" not in src.value(path[:2]) and path[3] == 0

    path = src.one(dice, "nodes", "*", "go", "*", "to", where=alone)
    return src.set(path, str(path[1])) if path else None


@fault("a question that never leads to an end")
def _endless(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, *BUTTON)
    if path is None:
        return None
    new = ["        round_again:", "          text: Round again", "          go: carousel"]
    trap = [
        "  carousel:", "    say: |", "      And again?", "    ask:", "      buttons:",
        "        again:", "          text: Again", "          go: carousel",
    ]  # fmt: skip
    lines = [*src.lines]
    at = src.at(*path)
    lines[at:at] = new
    after = next(
        index for index in range(at, len(lines)) if index == len(lines) - 1 or re.match(r"  \w+:", lines[index])
    )
    lines[after:after] = trap
    return src.planted(lines, after)


@fault("an expiry that comes to a question")
def _expire_asks(src: Source, dice: Random) -> Planted | None:
    asking = [name for name, _ in src.node_lines() if "ask" in src.value(("nodes", name))]
    return src.set(("expire", "go"), dice.choice(asking)) if asking else None


@fault("timeouts in a circle")
def _timeouts(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", where=lambda path: "timeout" not in src.value(path))
    return src.insert(src.at(*path) + 1, f"      timeout: {{after: 20m, go: {path[1]}}}") if path else None


@fault("a timeout longer than the expiry")
def _late(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", where=lambda path: "timeout" not in src.value(path))
    go = src.value(("expire", "go"))
    return src.insert(src.at(*path) + 1, f"      timeout: {{after: 90d, go: {go}}}") if path else None


@fault("a timeout of seconds")
def _hasty(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", where=lambda path: "timeout" not in src.value(path))
    go = src.value(("expire", "go"))
    return src.insert(src.at(*path) + 1, f"      timeout: {{after: 20s, go: {go}}}") if path else None


@fault("too many buttons")
def _buttons(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons")
    if path is None:
        return None
    go = src.value(next(iter(src.paths(*BUTTON, "go"))))
    new = [line for i in range(9) for line in (f"        more{i}:", f"          text: More {i}", f"          go: {go}")]
    return src.insert(src.at(*path) + 1, *new)


@fault("a label that is too long")
def _label(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, *BUTTON, "text")
    at = src.at(*path) if path else 0
    return src.swap(at, src.lines[at] + " and all that may follow from it") if path else None


@fault("a label of another button")
def _same_label(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", where=lambda path: len(src.value(path)) > 1)
    if path is None:
        return None
    (first, value), (second, other) = list(src.value(path).items())[:2]
    if "when" in value and "when" in other:
        return None
    index = src.at(*path, second, "text")
    return src.swap(index, f"{' ' * indent(src.lines[index])}text: {value['text']}") if first else None


@fault("a synonym of another button")
def _synonym(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", where=lambda path: len(src.value(path)) > 1)
    if path is None:
        return None
    (_, value), (second, other) = list(src.value(path).items())[:2]
    if "also" in other or ("when" in value and "when" in other):
        return None
    return src.insert(src.at(*path, second, "text") + 1, f'          also: ["{value["text"].upper()}"]')


@fault("a question without words")
def _silent(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say", where=lambda path: "ask" in src.value(path[:2]))
    return src.cut(src.at(*path), src.end(src.at(*path))) if path else None


@fault("a question without answers")
def _unanswerable(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", where=lambda path: set(src.value(path)) == {"buttons"})
    if path is None:
        return None
    at = src.at(*path)
    lines = [
        *src.lines[: at + 1],
        f"      timeout: {{after: 1h, go: {src.value(('expire', 'go'))}}}",
        *src.lines[src.end(at) :],
    ]
    return src.planted(lines, at)


@fault("too many messages in a row")
def _unasked(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, *BUTTON)
    end = next((src.value(path) for path in src.paths("nodes", "*", "end")), None)
    if path is None or end is None:
        return None
    chain = [
        line
        for i in range(4)
        for line in (
            f"  row{i}:",
            "    say: |",
            "      One more.",
            f"    go: row{i + 1}" if i < 3 else f"    end: {end}",
        )
    ]
    lines = [*src.lines]
    lines[src.at(*path) : src.at(*path)] = ["        many:", "          text: Many", "          go: row0"]
    at = next(iter(src.node_lines()))[1]
    lines[at:at] = chain
    return src.planted(lines, at)


@fault("a result that the sub-dialog never gives")
def _result(src: Source, dice: Random) -> Planted | None:
    found = [at for at, line in enumerate(src.lines) if 'result == "' in line]
    if not found:
        return None
    at = dice.choice(found)
    word = re.search(r'result == "(\w+)"', src.lines[at])
    return src.swap(at, src.lines[at].replace(f'"{word[1]}"', f'"{typo(word[1], dice)}"', 1)) if word else None


@fault("a misspelt end that callers ask for")
def _end_name(src: Source, dice: Random) -> Planted | None:
    asked = {
        word
        for dialog in src.book.dialogs.values()
        for node in dialog.nodes.values()
        if node.call and node.call.dialog == src.value(("dialog",))
        for branch in node.go
        if branch.condition
        for word in re.findall(r"Literal\(value='(\w+)'\)", repr(branch.condition))
    }
    ends = [path for path in src.paths("nodes", "*", "end") if src.value(path) in asked]
    ends = [
        path
        for path in ends
        if [src.value(other) for other in src.paths("nodes", "*", "end")].count(src.value(path)) == 1
    ]
    path = dice.choice(ends) if ends else None
    return src.set(path, typo(src.value(path), dice)) if path else None
