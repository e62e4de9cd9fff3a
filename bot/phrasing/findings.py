"""Findings: the exact words, and one other way to put them. Pure; the templates come from the lexicon."""

from dataclasses import dataclass

from bot.phrasing.evidence import Evidence
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


# Matches of one flag that are tried for a rewrite.
_TRIED = 5
# Most helpful first: what turns the whole sentence round comes before what colours it.
_ORDER = (
    ("disguised_you", ("feel_like_you",)),
    ("faux_feeling", ("faux_act", "victim_role")),
    ("label_or_insult", ("label",)),
    ("contempt_or_sarcasm", ("contempt",)),
    ("mind_reading", ("mind",)),
    ("demand", ("demand",)),
    ("blame", ("accuse",)),
    ("absolute", ("absolute",)),
    ("faux_feeling", ("faux_connect",)),
)


def findings_of(evidence: Evidence, text: str, flags: frozenset[str] | None = None) -> tuple[Finding, ...]:
    """Findings in order of helpfulness, at most one a flag; `flags` narrows them."""
    found: dict[str, Finding] = {}
    for flag, groups in _ORDER:
        hits = [hit for group in groups for hit in evidence[group]]
        if hits and flag not in found and (flags is None or flag in flags):
            found[flag] = _finding(flag, hits, evidence, text)
    return tuple(found.values())


def _finding(flag: str, hits: list[Hit], evidence: Evidence, text: str) -> Finding:
    """The first of the matches that can be put another way, else the first."""
    ordered = sorted(hits, key=lambda hit: (hit.first, -hit.last))
    for hit in ordered[:_TRIED]:
        rewrite = rewrite_of(flag, hit, evidence, text)
        if rewrite:
            return Finding(flag, hit.start, hit.end, text[hit.start : hit.end], rewrite)
    first = ordered[0]
    return Finding(flag, first.start, first.end, text[first.start : first.end], None)
