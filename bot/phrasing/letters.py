"""Letters, sentence by sentence: what a kind coach would mark. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.phrasing.addressed import about_reader
from bot.phrasing.evidence import Evidence, gather
from bot.phrasing.findings import Finding, findings_of
from bot.phrasing.lexicon import Lexicon

_LINE = re.compile(r"[^\n]+")
_BREAK = re.compile(
    "[.!?\u2026]+[\"'\u201d\u2019)\\]]*\\s+(?=[\"'\u201c\u2018(\\[]*[A-Z0-9\u00c0-\u00d6\u00d8-\u00de])"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Sentence `index` is `text[start:end]`; `flags` of blame, contempt, absolute, threat; `words` what made them.

    `felt`: only the second opinion says so, and no rule can name the words.
    """

    index: int
    start: int
    end: int
    flags: frozenset[str]
    words: str
    rewrite: str | None
    felt: bool = False


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence: lines, cut after . ! ? before a capital or a digit."""
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for cut in _BREAK.finditer(line.group()):
            spans.append((start, line.start() + len(cut.group().rstrip()) + cut.start()))
            start = line.start() + cut.end()
        spans.append((start, line.end()))
    return tuple(span for span in (_trimmed(text, *span) for span in spans) if span[0] < span[1])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def marks(text: str, lexicon: Lexicon) -> tuple[Mark, ...]:
    """One mark per sentence; those without flags have an empty set."""
    return marks_in(text, sentences(text), lexicon)


def marks_in(text: str, spans: tuple[tuple[int, int], ...], lexicon: Lexicon) -> tuple[Mark, ...]:
    """The same, for sentences cut elsewhere."""
    return tuple(_mark(index, span, text[slice(*span)], lexicon) for index, span in enumerate(spans))


def _mark(index: int, span: tuple[int, int], sentence: str, lexicon: Lexicon) -> Mark:
    evidence = about_reader(gather(sentence, lexicon))
    heard = _flags(evidence)
    flags = weighed(heard, evidence)
    if flags and not heard:
        return Mark(index, *span, flags, sentence, None, felt=True)
    found = _fitting(flags, findings_of(evidence, sentence)) if flags else ()
    words = found[0].words if found else sentence
    return Mark(index, *span, flags, words, next((f.rewrite for f in found if f.rewrite), None))


def weighed(heard: frozenset[str], evidence: Evidence) -> frozenset[str]:
    """What rules heard, or did not hear, after the second opinion."""
    words = [word.form for word in evidence.reading.words]
    opinion = evidence.lexicon.on_letters
    score = opinion.of(words) if opinion else None
    if opinion is None or score is None:
        return heard
    if heard:
        return heard if score >= min(opinion.unlikely[flag] for flag in heard) else frozenset()
    return opinion.kinds_in(words) if score > opinion.likely else frozenset()


def _fitting(flags: frozenset[str], found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What is said about a sentence speaks of its sharpest flag; a threat is quoted whole, and never put nicely."""
    if "threat" in flags:
        return ()
    kinds = {"contempt_or_sarcasm"} if "contempt" in flags else set()
    return tuple(one for one in found if one.flag in kinds) or found


_BLAMING = ("label", "mind", "accuse", "victim_role", "faux_act")


def _flags(evidence: Evidence) -> frozenset[str]:
    flags = {kind for kind in ("contempt", "absolute", "threat") if evidence[kind]}
    if evidence.has(evidence.grammar.second_person_owner) and any(evidence[kind] for kind in _BLAMING):
        flags.add("blame")
    return frozenset(flags)


def heat(found: Iterable[Mark]) -> int:
    """How heated a letter is, 0 (calm) to 5: marked sentences; threats and contempt that rules name weigh double."""
    weight = sum(2 if mark.flags & {"threat", "contempt"} and not mark.felt else 1 for mark in found if mark.flags)
    return min(5, weight)
