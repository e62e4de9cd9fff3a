"""Cuts the fonts of keepsakes (bot/keepsake/fonts) out of the published ones; run again only for other fonts.

From Debian: fonts-ebgaramond-extra, fonts-noto-core and fonts-droid-fallback, unpacked. From npm:
@expo-google-fonts/noto-emoji, which is Google's own file. Usage: python scripts/keepsake_fonts.py FOLDER..., with the
folders in which they lie.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "bot" / "keepsake" / "fonts"
LETTERS = ((0x20, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x214F), (0xFB00, 0xFB06))
MARKS = ((0x2150, 0x27BF), (0x2900, 0x2BFF))
ALL = ((0x20, 0x10FFFF),)
THAI = ((0xE00, 0xE7F),)
EAST_ASIAN = (
    (0x3000, 0x33FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
)
SPACE = 0x20  # joiners are shaped as one without a width; a font that has none makes fpdf2 fail over them
JOINERS = {0x200C, 0x200D}  # they belong to the letters that they join
SOURCES: dict[str, tuple[str, tuple[tuple[int, int], ...]]] = {
    "serif": ("EBGaramond12-Regular.ttf", LETTERS),
    "italic": ("EBGaramond12-Italic.ttf", LETTERS),
    "wide": ("NotoSerif-Regular.ttf", LETTERS),  # a text with letters that the first one lacks is set in it
    "hebrew": ("NotoSerifHebrew-Regular.ttf", ALL),
    "arabic": ("NotoNaskhArabic-Regular.ttf", ALL),
    "devanagari": ("NotoSerifDevanagari-Regular.ttf", ALL),
    "armenian": ("NotoSerifArmenian-Regular.ttf", ALL),
    "georgian": ("NotoSerifGeorgian-Regular.ttf", ALL),
    "thai": ("NotoSerifThai-Regular.ttf", THAI),
    "east_asian": (
        "DroidSansFallback.ttf",
        EAST_ASIAN,
    ),  # Chinese, Japanese and Korean in 3 MB; the Noto ones take 20 each
    "emoji": ("NotoEmoji_400Regular.ttf", ALL),
    "signs": ("NotoSansSymbols-Regular.ttf", MARKS),
    "marks": ("NotoSansSymbols2-Regular.ttf", MARKS),
    "math": ("NotoSansMath-Regular.ttf", (*MARKS, (0x1D400, 0x1D7FF))),
}
"""Name -> the published file, and the letters that are kept of it."""


def main(folders: Iterable[str]) -> None:
    """Writes every font anew."""
    found = {path.name: path for folder in folders for path in Path(folder).rglob("*.ttf")}
    covered: set[int] = set()
    for name, (source, ranges) in SOURCES.items():
        font = TTFont(found[source])
        wanted = set(_within(font.getBestCmap(), ranges))
        wanted -= JOINERS if name in {"serif", "italic", "wide"} else set()
        if name in {"signs", "marks", "math"}:  # what no font before it has
            wanted -= covered
        covered |= wanted if name != "italic" else set()
        _cut(font, wanted | {SPACE})
        font.save(FONTS / f"{name}.ttf")
        print(f"{name}: {len(wanted)} letters, {(FONTS / f'{name}.ttf').stat().st_size // 1024} KiB")


def _within(letters: Iterable[int], ranges: tuple[tuple[int, int], ...]) -> Iterator[int]:
    return (letter for letter in letters if any(first <= letter <= last for first, last in ranges))


def _cut(font: TTFont, wanted: set[int]) -> None:
    options = Options()
    options.hinting = False  # paper needs none
    options.drop_tables += ["MATH", "FFTM", "DSIG", "meta"]
    options.name_IDs = ["*"]  # with the copyright
    options.notdef_outline = True
    options.layout_features = ["ccmp", "locl", "kern", "mark", "mkmk", "liga", "rlig", "calt", "clig", "lnum", *JOINING]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)


JOINING = (
    *("init", "medi", "fina", "isol", "rclt", "curs"),  # Arabic
    *("nukt", "akhn", "rphf", "rkrf", "pref", "blwf", "half", "pstf", "vatu", "cjct"),  # Devanagari
    *("pres", "abvs", "blws", "psts", "haln", "dist", "abvm", "blwm"),
)

if __name__ == "__main__":
    main(sys.argv[1:])
