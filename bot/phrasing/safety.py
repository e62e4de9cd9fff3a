"""Danger in a message: who, what, and how plainly it is said. Pure; it only finds, help is given elsewhere."""

import re
from dataclasses import dataclass, replace
from typing import Literal, cast

from bot.phrasing.evidence import covered, touches
from bot.phrasing.grammar import Grammar
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import Hit, Reading
from bot.phrasing.spelling import MARKS

Kind = Literal[
    "self_harm",
    "fear_of_partner_or_abuse",
    "violence_towards_partner",
    "child_at_risk",
    "medical_or_other_emergency",
]
Tier = Literal["hard", "soft"]
# A child in danger goes first; fear goes last, because its words are the most common.
_ORDER: tuple[Kind, ...] = (
    "child_at_risk",
    "self_harm",
    "medical_or_other_emergency",
    "violence_towards_partner",
    "fear_of_partner_or_abuse",
)
_HARD, _SURE = "hard", "sure"
_JESTED = frozenset(("self_harm", "violence_towards_partner"))
_DENIED = 2.0  # what a denial adds to the limit of the weights
_CONDITION = 3  # words after "would kill me" within which an "if" stands
_CLAUSE = 5  # words of a clause after its "not"
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Danger:
    """`hard` interrupts the dialog, `soft` adds one line. `start` and `end` are offsets of the words that said it."""

    kind: Kind
    tier: Tier
    start: int
    end: int


def danger(text: str, lexicon: Lexicon) -> Danger | None:
    """The gravest danger said in the text, or None."""
    reading = lexicon.read(text, quotes=True)
    mood = _mood(reading, lexicon)
    said = [(kind, hit) for kind in _ORDER for hit in lexicon.find(kind, reading)]
    hits = [
        (kind, hit, _is_quiet(hit, kind, mood, reading, lexicon.grammar))
        for kind, hit in said
        if _counts(hit, mood, reading, lexicon.grammar) and not (mood.far and _is_over(hit, reading, lexicon.grammar))
    ]
    found = [
        Danger(kind, _tier(hit, kind, mood, quiet=quiet), hit.start, hit.end)
        for kind, hit, quiet in hits
        if _HARD in hit.marks or not quiet
    ]
    gravest = min(found, key=_rank, default=None)
    if any(_is_plain(hit, reading, lexicon.grammar) and not quiet for _, hit, quiet in hits):
        return gravest
    if gravest is None:
        denied = any(_is_denied(hit, reading, lexicon.grammar) for _, hit in said)
        return _felt(reading, lexicon, denied=denied)
    return _weighed(gravest, reading, lexicon, quiet=all(quiet for _, _, quiet in hits))


def _weighed(heard: Danger, reading: Reading, lexicon: Lexicon, *, quiet: bool) -> Danger | None:
    """What rules heard, after the second opinion. What was said plainly is not asked about.

    Where all that was heard may be a joke or long over (`quiet`), it has to be half as likely as what was not heard.
    """
    words, score = _opinion(reading, lexicon)
    if lexicon.on_danger is None or score is None:
        return heard
    limit = lexicon.on_danger.unlikely[heard.kind]
    if score < ((limit + lexicon.on_danger.likely) / 2 if quiet else limit):
        return None
    return replace(heard, kind=cast("Kind", lexicon.on_danger.kind(words, heard.kind)))


def _felt(reading: Reading, lexicon: Lexicon, *, denied: bool) -> Danger | None:
    """What no rule heard. What a rule heard denied must be much likelier: weights know little of a "not"."""
    words, score = _opinion(reading, lexicon)
    if lexicon.on_danger is None or score is None or score <= lexicon.on_danger.likely + _DENIED * denied:
        return None
    first, last = reading.words[1].start, reading.words[-2].end
    return Danger(cast("Kind", lexicon.on_danger.kind(words)), "soft", first, last)


def _opinion(reading: Reading, lexicon: Lexicon) -> tuple[list[str], float | None]:
    words = [word.form for word in reading.words]
    return words, lexicon.on_danger.of(words) if lexicon.on_danger else None


def _rank(danger: Danger) -> tuple[bool, bool, int]:
    return danger.kind != "child_at_risk", danger.tier != "hard", _ORDER.index(danger.kind)


@dataclass(frozen=True, slots=True)
class _Mood:
    """What takes the danger out of words: idioms, jests, stories of others, what is long over."""

    harmless: frozenset[int]
    jesting: bool
    trivial: bool
    elsewhere: frozenset[int]
    relatives: frozenset[int]
    settled: bool
    past: bool
    recovered: bool
    far: bool
    milder: bool


