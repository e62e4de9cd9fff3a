"""Reads one YAML file for a loader that refuses it as a whole: values with their lines, faults as ContentError."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.content.document import Document, KeyPath, YamlInvalid, read
from bot.errors import ContentError

Where = KeyPath
"""The way to a value: keys and positions from the top of the file."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's values (dicts, lists, str, int, float, bool, None; dates stay text) and where each one stands."""

    path: Path
    data: object
    lines: Mapping[Where, int]

    def line_of(self, where: Where) -> int:
        """The line, from 1, of the value at `where` or of the nearest thing around it."""
        return Document(self.data, self.lines).line(*where)

    def error(self, message: str, where: Where = ()) -> ContentError:
        """One refusal, opened by file and line."""
        return ContentError(_placed(self.path, self.line_of(where), message))

    def refusal(self, error: ValidationError, where: Where = ()) -> ContentError:
        """All findings of a pydantic model that was built from the value at `where`, a line each."""
        findings = [
            _placed(self.path, self.line_of((*where, *found["loc"])), _spoken((*where, *found["loc"]), found["msg"]))
            for found in error.errors()
        ]
        return ContentError("\n".join(findings))


def read_yaml(path: Path) -> YamlFile:
    """The values of the file at `path`; None for a file without any.

    Raises ContentError with file and line: unreadable, not UTF-8, not YAML, too long or too deep, a key twice, a key
    that is not text, an alias, a tag, or a number in a notation other than decimal.
    """
    try:
        document = read(path)
    except YamlInvalid as error:
        where = _placed(path, error.line, error.message) if error.line else f"{path}: {error.message}"
        raise ContentError(where) from None
    return YamlFile(path=path, data=document.data, lines=document.lines)


def _placed(path: Path, line: int, message: str) -> str:
    return f"{path}:{line}: {message}"


def _spoken(where: Where, message: str) -> str:
    return f"{'.'.join(str(part) for part in where)}: {message}" if where else message
