"""Buttons as values: labels, callback data, and how they stand in rows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.pages import utf16

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
WIDE = 15
NARROW = 8


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a button and what a tap brings back: callback data, or an https address."""

    text: str
    data: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A text with its entities: kind, offset and length in UTF-16 units."""

    text: str
    spans: tuple[tuple[str, int, int], ...] = ()

    def then(self, text: str) -> Shown:
        """The same, followed by plain text."""
        return Shown(self.text + text, self.spans)

    def after(self, text: str) -> Shown:
        """Plain text, followed by this."""
        shift = utf16(text)
        return Shown(text + self.text, tuple((kind, offset + shift, length) for kind, offset, length in self.spans))


def base36(number: int) -> str:
    """A number of at least 0 in digits and small letters."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def callback(session_id: int, turn: int, choice: str) -> str:
    """Callback data of a question's button; at most 64 bytes since ids are at most 32 letters."""
    return f"s.{base36(session_id)}.{base36(turn)}.{choice}"


@dataclass(frozen=True, slots=True)
class Tapped:
    """Callback data taken apart: `s` (session, turn, choice) or another prefix (object id, act)."""

    prefix: str
    id: int
    act: str
    turn: int = 0


def parse(data: str) -> Tapped | None:
    """What a tap means; None for anything that we did not make."""
    parts = data.split(".")
    if len(parts) == 4 and parts[0] == "s" and _is_base36(parts[1]) and _is_base36(parts[2]):
        return Tapped("s", int(parts[1], 36), parts[3], int(parts[2], 36))
    if len(parts) == 3 and len(parts[0]) == 1 and _is_base36(parts[1]):
        return Tapped(parts[0], int(parts[1], 36), parts[2])
    return None


def _is_base36(text: str) -> bool:
    return 0 < len(text) <= 13 and all(character in _DIGITS for character in text) and int(text, 36) < 2**63


def act(prefix: str, object_id: int, name: str) -> str:
    """Callback data of a button outside dialogs; whoever handles it checks the owner."""
    return f"{prefix}.{base36(object_id)}.{name}"


def rows_of(labels: Sequence[Label]) -> list[list[Label]]:
    """Rows that fit a phone: three short labels, two middling ones, or one long one beside nothing."""
    rows: list[list[Label]] = []
    for label in labels:
        if rows and _fits([*rows[-1], label]):
            rows[-1].append(label)
        else:
            rows.append([label])
    return rows


def _fits(row: Sequence[Label]) -> bool:
    widest = max(utf16(label.text) for label in row)
    return (len(row) <= 3 and widest <= NARROW) or (len(row) <= 2 and widest <= WIDE)
