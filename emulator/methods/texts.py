"""Texts and captions of calls: lengths, entities, and no parse_mode."""

from emulator.answers import Json, Refusal
from emulator.entities import formatted, is_blank
from emulator.methods.table import objects
from emulator.params import Params

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
BYTES_LIMIT = 32_768
_MODES = frozenset({"html", "markdown", "markdownv2"})


def read_text(params: Params) -> Json:
    """The fields `text` and `entities` of a message; 400 when Telegram would refuse the text."""
    raw = params.text("text")
    if not raw:
        raise Refusal(400, "message text is empty")
    text, entities = _formatted(params, raw, "entities")
    if is_blank(text):
        raise Refusal(400, "text must be non-empty")
    if len(text) > TEXT_LIMIT:
        raise Refusal(400, "message is too long")
    out: Json = {"text": text, **({"entities": entities} if entities else {})}
    preview = _object(params, "link_preview_options")
    return {**out, "link_preview_options": preview} if preview else out


def read_caption(params: Params) -> Json:
    """The fields `caption` and `caption_entities`, none when there is no caption."""
    raw = params.text("caption")
    text, entities = _formatted(params, raw, "caption_entities")
    if len(text) > CAPTION_LIMIT:
        raise Refusal(400, "message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def _formatted(params: Params, raw: str, field: str) -> tuple[str, list[Json]]:
    _refuse_parse_mode(params)
    if len(raw.encode("utf-8", "surrogatepass")) > BYTES_LIMIT:
        raise Refusal(400, "text is too long")
    return formatted(raw, objects(params, field, "can't parse entities: expected an Array of MessageEntity"))


def _refuse_parse_mode(params: Params) -> None:
    mode = params.text("parse_mode")
    if not mode:
        return
    if mode.lower() not in _MODES:
        raise Refusal(400, "unsupported parse_mode")
    raise Refusal(400, "can't parse entities: the emulator takes entities, never parse_mode")


def _object(params: Params, name: str) -> Json:
    try:
        value = params.parsed(name)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {}
