"""I-statements: one verdict, nine flags, what to point at. Pure."""

from dataclasses import dataclass
from typing import Literal

from bot.phrasing.evidence import Evidence, gather, overlaps, within
from bot.phrasing.findings import Finding, findings_of
from bot.phrasing.letters import weighed
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import Hit
from bot.phrasing.topic import is_off_topic

Verdict = Literal["i_statement", "disguised_you", "you_statement", "incomplete", "off_topic"]
_MOST = 40
_SHARP = frozenset(("blame", "contempt", "threat"))


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a message to the partner reads. `findings` come in order of helpfulness; `strengths` name what is there."""

    verdict: Verdict
    flags: frozenset[str]
    findings: tuple[Finding, ...]
    strengths: tuple[str, ...]


def assess(text: str, lexicon: Lexicon) -> Assessment:
    """Judge one message written to or about the partner."""
    evidence = gather(text, lexicon)
    if is_off_topic(evidence):
        return Assessment("off_topic", frozenset(), (), ())
    verdict, flags, findings = _verdict(evidence), _flags(evidence), findings_of(evidence, text)
    if verdict == "incomplete" and (felt := _felt(evidence)):
        verdict, findings = "you_statement", findings or (_whole(text, felt),)
    return Assessment(verdict, flags, findings, _strengths(evidence, verdict, flags))


def _felt(evidence: Evidence) -> frozenset[str]:
    """What the second opinion on letters hears in words about the other, where no rule can name it; nothing beside an
    owned feeling.
    """
    if evidence["feeling"] or not evidence.has(evidence.grammar.partner_pronoun):
        return frozenset()
    return weighed(frozenset(), evidence) & _SHARP


def _whole(text: str, felt: frozenset[str]) -> Finding:
    """No words can be named: the message itself is quoted."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return Finding("contempt_or_sarcasm" if "contempt" in felt else "blame", start, end, text[start:end], None)


def _verdict(evidence: Evidence) -> Verdict:
    judged = [hit for hit in evidence.judgements()[:_MOST] if not _is_observed(hit, evidence)]
    posed = [*evidence["faux_act"], *evidence["victim_role"]]
    posed += [hit for hit in evidence["feel_like_you"] if not overlaps(hit, evidence["kind_frame"])]
    if posed:
        opens = min(hit.first for hit in posed)
        return "you_statement" if _opens_with(judged, opens, evidence) else "disguised_you"
    if judged:
        return "disguised_you" if _is_framed(judged[0], evidence) else "you_statement"
    if _generalises(evidence):
        return "you_statement"
    if evidence["feeling"] and (evidence["situation"] or _concrete_needs(evidence)):
        return "i_statement"
    return "incomplete"


def _opens_with(judged: list[Hit], place: int, evidence: Evidence) -> bool:
    """Whether an open accusation comes before the first-person frame."""
    return any(hit.last <= place and not _is_framed(hit, evidence) for hit in judged)


def _is_observed(hit: Hit, evidence: Evidence) -> bool:
    """An act named after "when" beside a feeling is an observation, however unwelcome."""
    felt = [other for other in evidence["feeling"] if not overlaps(other, [hit])]
    if not felt or not (within(hit, evidence["accuse"]) or within(hit, evidence["demand"])):
        return False
    if any(overlaps(hit, evidence[kind]) for kind in ("label", "mind", "contempt")):
        return False
    when = evidence.grammar.circumstance_conjunction
    return not when.isdisjoint([evidence.reading.words[hit.first].form, *evidence.reading.before(hit.first, 4)])


def _is_framed(hit: Hit, evidence: Evidence) -> bool:
    """Whether a first-person frame or an owned feeling comes before, in the same sentence."""
    first, _ = evidence.reading.sentence(hit.first)
    owned = [other for other in evidence["feeling"] if not overlaps(other, evidence["accuse"])]
    frames = [*evidence["frame"], *evidence["feel_like_you"], *owned, *evidence["faux_connect"]]
    kinds = ("contempt",) if overlaps(hit, evidence["contempt"]) else ()
    return any(
        first <= other.first <= hit.first and not any(other.first == h.first for kind in kinds for h in evidence[kind])
        for other in frames
    )


def _generalises(evidence: Evidence) -> bool:
    """ "Your plates are on every chair, all the time": no feeling, no wish, and always the other."""
    owned = any(evidence[kind] for kind in ("feeling", "faux_connect", "need", "frame"))
    return bool(evidence["absolute"]) and not owned and evidence.has(evidence.grammar.partner_pronoun)


def _concrete_needs(evidence: Evidence) -> bool:
    return any(not overlaps(hit, evidence["vague_need"]) for hit in evidence["need"])


_FLAG_GROUPS = {
    "absolute": ("absolute",),
    "label_or_insult": ("label",),
    "mind_reading": ("mind",),
    "faux_feeling": ("faux_act", "victim_role", "faux_connect"),
    "demand": ("demand",),
    "contempt_or_sarcasm": ("contempt",),
    "has_feeling_word": ("feeling", "faux_connect"),
    "has_situation": ("situation",),
    "has_need_or_request": ("need",),
}


def _flags(evidence: Evidence) -> frozenset[str]:
    return frozenset(flag for flag, groups in _FLAG_GROUPS.items() if any(evidence[group] for group in groups))


def _strengths(evidence: Evidence, verdict: Verdict, flags: frozenset[str]) -> tuple[str, ...]:
    named = {"has_feeling_word": "feeling", "has_situation": "situation", "has_need_or_request": "need"}
    strengths = [word for flag, word in named.items() if flag in flags]
    if verdict in {"i_statement", "incomplete"} and not flags & {"label_or_insult", "mind_reading", "demand"}:
        strengths.append("no_blame")
    if evidence["sees_partner"]:
        strengths.append("sees_partner")
    return tuple(strengths)
