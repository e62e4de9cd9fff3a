"""What a check of the dialogs found: a numbered code, a place, one plain sentence. Pure; knows no files.

D1xx reading, D2xx format, D3xx structure, D4xx values, D5xx registry, D6xx texts, D7xx safety, D8xx change,
D9xx wording.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding; `line` and `column` count from 1 and are 0 where the whole file or line is meant."""

    code: str
    file: str
    line: int
    message: str
    severity: Severity = "error"
    column: int = 0

    @property
    def page(self) -> str:
        """The page that explains it, in the docs."""
        return f"docs/diagnostics/{self.code}.md"

    def __str__(self) -> str:
        note = " (warning)" if self.severity == "warning" else ""
        return f"{self.file}:{self.line}: {self.code}{note} {self.message}"


def ordered(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once, by file, line and code."""
    return tuple(sorted(set(found), key=lambda one: (one.file, one.line, one.code, one.message)))


def errors(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Only what keeps the dialogs from being used."""
    return tuple(one for one in found if one.severity == "error")
