"""Findings: the exact words, and one other way to put them. Pure; the templates come from the lexicon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.phrasing.evidence import Evidence, overlaps
from bot.phrasing.grammar import Grammar
from bot.phrasing.reading import Hit
from bot.phrasing.rewrites import rewrite_of
from bot.phrasing.spelling import MARKS, Word


@dataclass(frozen=True, slots=True)
class Finding:
    """`words == text[start:end]`; `rewrite` is one kinder sentence, or None when none can be made safely."""

    flag: str
    start: int
    end: int
    words: str
    rewrite: str | None


_JUDGED = ("absolute", "label", "mind", "contempt")
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
        kept = [(group, hit) for group in groups for hit in evidence[group] if not _is_observed(group, hit, evidence)]
        hits = [_said(group, hit, evidence) for group, hit in kept if not _is_of_writer(group, hit, evidence)]
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
    """An act after "when", beside a feeling of one's own, says which moment is meant; it accuses nobody.

    "You always have to win" orders nothing.
    """
    if group == "demand":
        forms = [word.form for word in evidence.reading.words[hit.first : hit.first + 2]]
        return forms[0] in evidence.grammar.second_person_subject and forms[1] in evidence.grammar.ever_adverb
    felt = any(evidence[kind] for kind in ("feeling", "faux_act", "faux_connect"))
    if group != "accuse" or not felt or any(overlaps(hit, evidence[kind]) for kind in _JUDGED):
        return False
    when = evidence.grammar.time_conjunction
    return not when.isdisjoint([evidence.reading.words[hit.first].form, *evidence.reading.before(hit.first, 2)])


def _is_of_writer(group: str, hit: Hit, evidence: Evidence) -> bool:
    """ "You made me feel like an idiot", "treat me like a child": no name for the other."""
    words, grammar = evidence.reading.words, evidence.grammar
    if group != "label" or words[hit.first].form not in grammar.comparing_word:
        return False
    if words[hit.first - 1].form in grammar.first_person_object:
        return True
    around = [felt for felt in evidence["feeling"] if felt.first < hit.first and hit.last <= felt.last]
    own = (word.form for felt in around[:1] for word in words[felt.first : hit.first])
    return bool(around) and grammar.second_person_subject.isdisjoint(own)


def _said(group: str, hit: Hit, evidence: Evidence) -> Hit:
    """The match without words that belong to the clause before or after it, and with the "I" that it needs."""
    words, grammar = evidence.reading.words, evidence.grammar
    first, last = hit.first, hit.last
    first += words[first].form in MARKS and last - first > 1
    if group in _FELT:
        first = max((p for p in range(first, last) if words[p].form in grammar.first_person_subject), default=first)
        first -= first == hit.first and words[first - 1].form in grammar.first_person_subject
    elif group == "absolute" and words[first].form in grammar.each_determiner:
        last -= words[last - 1].form in grammar.pronoun_subject and last - first > 1
    elif group == "label" and words[first].form in grammar.second_person_subject:
        first = min((order.first for order in evidence["demand"] if order.first <= first < order.last), default=first)
    return replace(hit, first=first, last=last, start=words[first].start, end=max(w.end for w in words[first:last]))


_FELT = frozenset(("faux_act", "faux_connect"))


def _finding(flag: str, hits: list[Hit], evidence: Evidence, text: str) -> Finding:
    """The first of the matches that can be put another way, else the first."""
    ordered = sorted(hits, key=lambda hit: (hit.first, -hit.last))
    for hit in ordered[:_TRIED]:
        rewrite = rewrite_of(flag, hit, evidence, text)
        if rewrite:
            return _shown(flag, hit, evidence, text, rewrite)
    return _shown(flag, ordered[0], evidence, text, None)


def _shown(flag: str, hit: Hit, evidence: Evidence, text: str, rewrite: str | None) -> Finding:
    start, end = hit.start, hit.end
    if flag in _SAID_WHOLE:
        start, end = _whole(_with_sting(hit, evidence) if flag == "contempt_or_sarcasm" else hit, evidence)
    return Finding(flag, start, end, text[start:end], rewrite)


def _with_sting(hit: Hit, evidence: Evidence) -> Hit:
    """ "Oh great" alone stings nobody: what comes after its comma does."""
    words, ends = evidence.reading.words, evidence.reading.sentence(hit.first)[1]
    addressed = any(word.form in evidence.grammar.second_person for word in words[hit.first : hit.last])
    short = hit.last - hit.first <= _OPENER and not addressed
    if not short or words[hit.last].form not in MARKS or hit.last + 1 >= ends:
        return hit
    return replace(hit, last=hit.last + 2, end=words[hit.last + 1].end)


def _whole(hit: Hit, evidence: Evidence) -> tuple[int, int]:
    """From "she thinks she" on to the end of the clause, so that what is quoted is something that was said."""
    words = evidence.reading.words
    first = hit.first + (words[hit.first].form in evidence.grammar.reason_conjunction and hit.last - hit.first > 1)
    last = hit.last
    while last < len(words) - 1 and not _closes(words, last, evidence.grammar):
        last += 1
    if last - hit.last > _MORE_WORDS:
        last = hit.last
    return words[first].start, max(hit.end, words[last - 1].end)


def _closes(words: Sequence[Word], place: int, grammar: Grammar) -> bool:
    """Whether the clause ends before this word; "and" alone may as well join two things."""
    if words[place].form in MARKS or words[place].form[0] == ":":
        return True
    if words[place].form in grammar.coordinating_conjunction:
        return words[place + 1].form in grammar.pronoun_subject
    return words[place].form in grammar.quotation_border


# A word like "always" speaks for itself, and "I feel ignored" too; these need to be heard as they were said.
_SAID_WHOLE = frozenset(("blame", "disguised_you", "demand", "mind_reading", "contempt_or_sarcasm", "label_or_insult"))
_MORE_WORDS = 12
# "Well, congratulations", with its comma.
_OPENER = 3
