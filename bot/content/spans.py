"""Puts values into a template and marks emphasis with Telegram's UTF-16 offsets. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.content.templates import Plain, Style, parse
from bot.content.texts import BIDI_CONTROLS
from bot.engine.script import Value

FSI, PDI = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
GAP = "\u2026"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of emphasised text; offset and length count UTF-16 units, as Telegram does."""

    style: Style
    offset: int
    length: int


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def isolated(value: str) -> str:
    """A person's words for the inside of a sentence: right-to-left ones in isolates, without stray controls."""
    if value.isascii():
        return value
    mixed = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in value)
    clean = "".join(char for char in value if char not in BIDI_CONTROLS)
    return f"{FSI}{clean}{PDI}" if mixed else clean


def fill(
    template: str, args: Mapping[str, Value], gap: Callable[[str], None] = lambda _name: None
) -> tuple[str, tuple[Span, ...]]:
    """The text and its emphasis. A value that is not there becomes an ellipsis and is told to `gap`."""
    text, spans, at = "", list[Span](), 0
    for piece in parse(template):
        if isinstance(piece.part, Plain):
            words = piece.part.text
        else:
            value = args.get(piece.part.name)
            if value is None:
                gap(piece.part.name)
            words = GAP if value is None else isolated(str(value))
        size = units(words)
        if piece.style is not None and size:
            _extend(spans, Span(piece.style, at, size))
        text, at = text + words, at + size
    return text, tuple(spans)


def _extend(spans: list[Span], span: Span) -> None:
    """Neighbouring runs of one style become one entity."""
    last = spans[-1] if spans else None
    if last and last.style == span.style and last.offset + last.length == span.offset:
        spans[-1] = Span(last.style, last.offset, last.length + span.length)
    else:
        spans.append(span)
