"""Text to tokens with Python offsets. Pure; linear in the length of the text."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    "[^\\W\\d_]+(?:['\u2019\u2018`\u00b4-][^\\W\\d_]+)*"  # a word, contractions and hyphens kept whole
    "|\\d+(?:[:.,]\\d+)*[^\\W\\d_]*"  # 11, 11:30, 3am
    '|\\.{2,}|\u2026|[!?]+|[.,;:"\u201c\u201d\u201e\u00ab\u00bb()\n\u2014\u2013-]'
    "|[^\\s\\w]",
)
_TICKS = str.maketrans("\u2019\u2018`\u00b4", "''''")
_QUOTES = frozenset('"\u201c\u201d\u201e\u00ab\u00bb')
_FIXED = {"\u2026": ",", "\u2014": ",", "\u2013": ",", "\n": ".", "(": ",", ")": ","}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text: `text[start:end]`, and `form`, how rules see it (lower case, one kind of apostrophe)."""

    form: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number, not punctuation or a symbol."""
        return self.form[0].isalnum()


def _mark(piece: str) -> str:
    if piece[0] in "!?":
        return "?" if "?" in piece else "!"
    if piece.startswith(".."):
        return ","
    return '"' if piece in _QUOTES else _FIXED.get(piece, piece)


def tokenize(text: str) -> tuple[Token, ...]:
    """Split the text; blanks vanish, line ends become full stops, quotation marks of every kind become one."""
    found = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        form = piece.translate(_TICKS).lower() if piece[0].isalnum() else _mark(piece)
        found.append(Token(form, match.start(), match.end()))
    return tuple(found)
