"""One item of an evaluation set to one prediction line, for `python -m bot assess`. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.phrasing.causes import causes
from bot.phrasing.letters import marks_in, sentences
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.safety import danger
from bot.phrasing.statements import assess

_FLAGS = (
    "absolute", "label_or_insult", "mind_reading", "faux_feeling", "demand",
    "contempt_or_sarcasm", "has_feeling_word", "has_situation", "has_need_or_request",
)  # fmt: skip


def predict(kind: str, item: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """`kind` is i_statements, safety, causes (or cause_matching) or letters. Raises ValueError for another."""
    text = str(item["text"])
    if kind == "i_statements":
        judged = assess(text, lexicon)
        labels = {"verdict": judged.verdict, **{flag: flag in judged.flags for flag in _FLAGS}}
        return {"id": item["id"], "labels": labels}
    if kind == "safety":
        found = danger(text, lexicon)
        return {"id": item["id"], "label": found.kind if found else "none"}
    if kind in {"causes", "cause_matching"}:
        return {"id": item["id"], "labels": list(causes(text, lexicon))}
    if kind == "letters":
        return {"id": item["id"], "sentences": _sentence_flags(text, item, lexicon)}
    raise ValueError(f"{kind}: not an evaluation set")


def _sentence_flags(text: str, item: Mapping[str, Any], lexicon: Lexicon) -> list[dict[str, Any]]:
    given = item.get("sentences")
    spans = tuple((s["start"], s["end"]) for s in given) if given else sentences(text)
    return [{"i": mark.index, "flags": sorted(mark.flags)} for mark in marks_in(text, spans, lexicon)]
