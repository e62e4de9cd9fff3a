"""D40x: conditions compare what can be compared. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.conditions import All, Any, Compare, Condition, Literal, Not, Variable
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.reads import conditions_of
from bot.engine.lint.view import Path, View
from bot.engine.script import Field

_ORDERED = frozenset({"<", "<=", ">", ">="})


def check(view: View) -> Iterator[Diagnostic]:
    """All of this theme."""
    for node in view.dialog.nodes.values():
        for condition, path in conditions_of(node):
            yield from _condition(view, condition, path)
        if node.say is not None and node.say.count is not None:
            yield from _count(view, node.say.count, ("nodes", node.id, "say", "count"))


def _condition(view: View, condition: Condition, path: Path) -> Iterator[Diagnostic]:
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _condition(view, part, path)
        case Not(part):
            yield from _condition(view, part, path)
        case Compare():
            yield from _compare(view, condition, path)
        case _:
            yield from _alone(view, condition, path)


def _alone(view: View, operand: Variable | Literal, path: Path) -> Iterator[Diagnostic]:
    """A name or a constant without a comparison is true or false by itself."""
    kind = _type(view, operand)
    if kind is not None and kind.type != "flag":
        shown = operand.name if isinstance(operand, Variable) else repr(operand.value)
        yield view.fault("D405", path, f"{shown} is neither true nor false by itself; compare it with something.")


def _compare(view: View, compare: Compare, path: Path) -> Iterator[Diagnostic]:
    left, right = _type(view, compare.left), _type(view, compare.right)
    if left is None or right is None:
        return
    if "letter" in (left.type, right.type):
        yield view.fault("D403", path, "A letter cannot be compared; compare one of its fields, such as draft.parts.")
    elif compare.op in _ORDERED and (left.type, right.type) != ("number", "number"):
        yield view.fault("D403", path, f"Only numbers can be compared with {compare.op}.")
    elif _kind(left) != _kind(right):
        yield view.fault("D403", path, f"A {left.type} is never equal to a {right.type}; compare like with like.")
    elif left.of and right.of and not set(left.of) & set(right.of):
        known, strange = (left, right) if isinstance(compare.right, Literal) else (right, left)
        message = f"`{strange.of[0]}` is not one of the values {', '.join(known.of)}; use one of them."
        yield view.fault("D404", path, message)


def _type(view: View, operand: Variable | Literal) -> Field | None:
    if isinstance(operand, Variable):
        return view.fields.get(operand.name)
    return view.type_of(operand.value)


def _kind(field: Field) -> str:
    return "text" if field.type == "choice" else field.type


def _count(view: View, name: str, path: Path) -> Iterator[Diagnostic]:
    kind = view.fields.get(name)
    if kind is not None and kind.type != "number":
        yield view.fault("D418", path, f"`{name}` is a {kind.type}; a plural goes by a number.")
