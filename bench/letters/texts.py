"""Letters of every length and script, as phones send them: emoji, right to left, marks upon marks, what is refused."""

from __future__ import annotations

import random

LONGEST = 30_000
MESSAGE = 4096  # UTF-16 units: a phone's longest
WORDS = {
    "latin": ("river", "Saturday", "we walked", "bread", "the kitchen table", "slowly", "window", "a small boat"),
    "accents": ("Über", "naïve", "Ångström", "čaj", "dłoń", "e\u0301te\u0301", "n\u0303ame", "Z\u0336a\u0335l\u0334"),
    "hebrew": ("שלום", "נהר", "הלכנו לאט", "לחם"),
    "arabic": ("نهر", "مشينا", "خبز", "السبت"),
    "mixed": ("river נהר 12 خبز", "(שלום) 3:45", "a\u200fb", "x\u200ey"),
    "cjk": ("河", "土曜日", "우리는 걸었다", "慢慢地"),
    "indic": ("नदी", "हम चले", "ஆறு", "แม่น้ำ"),
    "astral": ("\U0001d4e1\U0001d4f2\U0001d4ff\U0001d4ee\U0001d4fb", "𐍂𐌹", "𠮷野家", "🀄"),
    "emoji": ("👩‍❤️‍👨", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "1️⃣", "❤️", "🫶🏿", "🧑🏻‍🤝‍🧑🏿"),
    "wide": ("\u00a0river\u00a0", "zero\u200bwidth", "soft\u00adhyphen", "\ufeffmark", "tab\tbed", "word\u2060joined"),
    "refused": ("nul\x00led", "bell\x07s", "esc\x1b[31m", "re\rturn", "line\u2028sep", "over\u202eridden\u202c"),
    "markup": ("<b>bold</b>", "*stars*", "_under_", "`tick`", "[x](tg://user?id=1)", "{partner}", "&amp;", "%s", "\\n"),
}
BORDERS = (" ", " ", " ", " ", "\n", ". ", "! ", "\n\n", "\n\n\n", "  ")


def letter(rng: random.Random, length: int) -> list[str]:
    """The messages of a letter of about so many characters: as few as a phone can do with, and up to three more."""
    kinds = rng.sample(list(WORDS), rng.choice((1, 1, 2, 3, len(WORDS))))
    most = MESSAGE - 96
    count = min(length, -(-length // most) + rng.choice((0, 0, 1, 3)))
    borders = sorted(rng.sample(range(1, length), count - 1)) if count > 1 else []
    sizes = [end - begin for begin, end in zip([0, *borders], [*borders, length], strict=True)]
    return [_message(rng, kinds, min(size, most)) for size in sizes]


def length(rng: random.Random) -> int:
    """From a character to 30,000: mostly what people write, and in each seventh case each magnitude as often."""
    return min(LONGEST, round(10 ** rng.uniform(0, 4.48 if rng.random() < 0.15 else 2.7)))


def _message(rng: random.Random, kinds: list[str], size: int) -> str:
    """At most so many characters, and no more units than a phone sends; something can be seen of it."""
    pieces: list[str] = []
    count = 0
    while count < size:
        pieces += [rng.choice(WORDS[rng.choice(kinds)]), rng.choice(BORDERS)]
        count += len(pieces[-1]) + len(pieces[-2])
    text = "".join(pieces)[:size]
    while len(text.encode("utf-16-le")) // 2 > MESSAGE - 8:
        text = text[: len(text) * 3 // 4]
    return text if any(character.isalnum() for character in text) else f"w{text}"[: max(size, 1)]
