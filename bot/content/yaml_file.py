"""Reads one YAML file for a loader that refuses it as a whole: values with their lines, faults as ContentError."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.content import faults
from bot.content.document import Document, KeyPath, YamlInvalid, read
from bot.engine.diagnostics import Diagnostic
from bot.errors import ContentError

Where = KeyPath
"""The way to a value: keys and positions from the top of the file."""


class FileInvalid(ContentError):
    """One of the files beside the dialogs is refused; `found` says the same as numbered findings."""

    def __init__(self, message: str, found: Iterable[Diagnostic]) -> None:
        super().__init__(message)
        self.found = tuple(found)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's values (dicts, lists, str, int, float, bool, None; dates stay text) and where each one stands."""

    path: Path
    data: object
    lines: Mapping[Where, int]

    def line_of(self, where: Where) -> int:
        """The line, from 1, of the value at `where` or of the nearest thing around it."""
        return Document(self.data, self.lines).line(*where)

    def error(self, message: str, where: Where = ()) -> FileInvalid:
        """One refusal, opened by file and line."""
        line = self.line_of(where)
        found = Diagnostic("D220", self.path.name, line, faults.sentence(message))
        return FileInvalid(_placed(self.path, line, message), [found])

    def refusal(self, error: ValidationError, where: Where = ()) -> FileInvalid:
        """All findings of a pydantic model that was built from the value at `where`, a line each."""
        findings = [
            _placed(self.path, self.line_of((*where, *found["loc"])), _spoken((*where, *found["loc"]), found["msg"]))
            for found in error.errors()
        ]
        document = Document(self.data, self.lines)
        return FileInvalid("\n".join(findings), faults.misshapen(self.path.name, document, error, where))


def read_yaml(path: Path) -> YamlFile:
    """The values of the file at `path`; None for a file without any.

    Raises FileInvalid with file and line: unreadable, not UTF-8, not YAML, too long or too deep, a key twice, a key
    that is not text, an alias, a tag, or a number in a notation other than decimal.
    """
    try:
        document = read(path)
    except YamlInvalid as error:
        where = _placed(path, error.line, error.message) if error.line else f"{path}: {error.message}"
        raise FileInvalid(where, [faults.unreadable(path.name, error)]) from None
    return YamlFile(path=path, data=document.data, lines=document.lines)


def _placed(path: Path, line: int, message: str) -> str:
    return f"{path}:{line}: {message}"


def _spoken(where: Where, message: str) -> str:
    return f"{'.'.join(str(part) for part in where)}: {message}" if where else message