def _mood(reading: Reading, lexicon: Lexicon) -> _Mood:
    def said(group: str) -> bool:
        return bool(lexicon.find(group, reading))

    def places(group: str) -> frozenset[int]:
        beside = covered(lexicon.find(f"not_{group}", reading))
        return frozenset(hit.first for hit in lexicon.find(group, reading) if hit.last - 1 not in beside)

    again = bool(places("returning"))
    return _Mood(
        harmless=frozenset(covered(lexicon.find("harmless", reading))),
        jesting=said("calmed") and not said("not_calmed"),
        trivial=said("trivial") and not said("not_calmed"),
        elsewhere=places("elsewhere"),
        relatives=places("relatives"),
        past=said("settled") and not again,
        settled=said("settled") and said("settled_now") and not again,
        recovered=said("recovered") and not said("relapsed"),
        far=said("far_past") and not again,
        milder=said("milder") and not said("not_milder"),
    )


def _counts(hit: Hit, mood: _Mood, reading: Reading, grammar: Grammar) -> bool:
    if _SURE in hit.marks:
        return True
    return not touches(hit, mood.harmless) and not _is_denied(hit, reading, grammar)


def _is_quiet(hit: Hit, kind: Kind, mood: _Mood, reading: Reading, grammar: Grammar) -> bool:
    """Whether what stands around it says that it is over, a joke, or another's: that can also stand there by chance."""
    if _SURE in hit.marks:
        return False
    if mood.settled or ((mood.past or mood.recovered) and kind == "medical_or_other_emergency"):
        return True
    if mood.trivial and "jest" in hit.marks:
        return True
    if mood.jesting and (_is_jested(hit, kind) or _is_threat_in_jest(hit, kind, reading, grammar)):
        return True
    elsewhere = mood.elsewhere if kind == "medical_or_other_emergency" else mood.elsewhere | mood.relatives
    first, last = reading.sentence(hit.first)
    return any(first <= place < last for place in elsewhere) and grammar.own_person.isdisjoint(_forms(hit, reading))


def _is_threat_in_jest(hit: Hit, kind: Kind, reading: Reading, grammar: Grammar) -> bool:
    """ "She will kill me": with laughter it is none, unless somebody was told so or is afraid."""
    words = _forms(hit, reading)
    threat = kind == "fear_of_partner_or_abuse" and not grammar.prospective.isdisjoint(words)
    return threat and not _is_in_earnest(hit, reading, grammar)


def _is_plain(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    """Whether it needs no second opinion: a hard rule heard it, and it is no "could" and no "would, if"."""
    if _HARD not in hit.marks or _SURE in hit.marks:
        return _HARD in hit.marks
    words = _forms(hit, reading)
    if not grammar.hypothetical.isdisjoint(words):
        return False
    after = {word.form for word in reading.words[hit.last : hit.last + _CONDITION]}
    would = not grammar.conditional.isdisjoint(words) and not grammar.circumstance_conjunction.isdisjoint(words | after)
    return not would or _is_in_earnest(hit, reading, grammar)


def _is_in_earnest(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    first, last = reading.sentence(hit.first)
    return not grammar.in_earnest.isdisjoint(word.form for word in reading.words[first:last])


def _forms(hit: Hit, reading: Reading) -> set[str]:
    return {word.form for word in reading.words[hit.first : hit.last]}


def _tier(hit: Hit, kind: Kind, mood: _Mood, *, quiet: bool) -> Tier:
    """What is told with a smile does not interrupt; an emergency does, if it is not told as over."""
    spared = mood.milder and kind != "medical_or_other_emergency" and _SURE not in hit.marks
    return "hard" if _HARD in hit.marks and not quiet and not spared else "soft"


def _is_jested(hit: Hit, kind: Kind) -> bool:
    """Whether laughter takes it away: people laugh from fright as well, so never an emergency."""
    return kind in _JESTED or "jest" in hit.marks or (_HARD not in hit.marks and kind != "medical_or_other_emergency")


def _is_denied(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    """Whether a "never" or a "does not" stands inside the match that the rule does not ask for, with no "but" after."""
    words = [word.form for word in reading.words[hit.first : hit.last]]
    if not grammar.denial.isdisjoint(_WORD.findall(hit.rule)):
        return False
    if not grammar.never_adverb.isdisjoint(words):
        return True
    return _is_clause_denied(words, grammar) and not _has_rest(hit, reading, grammar)


def _is_clause_denied(words: list[str], grammar: Grammar) -> bool:
    """Whether the words are those of one clause, and its verb is denied."""
    for place in range(1, len(words) - 1):
        if words[place] in grammar.negation and words[place - 1] in grammar.auxiliary:
            after = words[place + 1 :]
            joined = grammar.subject_border | MARKS
            return len(after) <= _CLAUSE and after[0] not in grammar.beyond_denial and joined.isdisjoint(after[:-1])
    return False


def _has_rest(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    _, last = reading.sentence(hit.first)
    return not grammar.denial_rest.isdisjoint(word.form for word in reading.words[hit.first : last])


def _is_over(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    """Whether the match is told in the past and nothing in its sentence is told of now."""
    if _SURE in hit.marks:
        return False
    first, last = reading.sentence(hit.first)
    told = {word.form for word in reading.words[first:last]}
    return _forms(hit, reading).isdisjoint(grammar.present_harm) and not told.isdisjoint(grammar.past_harm)
