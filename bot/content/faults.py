"""Turns what the readers refuse into diagnostics: one plain sentence with the line and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.content import schema
from bot.content.document import Document, Key, KeyPath, YamlInvalid
from bot.engine.diagnostics import Diagnostic

_ORDERS: tuple[tuple[Key, ...], ...] = (
    ("dialog", "about", "source", "needs", "exits", "moved", "start", "expire", "vars", "nodes"),
    ("category", "effort", "place", "time", "focus", "together", "text"),
    ("zone", "label"),
)
_PATTERNS: Mapping[str, str] = {
    schema.ID: "is not an id: small letters, digits and _, 32 at most, a letter first",
    schema.NAME: "is not a name: write a variable, or variable.field",
    schema.DURATION: "is not a duration: write 20m, 2h or 7d",
}


def unreadable(file: str, error: YamlInvalid) -> Diagnostic:
    """D10x: the file or the YAML itself."""
    return Diagnostic(error.code, file, error.line, sentence(error.message))


def misshapen(file: str, document: Document, error: ValidationError, where: KeyPath = ()) -> Iterator[Diagnostic]:
    """D2xx: keys and values that the format does not know; the model was built from what stands at `where`."""
    for fault in error.errors(include_url=False):
        loc = (*where, *fault["loc"])
        path = _path(document, loc, named=fault["type"] in ("missing", "extra_forbidden"))
        code, message = _explain(fault, path)
        line = document.line(*path) if path in document.lines else _line_before(document, path)
        yield Diagnostic(code, file, line, sentence(message))


def _line_before(document: Document, path: KeyPath) -> int:
    """Where a key that is missing would stand: below the last of those that are written before it."""
    order = next((order for order in _ORDERS if path and path[-1] in order), ())
    before = order[: order.index(path[-1])] if order else ()
    for key in reversed(before):
        if (*path[:-1], key) in document.lines:
            return document.lines[*path[:-1], key]
    return document.line(*path)


def _path(document: Document, loc: tuple[Key, ...], *, named: bool) -> KeyPath:
    """The path in the file without pydantic's own marks (tags of unions, `[key]`); `named`: the last is a key."""
    path: KeyPath = ()
    for place, key in enumerate(loc):
        if (*path, key) in document.lines or (named and place == len(loc) - 1):
            path = (*path, key)
    return path


def _explain(fault: Any, path: KeyPath) -> tuple[str, str]:
    key = str(path[-1]) if path else "the file"
    where = ".".join(str(part) for part in path) or "the file"
    match fault["type"]:
        case "extra_forbidden":
            return "D201", f"`{key[:40]}` is not known here{_nearest(key)}; check its spelling or remove it"
        case "missing":
            return ("D304" if path == ("expire",) else "D202"), f"`{where}` is missing; add it"
        case "string_pattern_mismatch":
            return _pattern(fault)
        case "string_type":
            return "D204", f"`{where}` must be a text; put it in quotes"
        case "literal_error":
            return "D205", f"`{where}` must be {fault['ctx']['expected']}"
        case "union_tag_invalid":
            return (
                "D206",
                f"`{where}` has a value of a kind that is not used here; write a text, a number, true or false",
            )
        case "value_error":
            return "D220", f"`{where}`: {str(fault['ctx']['error'])[:160]}"
        case _:
            return "D206", f"`{where}` is wrong: {str(fault['msg'])[:160]}"


def _pattern(fault: Any) -> tuple[str, str]:
    shown = str(fault["input"])[:40]
    reason = _PATTERNS.get(fault["ctx"]["pattern"], "must be one line of plain text without a break")
    return "D203", f"{shown!r} {reason}"


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key[:40], _known_keys(), n=1)
    return f" (did you mean `{close[0]}`?)" if close and close[0] != key else ""


def _known_keys() -> list[str]:
    models = [form for form in vars(schema).values() if isinstance(form, type) and issubclass(form, BaseModel)]
    fields = (item for model in models for item in model.model_fields.items())
    return sorted({info.alias or name for name, info in fields})


def sentence(message: str) -> str:
    """On one line, with a full stop."""
    text = " ".join(message.split())
    return text if text.endswith((".", "?", "!")) else text + "."
