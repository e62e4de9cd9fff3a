"""Finds the exact place of a finding: the line inside a block of text, and the column. Reads the file again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from bot.engine.diagnostics import Diagnostic

MAX_BYTES = 200_000
_NAMED = re.compile(r"`([^`]{1,120})`|'([^']{1,80})'")


def located(folder: Path, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings with their columns, from 1; 0 where a file or a line as a whole is meant."""
    made: list[Diagnostic] = []
    for file, group in groupby(found, key=lambda one: one.file):
        lines = _lines(folder / file)
        made.extend(_placed(one, lines) for one in group)
    return tuple(made)


def _lines(path: Path) -> list[str]:
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return []
        return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except (OSError, ValueError):
        return []


def _placed(one: Diagnostic, lines: list[str]) -> Diagnostic:
    if not 1 <= one.line <= len(lines):
        return one
    names = [first or second for first, second in _NAMED.findall(one.message)]
    for name in names:
        for number in (one.line, *_below(lines, one.line)):
            column = _column(lines[number - 1], name, braces=number != one.line)
            if column:
                return replace(one, line=number, column=column)
    start = lines[one.line - 1]
    return replace(one, column=len(start) - len(start.lstrip(" -")) + 1) if start.strip() else one


def _below(lines: list[str], line: int) -> Iterable[int]:
    """The lines of the block that this line opens, where it opens one."""
    opening = lines[line - 1].rstrip()
    if not opening.endswith(("|", ">", "|-", ">-", "|+")):
        return
    depth = len(opening) - len(opening.lstrip(" -"))
    for number in range(line + 1, len(lines) + 1):
        words = lines[number - 1]
        if words.strip() and len(words) - len(words.lstrip()) <= depth - 1:
            return
        yield number


def _column(line: str, name: str, *, braces: bool) -> int:
    """Where the name begins on this line; inside a text it stands in braces or as it was quoted."""
    if braces:
        inside = line.find(f"{{{name}}}")
        return inside + 2 if inside >= 0 else (line.find(name) + 1 if not name.isidentifier() else 0)
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", line)
    return found.start() + 1 if found else 0
