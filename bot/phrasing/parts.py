"""One step of guided practice: only what matters for that step. Pure."""

from dataclasses import replace
from typing import Literal

from bot.phrasing.evidence import Evidence, gather
from bot.phrasing.findings import Finding, findings_of
from bot.phrasing.lexicon import Lexicon

Part = Literal["situation", "feeling", "why", "wish", "seeing"]
_MATTERS: dict[Part, frozenset[str]] = {
    "situation": frozenset(("absolute", "label_or_insult", "mind_reading", "blame", "contempt_or_sarcasm")),
    "feeling": frozenset(("faux_feeling", "disguised_you", "label_or_insult", "contempt_or_sarcasm")),
    "why": frozenset(("label_or_insult", "mind_reading", "blame", "contempt_or_sarcasm", "absolute")),
    "wish": frozenset(("demand", "label_or_insult", "contempt_or_sarcasm")),
    "seeing": frozenset(("mind_reading", "label_or_insult", "contempt_or_sarcasm", "blame")),
}
# What a step adds: its answer may be a bare "ignored" or "that you don't shout".
_ALONE: dict[Part, tuple[tuple[str, str], ...]] = {
    "feeling": (("faux_act", "bare_faux"), ("feel_like_you", "bare_frame")),
    "wish": (("demand", "only_no"),),
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
    return replace(evidence, found=found)
