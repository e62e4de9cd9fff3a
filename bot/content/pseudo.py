"""A made-up language for tests: every text accented, 40 % longer and between marks, so that nothing hides."""

from __future__ import annotations

import math
from dataclasses import replace

from bot.content.catalogue import Catalogue
from bot.content.templates import Piece, Plain, parse
from bot.content.translations import Entry, Translation

LANG = "xx"
OPEN, CLOSE = "\u27e6", "\u27e7"
_ACCENTS = str.maketrans(
    "aceinouyACEINOUY",
    "\u00e1\u00e7\u00e9\u00ed\u00f1\u00f3\u00fa\u00fd\u00c1\u00c7\u00c9\u00cd\u00d1\u00d3\u00da\u00dd",
)
_MARK = {"bold": "*", "italic": "_", None: ""}


def pseudo(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with the language `xx` added."""
    entries = {
        key: Entry(forms, tuple(map(pseudo_text, forms)), fuzzy=False, line=0)
        for key, forms in catalogue.english.items()
    }
    two_forms = Translation(LANG, "pseudo", entries, lambda count: int(count != 1))
    return replace(catalogue, translations={**catalogue.translations, LANG: two_forms})


def pseudo_text(template: str) -> str:
    """One text: names in braces and emphasis stay what they are."""
    body = "".join(_piece(piece) for piece in parse(template))
    return f"{OPEN}{body} {'~' * math.ceil(len(template) * 0.4)}{CLOSE}"


def _piece(piece: Piece) -> str:
    mark = _MARK[piece.style]
    part = piece.part
    words = part.text.translate(_ACCENTS) if isinstance(part, Plain) else f"{{{part.name}}}"
    return f"{mark}{words}{mark}"
