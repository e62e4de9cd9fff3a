"""One step of guided practice: only what matters for that step. Pure."""

from dataclasses import replace
from typing import Literal

from bot.phrasing.evidence import Evidence, gather, overlaps
from bot.phrasing.findings import Finding, findings_of
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import Hit

Part = Literal["situation", "feeling", "why", "wish", "seeing"]
_MATTERS: dict[Part, frozenset[str]] = {
    "situation": frozenset(("absolute", "label_or_insult", "mind_reading", "blame", "contempt_or_sarcasm")),
    "feeling": frozenset(("faux_feeling", "disguised_you", "label_or_insult", "contempt_or_sarcasm")),
    "why": frozenset(("label_or_insult", "mind_reading", "blame", "contempt_or_sarcasm", "absolute")),
    "wish": frozenset(("demand", "label_or_insult", "contempt_or_sarcasm", "vague_wish")),
    "seeing": frozenset(("mind_reading", "label_or_insult", "contempt_or_sarcasm", "blame")),
}
# What a step adds: its answer may be a bare "ignored" or "that you don't shout".
_ALONE: dict[Part, tuple[tuple[str, str], ...]] = {
    "feeling": (("faux_act", "bare_faux"), ("feel_like_you", "bare_frame")),
    "wish": (("demand", "only_no"), ("vague_wish", "vague_wish")),
}


def assess_part(kind: Part, text: str, lexicon: Lexicon) -> tuple[Finding, ...]:
    """Findings that matter for one step. Raises KeyError for an unknown step."""
    matters = _MATTERS[kind]
    return findings_of(_alone(kind, gather(text, lexicon)), text, matters)


def _alone(kind: Part, evidence: Evidence) -> Evidence:
    found = dict(evidence.found)
    for group, rules in _ALONE.get(kind, ()):
        found[group] = (*evidence[group], *evidence.lexicon.find(rules, evidence.reading))
    if kind == "wish":  # "help me with the dishes" is an order in a message, and a wish when a wish was asked for
        found["demand"] = tuple(hit for hit in found["demand"] if "bare" not in hit.marks)
    if kind == "situation":  # a camera hears shouting, and shows who left
        found["accuse"] = tuple(hit for hit in found["accuse"] if not _shows(hit, evidence))
    return replace(evidence, found=found)


def _shows(hit: Hit, evidence: Evidence) -> bool:
    """Whether a camera could show what is said, once: an act, and nothing of always or never."""
    acts = evidence.grammar.camera_verb
    forms = [word.form for word in evidence.reading.words[hit.first : hit.last]]
    shown = any(" ".join(forms[place : place + size]) in acts for place in range(len(forms)) for size in (1, 2, 3))
    return shown and not overlaps(hit, evidence["absolute"])
