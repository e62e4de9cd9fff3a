"""Conditions of branches and buttons: a small typed subset of expressions. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Constant = bool | int | str
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class ConditionInvalid(ValueError):
    """The expression is not one of the allowed kind; the message says which part, in a sentence."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name, with a field after the dot where there is one."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Compare:
    """left op right, with op one of == != < <= > >=."""

    left: Variable | Literal
    op: str
    right: Variable | Literal


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Variable | Literal | Compare | All | Any | Not


def parse(source: str) -> Condition:
    """Reads `mood == "upset" and not draft.empty`. Raises ConditionInvalid."""
    if len(source) > 500:
        raise ConditionInvalid("the condition is longer than 500 characters")
    try:
        return _convert(ast.parse(source.strip(), mode="eval").body)
    except ConditionInvalid:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConditionInvalid(f"{source!r} is not a condition") from None


def _convert(node: ast.expr) -> Condition:
    match node:
        case ast.BoolOp(op=ast.And()):
            return All(tuple(_convert(part) for part in node.values))
        case ast.BoolOp(op=ast.Or()):
            return Any(tuple(_convert(part) for part in node.values))
        case ast.UnaryOp(op=ast.Not()):
            return Not(_convert(node.operand))
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return Compare(_operand(node.left), _COMPARE[type(op)], _operand(right))
        case _:
            return _operand(node)


def _operand(node: ast.expr) -> Variable | Literal:
    match node:
        case ast.Constant(value=bool() | int() | str() as value):
            return Literal(value)
        case ast.Name(id="true" | "false" as word):
            return Literal(word == "true")
        case ast.Name(id=name):
            return Variable(name)
        case ast.Attribute(value=ast.Name(id=name), attr=attr):
            return Variable(f"{name}.{attr}")
        case _:
            raise ConditionInvalid(
                f"{ast.unparse(node)!r} may not stand in a condition: only names, fields, constants, "
                "comparisons, and, or, not"
            )


def names(condition: Condition) -> Iterator[str]:
    """Every variable or field that the condition reads."""
    match condition:
        case Variable(name):
            yield name
        case Literal():
            return
        case Compare(left, _, right):
            yield from names(left)
            yield from names(right)
        case All(parts) | Any(parts):
            for part in parts:
                yield from names(part)
        case _:
            yield from names(condition.part)


def holds(condition: Condition, read: Callable[[str], object]) -> bool:
    """Evaluates with `read(name)`; values of different kinds are unequal and without order, never an error."""
    match condition:
        case Variable() | Literal():
            return bool(_value(condition, read))
        case Compare(left, op, right):
            return _compare(_value(left, read), op, _value(right, read))
        case All(parts):
            return all(holds(part, read) for part in parts)
        case Any(parts):
            return any(holds(part, read) for part in parts)
        case _:
            return not holds(condition.part, read)


def _value(operand: Variable | Literal, read: Callable[[str], object]) -> object:
    return operand.value if isinstance(operand, Literal) else read(operand.name)


def _compare(left: object, op: str, right: object) -> bool:
    if op in ("==", "!="):
        same = isinstance(left, bool) is isinstance(right, bool) and left == right
        return same is (op == "==")
    if not (isinstance(left, int) and isinstance(right, int)) or isinstance(left, bool) or isinstance(right, bool):
        return False
    return _ORDER[op](left, right)


_ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
