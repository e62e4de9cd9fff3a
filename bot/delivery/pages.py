"""Cuts a long text into pages at paragraph borders, counted in UTF-16 units. Pure."""

from __future__ import annotations

PAGE_UNITS = 3600  # leaves room for the head and the page line within Telegram's 4096


def utf16(text: str) -> int:
    """How many UTF-16 code units a text takes, as Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def paginate(text: str, limit: int = PAGE_UNITS) -> list[str]:
    """Pages of at most `limit` units; together they hold every character of the text but for the cut white space."""
    pages: list[str] = []
    rest = text
    while utf16(rest) > limit:
        cut = _cut(rest, limit)
        pages.append(rest[:cut].rstrip("\n "))
        rest = rest[cut:].lstrip("\n ")
    if rest or not pages:
        pages.append(rest)
    return [page for page in pages if page] or [""]


def _cut(text: str, limit: int) -> int:
    """Where to cut: after the last paragraph that fits, else line, sentence, word, else anywhere between characters."""
    end = _fitting(text, limit)
    for border in ("\n\n", "\n", ". ", "! ", "? ", " "):
        place = text.rfind(border, end // 3, end)
        if place > 0:
            return place + len(border)
    return _between_marks(text, end)


def _fitting(text: str, limit: int) -> int:
    units = 0
    for place, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return place
    return len(text)


def _between_marks(text: str, end: int) -> int:
    """Not inside an emoji sequence: joiners, variation selectors, skin tones and combining marks stay attached."""
    place = end
    while place > end - 40 and place > 1 and (_joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place if place > max(1, end - 40) else end


def _joins(character: str) -> bool:
    return (
        character in "\u200d\ufe0f\ufe0e"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\u0300" <= character <= "\u036f"
    )
