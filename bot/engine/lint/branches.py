"""D40x: branches that are never taken and buttons that are never shown, by trying the values that matter. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from bot.engine import conditions
from bot.engine.conditions import All, Any, Compare, Condition, Constant, Literal, Not, Variable
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.reads import conditions_of
from bot.engine.lint.view import View
from bot.engine.script import Branch, Field, Node

MAX_TRIES = 3000
_OTHER = "\x00other"
Values = Mapping[str, Constant]


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for node in view.dialog.nodes.values():
        yield from last_branch(view, node)
        yield from dead_branches(view, node)
        yield from hidden_buttons(view, node)
        yield from idle_conditions(view, node)


def last_branch(view: View, node: Node) -> Iterator[Diagnostic]:
    """Only the last branch has no condition."""
    for index, branch in enumerate(node.go):
        path = ("nodes", node.id, "go", index)
        last = index == len(node.go) - 1
        if last and branch.condition is not None:
            message = "The last branch has a condition, so there may be no way on; add a last one without `if`."
            yield view.fault("D407", path, message)
        if not last and branch.condition is None:
            yield view.fault("D408", path, "This branch is always taken, so those below never are; move it to the end.")


def dead_branches(view: View, node: Node) -> Iterator[Diagnostic]:
    """Some values lead to every branch."""
    parts = [branch.condition for branch in node.go if branch.condition is not None]
    tries = _tries(view, parts)
    if not parts or tries is None:
        return
    taken: set[int] = set()
    for values in tries:
        taken |= _taken(node.go, values)
    unconditional = next((i for i, branch in enumerate(node.go) if branch.condition is None), len(node.go))
    for index in range(min(unconditional + 1, len(node.go))):
        if index not in taken:
            message = f"No values lead to this branch (to `{node.go[index].to}`); remove or change it."
            yield view.fault("D406", ("nodes", node.id, "go", index), message)


def _taken(branches: Sequence[Branch], values: Values) -> set[int]:
    """The branches that may be taken with these values: the first that holds, and doubtful ones before it."""
    found: set[int] = set()
    for index, branch in enumerate(branches):
        verdict = True if branch.condition is None else may_hold(branch.condition, values)
        if verdict is not False:
            found.add(index)
        if verdict is True:
            break
    return found


def hidden_buttons(view: View, node: Node) -> Iterator[Diagnostic]:
    """Some values show every button."""
    for button in node.ask.buttons if node.ask else ():
        tries = _tries(view, [button.when]) if button.when is not None else None
        if button.when is None or tries is None:
            continue
        if all(may_hold(button.when, values) is False for values in tries):
            path = ("nodes", node.id, "ask", "buttons", button.id, "when")
            yield view.fault("D409", path, f"`{button.id}` is never shown; remove it or change its `when`.")


def idle_conditions(view: View, node: Node) -> Iterator[Diagnostic]:
    """Some values make every condition fail, else it is not needed."""
    for condition, path in conditions_of(node):
        tries = _tries(view, [condition])
        if tries is not None and all(may_hold(condition, values) is True for values in tries):
            yield view.fault("D420", path, "This condition always holds; remove it, or ask for something else.")


def may_hold(condition: Condition, values: Values) -> bool | None:
    """True, False, or None where it depends on names that are not among the values."""
    match condition:
        case All(parts):
            return _all([may_hold(part, values) for part in parts])
        case Any(parts):
            return _opposite(_all([_opposite(may_hold(part, values)) for part in parts]))
        case Not(part):
            return _opposite(may_hold(part, values))
        case Compare(Variable(), _, Variable()):
            return None
        case _:
            known = all(name in values for name in conditions.names(condition))
            return conditions.holds(condition, values.__getitem__) if known else None


def _all(verdicts: list[bool | None]) -> bool | None:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _opposite(verdict: bool | None) -> bool | None:  # noqa: FBT001 - three values, not a switch
    return None if verdict is None else not verdict


def _tries(view: View, parts: Sequence[Condition]) -> list[Values] | None:
    """All combinations of the values that can make a difference; None where they are too many."""
    constants: dict[str, set[Constant]] = {}
    for part in parts:
        _gather(part, constants)
    domains = {name: _domain(view.fields.get(name), found) for name, found in constants.items()}
    count = 1
    for domain in domains.values():
        count *= max(len(domain), 1)
    if count > MAX_TRIES:
        return None
    open_domains = {name: domain for name, domain in domains.items() if domain}
    return [dict(zip(open_domains, values, strict=True)) for values in itertools.product(*open_domains.values())]


def _gather(condition: Condition, found: dict[str, set[Constant]]) -> None:
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                _gather(part, found)
        case Not(part):
            _gather(part, found)
        case Compare(Variable(name), _, Literal(value)) | Compare(Literal(value), _, Variable(name)):
            found.setdefault(name, set()).add(value)
        case Variable(name):
            found.setdefault(name, set())
        case _:
            return


def _domain(kind: Field | None, constants: set[Constant]) -> tuple[Constant, ...]:
    """The values worth trying; empty where nothing is known of the name."""
    if kind is None:
        return ()
    match kind.type:
        case "flag":
            return (True, False)
        case "choice":
            return kind.of
        case "number":
            numbers = {value for value in constants if isinstance(value, int)}
            return tuple(sorted({near for value in numbers for near in (value - 1, value, value + 1)} | {0}))
        case _:
            texts = {value for value in constants if isinstance(value, str)}
            return (*sorted(texts), _OTHER)
