"""Reads one YAML 1.2 file into plain values that remember their lines. Refuses what no dialog needs.

No anchors, tags, merge keys or second documents; a key stands once; sizes and depth are bounded.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

MAX_BYTES = 200_000
MAX_DEPTH = 12
Key = str | int
KeyPath = tuple[Key, ...]

_OPEN_QUOTE = re.compile(r"""\s*(?:- )?[A-Za-z_]\w*: *(?:"(?:[^"\\]|\\.)*|'[^']*)$""")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,17}")
_OTHER_NUMBER = re.compile(r"0[xo][0-9a-fA-F]+|[-+]?[0-9.]+[eE][-+]?[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}


class YamlInvalid(ValueError):
    """The file cannot be read; `line` counts from 1, 0 stands for the whole file. `code` is that of the finding."""

    def __init__(self, message: str, line: int = 0, code: str = "D101") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.code = code


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file, and for each path of keys and indexes its line and how it was written.

    `styles` holds for each text `|` or `>` (block), a quote or "" (plain), and `{` before it inside braces.
    """

    data: Any
    lines: Mapping[KeyPath, int]
    styles: Mapping[KeyPath, str] = field(default_factory=dict)

    def line(self, *path: Key) -> int:
        """The line of this path, or of the nearest one above it that was written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(path: Path) -> Document:
    """Reads a file. Raises YamlInvalid, also for a missing or binary file."""
    raw = _bytes(path)
    if len(raw) > MAX_BYTES:
        raise YamlInvalid(f"the file is longer than {MAX_BYTES:,} bytes; split it", code="D104")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise YamlInvalid("this is not UTF-8 text; save the file as UTF-8", line, "D105") from None
    return parse(text)


def _bytes(path: Path) -> bytes:
    """What the file holds, up to one byte more than is allowed; a pipe or a device is not waited for."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise YamlInvalid("this is no file; a file must stand here", code="D103")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, YamlInvalid):
            raise
        reason = getattr(error, "strerror", None) or "its name is none"
        raise YamlInvalid(f"the file cannot be read ({reason}); check its name and rights", code="D103") from None


def parse(text: str) -> Document:
    """Reads YAML text. Raises YamlInvalid.

    What the fast scanner stumbles over is read once more by the slow one, which says better where and why.
    """
    try:
        return _Reader(_events(text, pure=False)).document()
    except (YAMLError, ArithmeticError, AssertionError, ValueError) as error:
        if isinstance(error, YamlInvalid):
            raise
    return _parse_slowly(text)


def _parse_slowly(text: str) -> Document:
    reader = _Reader(_events(text, pure=True))
    try:
        return reader.document()
    except YAMLError as error:
        raise YamlInvalid(_reason(error), _line_of(error, text)) from None
    except YamlInvalid:
        raise
    except (ArithmeticError, AssertionError, ValueError) as error:  # what ruamel lets through of odd escapes, versions
        raise YamlInvalid("this is not YAML (a stray escape or directive)", reader.line) from error


def _events(text: str, *, pure: bool) -> Iterator[Event]:
    if pure:
        yield from YAML(typ="safe", pure=True).parse(text)
        return
    scanner = CParser(text)  # `YAML` would make a class around it for each file
    while scanner.check_event():
        yield scanner.get_event()


def _reason(error: YAMLError) -> str:
    problem = str(getattr(error, "problem", "") or "").strip()
    if "\\t" in problem:
        return "a tab stands where spaces belong; indent with spaces"
    return f"this is not YAML ({problem or 'a stray character'}); check indentation, quotes and colons"


def _line_of(error: YAMLError, text: str) -> int:
    """Where the fault began: a quote or a brace that stays open is noticed only far below."""
    opened = _open_quote(text)
    if opened:
        return opened
    within_braces = "flow" in str(getattr(error, "context", ""))
    mark = (getattr(error, "context_mark", None) if within_braces else None) or getattr(error, "problem_mark", None)
    mark = mark or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0


def _open_quote(text: str) -> int:
    """The first line whose value begins with a quote and does not close it; 0 for none."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if _OPEN_QUOTE.match(line)), 0)


class _Reader:
    """Builds the values from events, one after another."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.events = events
        self.lines: dict[KeyPath, int] = {}
        self.styles: dict[KeyPath, str] = {}
        self.line = 1

    def document(self) -> Document:
        next(self.events)
        first = self._next()
        if isinstance(first, StreamEndEvent):
            return Document(None, {})
        data = self._value(self._next(), (), braces=False)
        next(self.events)
        after = self._next()
        if isinstance(after, DocumentStartEvent):
            raise YamlInvalid("a second document begins here; one file holds one", self.line)
        return Document(data, self.lines, self.styles)

    def _next(self) -> Event:
        event = next(self.events)
        self.line = event.start_mark.line + 1
        return event

    def _value(self, event: Event, path: KeyPath, *, braces: bool) -> Any:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise YamlInvalid("anchors and aliases (& and *) are not used here; write it out", self.line, "D107")
        if len(path) > MAX_DEPTH:
            raise YamlInvalid(f"this is nested deeper than {MAX_DEPTH} levels", self.line, "D104")
        self.lines.setdefault(path, self.line)
        _refuse_tag(event, self.line)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, braces=braces or bool(event.flow_style))
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, braces=braces)
        return self._scalar(event, path, braces=braces)

    def _mapping(self, path: KeyPath, *, braces: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            if not isinstance(event, ScalarEvent) or event.anchor:
                raise YamlInvalid("a key must be text", self.line)
            key = self._key(event)
            if key in found:
                first = self.lines[(*path, key)]
                message = f"the key {key[:40]} stands here for the second time, after line {first}"
                raise YamlInvalid(message, self.line, "D106")
            self.lines[(*path, key)] = self.line
            found[key] = self._value(self._next(), (*path, key), braces=braces)
        return found

    def _sequence(self, path: KeyPath, *, braces: bool) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            found.append(self._value(event, (*path, len(found)), braces=braces))
        return found

    def _scalar(self, event: Event, path: KeyPath, *, braces: bool) -> Any:
        assert isinstance(event, ScalarEvent)  # noqa: S101 - YAML has no fourth kind of value
        self.styles[path] = ("{" if braces else "") + (event.style or "")
        if event.style in {"'", '"'} and event.end_mark.line != event.start_mark.line:
            raise YamlInvalid("a quote is open at the end of this line; close it", self.line)
        text = str(event.value)
        return text if event.style else self._plain(text)

    def _key(self, event: ScalarEvent) -> str:
        key = str(event.value)
        if not event.style and not isinstance(self._plain(key), str):
            raise YamlInvalid(f"a key must be text; put {key[:20]} in quotes", self.line)
        return key

    def _plain(self, text: str) -> Any:
        """The value of an unquoted word as YAML 1.2 has it: `no` and `12:30` stay texts."""
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _OTHER_NUMBER.fullmatch(text):
            raise YamlInvalid(f"write the number {text[:20]} in plain decimals, or in quotes", self.line)
        return float(text) if _FLOAT.fullmatch(text) else text


def _refuse_tag(event: Event, line: int) -> None:
    tag = getattr(event, "tag", None)
    if tag and str(tag) != "!":
        raise YamlInvalid("tags (words after !) are not used here; remove it", line, "D107")
