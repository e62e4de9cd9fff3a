"""The fonts of a keepsake: which of them a text needs, and a text as they can show it. Logs nothing, keeps nothing.

They lie in `fonts/`, cut by scripts/keepsake_fonts.py. fontTools is loaded here: import this when something is printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
SERIF = "serif"
WIDE = "wide"
SCRIPTS = ("hebrew", "arabic", "devanagari", "armenian", "georgian", "thai", "east_asian")
OTHERS = (WIDE, *SCRIPTS, "emoji", "signs", "marks", "math")
JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""They have no shape, and belong to the font of what they stand behind."""

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They have no shape either, and say how a line is read."""

SHAPELESS = "\u25a1"
"""Stands where no font has a shape."""

# Signs that begin no line (closing ones, small kana, marks of length or repetition), and such as end none.
_CLOSING = (
    "\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\uff09\uff3d\uff5d\u300d\u300f\u3011\u3015\u3009\u300b"
    "\u3017\u3019\u301f\u2019\u201d\u30fb\u30fc\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085"
    "\u3087\u308e\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6\u3005\u301c\u2026\u2025"
)
_OPENING = "\uff08\uff3b\uff5b\u300c\u300e\u3010\u3014\u3008\u300a\u3016\u3018\u301d\u2018\u201c"
_EAST_ASIAN = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_THAI = "\u0e01-\u0e2e\u0e40-\u0e44"  # what a syllable begins with; vowels and tones stay with it
_UNSPACED = re.compile(
    rf"(?<=[{_EAST_ASIAN}])(?<![{_OPENING}])(?=[{_EAST_ASIAN}])(?![{_CLOSING}])"
    rf"|(?<=[\u0e01-\u0e3a\u0e45-\u0e4e])(?=[{_THAI}])"
)
_CUTS = re.compile(rf"{_UNSPACED.pattern}|(?<= )(?! )")
_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_ROW = re.compile(r"(?:(?![^\W\d_])[^\n]){300}")
_KEYCAP = re.compile(r"(?<=[0-9#*])\ufe0f?\u20e3")


@cache
def covered(name: str) -> frozenset[int]:
    """The letters that this font has."""
    with TTFont(FOLDER / f"{name}.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def needed(letters: Iterable[str]) -> list[str]:
    """The fonts beside the serif one that these letters need, in their order."""
    left = {letter for letter in letters if ord(letter) not in covered(SERIF)} - {*JOINERS, *DIRECTIONS}
    found = []
    for name in OTHERS:
        shown = {letter for letter in left if ord(letter) in covered(name)}
        if shown:
            found.append(name)
            left -= shown
    return found


def family(text: str) -> str:
    """The font that a text is set in: the wide one where the other lacks letters, for a word in two fonts is ugly."""
    return WIDE if WIDE in needed(text) else SERIF


def shown(text: str) -> tuple[str, bool]:
    """The text as the fonts can show it, and whether something in it has no shape.

    What has none stands as a box; what is never seen (controls) goes.
    """
    text = _KEYCAP.sub("", _BREAKS.sub("\n", text)).replace("\t", " ")
    instead = {letter: _instead(letter) for letter in set(text)}
    return "".join([instead[letter] for letter in text]), SHAPELESS in instead.values() and SHAPELESS not in text


def _instead(letter: str) -> str:
    if letter == "\n" or letter in JOINERS or letter in DIRECTIONS:
        return letter
    kind = unicodedata.category(letter)
    if kind in {"Cc", "Cs"}:
        return ""
    if any(ord(letter) in covered(name) for name in (SERIF, *OTHERS)):
        return letter
    return "" if kind == "Cf" else SHAPELESS


def pieces_of(row: str) -> list[str]:
    """A row cut where a line may end in scripts without spaces, never in a syllable; a row of other scripts whole."""
    return _CUTS.split(row) if _UNSPACED.search(row) else [row]


def rows(line: str) -> list[str]:
    """A line in parts without hundreds of emoji or dashes in a row: fpdf2 seeks the letter beside each by recursion."""
    return _ROW.sub(lambda found: found[0] + "\n", line).removesuffix("\n").split("\n")


def is_leftward(line: str) -> bool:
    """Whether a line is read from right to left: its first letter with a direction says so."""
    kinds = (unicodedata.bidirectional(letter) for letter in line)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)
