"""Danger in a message: who, what, and how plainly it is said. Pure; it only finds, help is given elsewhere."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from bot.phrasing.evidence import covered, touches
from bot.phrasing.grammar import Grammar
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import Hit, Reading

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
_JESTED = frozenset(("self_harm", "violence_towards_partner"))
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
    found = [
        Danger(kind, _tier(hit, kind, mood), hit.start, hit.end)
        for kind in _ORDER
        for hit in lexicon.find(kind, reading)
        if _counts(hit, kind, mood, reading, lexicon.grammar)
        and not (mood.far and _is_over(hit, reading, lexicon.grammar))
    ]
    gravest = min(found, key=_rank, default=None)
    return gravest if any(one.tier == "hard" for one in found) else _weighed(gravest, reading, lexicon)


def _weighed(heard: Danger | None, reading: Reading, lexicon: Lexicon) -> Danger | None:
    """What rules heard softly, or did not hear, after the second opinion. It never speaks against a hard finding."""
    words = [word.form for word in reading.words]
    opinion = lexicon.on_danger
    score = opinion.of(words) if opinion else None
    if opinion is None or score is None:
        return heard
    if heard is not None:
        return None if score < opinion.unlikely[heard.kind] else heard
    if score <= opinion.likely:
        return None
    kind = cast("Kind", opinion.kind(words))
    return Danger(kind, "soft", reading.words[1].start, reading.words[-2].end)


def _rank(danger: Danger) -> tuple[bool, bool, int]:
    return danger.kind != "child_at_risk", danger.tier != "hard", _ORDER.index(danger.kind)


@dataclass(frozen=True, slots=True)
class _Mood:
    """What takes the danger out of words: idioms, jests, stories of others, what is long over."""

    harmless: frozenset[int]
    jesting: bool
    trivial: bool
    elsewhere: bool
    relatives: bool
    settled: bool
    past: bool
    recovered: bool
    far: bool
    milder: bool


def _mood(reading: Reading, lexicon: Lexicon) -> _Mood:
    def said(group: str) -> bool:
        return bool(lexicon.find(group, reading))

    return _Mood(
        harmless=frozenset(covered(lexicon.find("harmless", reading))),
        jesting=said("calmed") and not said("not_calmed"),
        trivial=said("trivial") and not said("not_calmed"),
        elsewhere=said("elsewhere"),
        relatives=said("relatives"),
        past=said("settled") and not said("returning"),
        settled=said("settled") and said("settled_now") and not said("returning"),
        recovered=said("recovered") and not said("relapsed"),
        far=said("far_past") and not said("returning"),
        milder=said("milder") and not said("not_milder"),
    )


def _counts(hit: Hit, kind: Kind, mood: _Mood, reading: Reading, grammar: Grammar) -> bool:
    if "sure" in hit.marks:
        return True
    if mood.settled or touches(hit, mood.harmless) or _is_denied(hit, reading, grammar):
        return False
    if (mood.past or mood.recovered) and kind == "medical_or_other_emergency":
        return False
    if "jest" in hit.marks and (mood.jesting or mood.trivial):
        return False
    if mood.jesting and _is_jested(hit, kind):
        return False
    others = mood.elsewhere or (mood.relatives and kind != "medical_or_other_emergency")
    return not (others and grammar.own_person.isdisjoint(w.form for w in reading.words[hit.first : hit.last]))


def _tier(hit: Hit, kind: Kind, mood: _Mood) -> Tier:
    """What is told with a smile does not interrupt; an emergency does, if it is not told as over."""
    spared = mood.milder and kind != "medical_or_other_emergency" and "sure" not in hit.marks
    return "hard" if "hard" in hit.marks and not spared else "soft"


def _is_jested(hit: Hit, kind: Kind) -> bool:
    """Whether laughter takes it away: people laugh from fright as well, so never an emergency."""
    return kind in _JESTED or ("hard" not in hit.marks and kind != "medical_or_other_emergency")


def _is_denied(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    """Whether a "never" stands inside the match that the rule does not ask for."""
    said = {word.form for word in reading.words[hit.first : hit.last]}
    return not grammar.never_adverb.isdisjoint(said) and grammar.denial.isdisjoint(_WORD.findall(hit.rule))


def _is_over(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    """Whether the match is told in the past and nothing in its sentence is told of now."""
    if "sure" in hit.marks:
        return False
    first, last = reading.sentence(hit.first)
    words = {word.form for word in reading.words[hit.first : hit.last]}
    told = {word.form for word in reading.words[first:last]}
    return words.isdisjoint(grammar.present_harm) and not told.isdisjoint(grammar.past_harm)
