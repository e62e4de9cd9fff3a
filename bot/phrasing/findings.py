"""Findings: the exact words, and one other way to put them. Pure; the templates come from the lexicon."""

from dataclasses import dataclass

from bot.phrasing.evidence import Evidence, overlaps
from bot.phrasing.reading import Hit
from bot.phrasing.rewrites import rewrite_of


@dataclass(frozen=True, slots=True)
class Finding:
    """`words == text[start:end]`; `rewrite` is one kinder sentence, or None when none can be made safely."""

    flag: str
    start: int
    end: int
    words: str
    rewrite: str | None


_JUDGED = ("absolute", "label", "mind", "contempt")
_WHEN = frozenset(("when", "whenever", "after", "while"))
# Matches of one flag that are tried for a rewrite.
_TRIED = 5
# Most helpful first: what turns the whole sentence round comes before what colours it.
_ORDER = (
    ("disguised_you", ("feel_like_you",)),
    ("faux_feeling", ("faux_act",)),
    ("label_or_insult", ("label",)),
    ("contempt_or_sarcasm", ("contempt",)),
    ("mind_reading", ("mind",)),
    ("demand", ("demand",)),
    ("blame", ("accuse",)),
    ("absolute", ("absolute",)),
    ("faux_feeling", ("victim_role", "faux_connect")),
    ("vague_wish", ("vague_wish",)),
)


def findings_of(evidence: Evidence, text: str, flags: frozenset[str] | None = None) -> tuple[Finding, ...]:
    """Findings in order of helpfulness, at most one a flag; `flags` narrows them."""
    found: dict[str, Finding] = {}
    for flag, groups in _ORDER:
        hits = [hit for group in groups for hit in evidence[group] if not _is_observed(group, hit, evidence)]
        if hits and flag not in found and (flags is None or flag in flags):
            found[flag] = _finding(flag, hits, evidence, text)
    return tuple(found.values())


def helpful(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """At most two, and the second only where it points at other words and says another thing."""
    first = findings[:1]
    other = [one for one in findings[1:] if not any(_repeats(one, before) for before in first)]
    return (*first, *other[:1])


def _repeats(one: Finding, before: Finding) -> bool:
    alike = one.rewrite is not None and one.rewrite == before.rewrite
    return alike or (one.start < before.end and before.start < one.end)


def _is_observed(group: str, hit: Hit, evidence: Evidence) -> bool:
    """An act after "when", beside a feeling of one's own, says which moment is meant; it accuses nobody."""
    felt = any(evidence[kind] for kind in ("feeling", "faux_act", "faux_connect"))
    if group != "accuse" or not felt or any(overlaps(hit, evidence[kind]) for kind in _JUDGED):
        return False
    return not _WHEN.isdisjoint([evidence.reading.words[hit.first].form, *evidence.reading.before(hit.first, 2)])


def _finding(flag: str, hits: list[Hit], evidence: Evidence, text: str) -> Finding:
    """The first of the matches that can be put another way, else the first."""
    ordered = sorted(hits, key=lambda hit: (hit.first, -hit.last))
    for hit in ordered[:_TRIED]:
        rewrite = rewrite_of(flag, hit, evidence, text)
        if rewrite:
            return Finding(flag, hit.start, hit.end, text[hit.start : hit.end], rewrite)
    first = ordered[0]
    return Finding(flag, first.start, first.end, text[first.start : first.end], None)
