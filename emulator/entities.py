"""Texts and their entities: cleaning, trimming, and what Telegram finds by itself. Offsets are UTF-16 units."""

import re

from emulator.answers import Json, Refusal

_FOUND = re.compile(
    r"(?P<url>(?:https?://|tg://)[^\s<>\"]+|\b(?:t\.me|telegram\.me)/[^\s<>\"]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|me|io|de)\b[^\s<>\"]*)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31}\b)"
    r"|(?P<bot_command>(?<![\w@/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w/]))"
)
_SILENT = re.compile("[\r\u2028-\u202e]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e]")
_BLANK = re.compile(r"[\s\u00a0\u180e\u200b-\u200f\u205f-\u2064\u2800\u3164\ufeff]*")
_GIVEN = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
_FIELDS = frozenset({"type", "offset", "length", "url", "user", "language", "custom_emoji_id"})
OUTER = " \n"


def units(text: str) -> int:
    """Length in UTF-16 code units, the unit of all offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_blank(text: str) -> bool:
    """Whether nothing visible is left of a text."""
    return _BLANK.fullmatch(text) is not None


def found_in(text: str) -> list[Json]:
    """Links, mentions and commands that every client marks without being told."""
    entities: list[Json] = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or "url"
        value = match[0].rstrip(".,;:!?)'") if kind == "url" else match[0]
        entities.append({"type": kind, "offset": units(text[: match.start()]), "length": units(value)})
    return entities


def formatted(text: str, given: list[Json]) -> tuple[str, list[Json]]:
    """The text as Telegram stores it, with the entities that survive; Refusal for impossible offsets."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Refusal(400, "strings must be encoded in UTF-8")
    wanted = [
        {k: v for k, v in entity.items() if k in _FIELDS} for entity in given if str(entity.get("type")) in _GIVEN
    ]
    _check_bounds(text, wanted)
    clean, moved = _cleaned(text)
    kept = []
    for entity in wanted:
        start = moved[entity["offset"]]
        end = moved[entity["offset"] + entity["length"]]
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    for entity in found_in(clean):
        if not any(_overlap(entity, other) for other in kept if other["type"] in {"text_link", "code", "pre"}):
            kept.append(entity)
    return clean, sorted(kept, key=lambda e: (e["offset"], -e["length"]))


def _overlap(one: Json, other: Json) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _check_bounds(text: str, entities: list[Json]) -> None:
    length = units(text)
    for entity in entities:
        offset, size = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(size, int) or offset < 0 or size < 0:
            raise Refusal(400, "Receive an entity with incorrect offset or length")
        if offset + size > length:
            raise Refusal(
                400,
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {length}",
            )


def _cleaned(text: str) -> tuple[str, list[int]]:
    """The trimmed text, and for each old UTF-16 offset the new one."""
    if not _UNCLEAN.search(text) and text == text.strip(OUTER):
        return text, list(range(units(text) + 1))
    moved, kept = [0], []
    place = 0
    for char in text:
        width = 2 if ord(char) > 0xFFFF else 1
        if not _SILENT.match(char):
            kept.append(" " if _CONTROL.match(char) else char)
            place += width
        moved.extend([place] * width)
    whole = "".join(kept)
    left = units(whole) - units(whole.lstrip(OUTER))
    trimmed = whole.strip(OUTER)
    size = units(trimmed)
    return trimmed, [min(size, max(0, at - left)) for at in moved]
