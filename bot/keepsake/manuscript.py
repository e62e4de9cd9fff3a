"""What a keepsake is made of: letters as pieces in their order, and the words beside them. Values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a letter. A photo has Telegram's file id, and its bytes once they are fetched."""

    kind: Literal["text", "photo", "voice"]
    text: str = ""
    file: str = ""
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One letter: whose it is and of when, the name in that, and what it holds."""

    head: str
    hand: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Asides:
    """What the page says where it cannot show something, in the language of who keeps it."""

    photo_missing: str
    voice: str
    no_shape: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Letters to be printed as one file."""

    leaves: tuple[Leaf, ...]
    asides: Asides
    name: str
    title: str
    lang: str
    dated: datetime
