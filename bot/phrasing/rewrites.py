"""One kinder way to put a sentence, made of the person's own words. Pure; templates come from the lexicon.

A rewrite is made only where the words can stay as they are; everywhere else there is none.
"""

from bot.phrasing.evidence import Evidence, overlaps
from bot.phrasing.reading import Hit
from bot.phrasing.spelling import MARKS

_LONGEST = 18
# Words of "you should", "you have to": the longer ones are tried first.
_OUGHT_SIZES = (3, 2, 1)


def rewrite_of(flag: str, hit: Hit, evidence: Evidence, text: str) -> str | None:
    """A rewrite for one finding, or None."""
    make = _MAKERS.get(flag)
    return make(hit, evidence, text) if make else None


def _filled(evidence: Evidence, name: str, what: str) -> str | None:
    template = evidence.lexicon.rewrites.get(name)
    return template.replace("{what}", what) if template and what else None


def _clause(evidence: Evidence, first: int, text: str, *, joints: bool = True) -> str:
    """The words from a place up to the end of their clause; empty when that is long."""
    words = evidence.reading.words
    last = first
    while last < len(words) and words[last].form not in MARKS and not (joints and _is_joint(evidence, last)):
        last += 1
    if last == first or last - first > _LONGEST:
        return ""
    return text[words[first].start : words[last - 1].end]


def _is_joint(evidence: Evidence, place: int) -> bool:
    """Whether another clause begins here."""
    return evidence.reading.words[place].form in evidence.grammar.clause_border or _is_next(evidence, place)


def _is_next(evidence: Evidence, place: int) -> bool:
    """Whether a clause of its own begins here; "and" alone may as well join two things."""
    words, grammar = evidence.reading.words, evidence.grammar
    return words[place].form in grammar.coordinating_conjunction and words[place + 1].form in grammar.clause_subject


def _you(evidence: Evidence, hit: Hit) -> int | None:
    """Where "you" stands in a match, or just before it."""
    places = [*range(max(1, hit.first), hit.last), max(1, hit.first - 1)]
    return next((place for place in places if _is_you(evidence, place) and not _is_object(evidence, place)), None)


def _is_you(evidence: Evidence, place: int) -> bool:
    return evidence.reading.words[place].form in evidence.grammar.second_person_subject


def _is_object(evidence: Evidence, place: int) -> bool:
    return evidence.reading.words[place - 1].form in evidence.grammar.preposition_before_object


def _is_harsh(evidence: Evidence, first: int, last: int) -> bool:
    window = Hit("", first, last, 0, 0, frozenset())
    return any(overlaps(window, evidence[kind]) for kind in ("label", "contempt"))


def _when(hit: Hit, evidence: Evidence, text: str) -> str | None:
    """ "I feel ignored when you read" -> "When you read, I feel ..."; a reason that was an act serves as well."""
    words, grammar = evidence.reading.words, evidence.grammar
    first, end = evidence.reading.sentence(hit.first)
    if not _tells_feeling(hit, evidence) and _you(evidence, hit) is not None:
        return None
    for place in range(hit.last, end - 2):
        if words[place].form in grammar.moment_conjunction and not _is_harsh(evidence, place, end):
            # "By your mother when she visits": without her, nobody knows who "she" is.
            if place > hit.last and words[place + 1].form in grammar.third_person:
                return None
            whole = _clause(evidence, place + 1, text, joints=False)
            return _told(hit, evidence, place + 1, whole or _clause(evidence, place + 1, text), text)
        if words[place].form in grammar.cause_conjunction and _is_over(evidence, place + 1):
            return (
                None
                if _is_harsh(evidence, place, end)
                else _told(hit, evidence, place + 1, _clause(evidence, place + 1, text), text)
            )
    return _opening(evidence, first, hit, text)


def _tells_feeling(hit: Hit, evidence: Evidence) -> bool:
    """ "You treat me like a maid when we have guests" tells what was done: the moment alone would lose it."""
    return any(word.form in evidence.grammar.feeling_verb for word in evidence.reading.words[hit.first : hit.last])


def _opening(evidence: Evidence, first: int, hit: Hit, text: str) -> str | None:
    """ "When you read I feel ignored" -> "When you read, I feel ..."."""
    words = evidence.reading.words
    if words[first].form not in evidence.grammar.moment_conjunction or _is_harsh(evidence, first, hit.first):
        return None
    last = _without_subject(evidence, hit.first)
    clause = text[words[first + 1].start : words[last - 1].end] if first + 2 < last <= first + _LONGEST else ""
    return _told(hit, evidence, first + 1, clause, text)


def _without_subject(evidence: Evidence, place: int) -> int:
    """Where a clause ends that "I feel" follows: before the "I" that belongs to it, and before a comma."""
    words = evidence.reading.words
    for closing in (evidence.grammar.first_person_subject, MARKS):
        place -= words[place - 1].form in closing
    return place


def _told(hit: Hit, evidence: Evidence, place: int, what: str, text: str) -> str | None:
    """A moment that is over is told as over. "When it comes to ..." is no moment, and "when you never ..." is none."""
    words, grammar = evidence.reading.words, evidence.grammar
    if " ".join(word.form for word in words[place : place + 2]) in grammar.no_moment:
        return None
    if _is_you(evidence, place) and words[place + 1].form in grammar.ever_adverb:
        return _habit(evidence, place, text)
    if any(word.form in grammar.ever_adverb for word in words[place : place + len(what.split())]):
        return None
    felt = any(word.form in grammar.feeling_verb_past for word in words[hit.first : hit.last])
    return _filled(evidence, "when_past" if felt or _is_over(evidence, place) else "when", what)


def _is_over(evidence: Evidence, place: int) -> bool:
    """Whether it begins with "you", and an act that is told as over."""
    return _is_you(evidence, place) and _is_past(evidence, place + 1)


def _often(hit: Hit, evidence: Evidence, text: str) -> str | None:
    """ "You always leave the door open" -> "When you leave the door open, I feel ..."."""
    words, you = evidence.reading.words, _you(evidence, hit)
    if you is None or you + 2 >= len(words) or words[you + 1].form not in evidence.grammar.ever_adverb:
        return None
    return _habit(evidence, you, text)


def _habit(evidence: Evidence, you: int, text: str) -> str | None:
    """The act after "you always" or "you never". "You never kissed" would need another form of the verb."""
    words, grammar = evidence.reading.words, evidence.grammar
    act = you + 3 if words[you + 2].form in grammar.scalar_adverb else you + 2
    if not _is_act(evidence, act) or _is_harsh(evidence, you, you + 4):
        return None
    rest = _clause(evidence, act, text)
    if not rest or not grammar.extent_word.isdisjoint(rest.lower().split()):
        return None
    if words[you + 1].form in grammar.never_adverb:
        return None if _is_past(evidence, act) else _filled(evidence, "when_not", rest)
    if _is_past(evidence, act):
        return _filled(evidence, "when_past", f"{text[words[you].start : words[you].end].lower()} {rest}")
    return _filled(evidence, "when_you", rest)


def _is_act(evidence: Evidence, place: int) -> bool:
    acts, vague = evidence.grammar.camera_verb, evidence.grammar.vague_verb
    forms = [word.form for word in evidence.reading.words[place : place + 3]]
    return forms[0] not in vague and any(" ".join(forms[:size]) in acts for size in (1, 2, 3))


def _is_past(evidence: Evidence, place: int) -> bool:
    """Whether an act that a camera could show is told as over; "put" alone does not say."""
    return _is_act(evidence, place) and evidence.reading.words[place].form in evidence.grammar.past_starts


def _did(hit: Hit, evidence: Evidence, text: str) -> str | None:
    """ "You spent 300 without asking me" -> "When you spent 300 without asking me, I felt ..."."""
    you = _you(evidence, hit)
    if you is None or not _is_past(evidence, you + 1) or evidence.reading.words[you - 1].form not in MARKS:
        return None
    first, end = evidence.reading.sentence(you)
    clause = _clause(evidence, you, text)
    # What follows on "and" or "but" may be the very thing that is meant.
    cut = len(clause.split()) < len(_clause(evidence, you, text, joints=False).split())
    if cut or _is_harsh(evidence, first, end) or not evidence.grammar.comparing_word.isdisjoint(clause.lower().split()):
        return None
    return _filled(evidence, "when_past", clause[:1].lower() + clause[1:])


def _guess(hit: Hit, evidence: Evidence, text: str) -> str | None:
    """ "You do not love me" -> "I tell myself that you do not love me. Is that so?"."""
    you = _you(evidence, hit)
    words, grammar = evidence.reading.words, evidence.grammar
    if you is None or "?" in (word.form for word in words[hit.first :]):
        return None
    first, end = evidence.reading.sentence(you)
    if _is_harsh(evidence, first, end) or (you > first and words[you - 1].form in grammar.question_opener):
        return None
    if words[you + 1].form in MARKS or words[you + 1].form in grammar.no_claim_opener:
        return None
    # "I don't feel like you love me" claims the opposite.
    if not grammar.denial.isdisjoint(evidence.reading.before(you, you - first)):
        return None
    claimed = _claim(evidence, you, text).split(" ")
    if words[you + 1].form in grammar.always_adverb:
        del claimed[1]
    clause = " ".join(word for word in claimed if word.lower() not in grammar.certainty_adverb)
    return _filled(evidence, "guess", clause[:1].lower() + clause[1:])


def _claim(evidence: Evidence, place: int, text: str) -> str:
    """The whole of a claim: a reason or a moment belongs to it, and what would be cut off could be its point."""
    words = evidence.reading.words
    whole = _clause(evidence, place, text, joints=False)
    size = next((n for n in range(1, _LONGEST) if place + n >= len(words) or words[place + n].form in MARKS), 0)
    joins, subjects = evidence.grammar.claim_border, evidence.grammar.clause_subject
    joined = any(words[place + n].form in joins and words[place + n + 1].form in subjects for n in range(1, size))
    return "" if joined else whole


def _ask(hit: Hit, evidence: Evidence, text: str) -> str | None:
    """ "You have to call me" -> "I would like you to call me"."""
    words = evidence.reading.words
    you = _you(evidence, hit)
    if you is None or you < hit.first:
        return None
    for size in _OUGHT_SIZES:
        place = you + 1 + size
        ought = " ".join(word.form for word in words[you + 1 : place])
        if ought in evidence.grammar.obligation and _is_act(evidence, place):
            return _asked(evidence, place, text)
    return None


def _asked(evidence: Evidence, place: int, text: str) -> str | None:
    """The act with all that belongs to it: "tell me when you are late" is not "tell me"."""
    words, last = evidence.reading.words, place
    while words[last].form not in MARKS and not _is_next(evidence, last):
        last += 1
    if last - place > _LONGEST or _is_harsh(evidence, place, last):
        return None
    return _filled(evidence, "ask", text[words[place].start : words[last - 1].end])


def _ask_or_guess(hit: Hit, evidence: Evidence, text: str) -> str | None:
    return _ask(hit, evidence, text) or _when(hit, evidence, text) or _guess(hit, evidence, text)


def _owned(hit: Hit, evidence: Evidence, text: str) -> str | None:
    """ "You make me so sad" -> "I feel so sad when ..."; a moment that is named stays."""
    words, grammar = evidence.reading.words, evidence.grammar
    for place in range(hit.first, min(hit.last, len(words) - 1)):
        if words[place].form in grammar.first_person_object and words[place - 1].form in grammar.causing_verb:
            if words[place + 1].form in grammar.caused_act:
                return None
            rest = place + 2 if words[place + 1].form in grammar.feeling_verb_after_cause else place + 1
            felt = [other for other in evidence["feeling"] if other.first <= rest + 3 and other.last > rest]
            if not felt or felt[0].end <= words[rest].start:
                return None
            over = "_past" if words[place - 1].form in grammar.causing_verb_past else ""
            whole = _with_moment(evidence, rest, felt[0].last, text)
            if whole:
                return _filled(evidence, f"owned_whole{over}", whole)
            return _filled(evidence, f"owned{over}", text[words[rest].start : felt[0].end])
    return _often(hit, evidence, text) or _did(hit, evidence, text)


def _with_moment(evidence: Evidence, rest: int, felt: int, text: str) -> str:
    """From what is felt to the end of the moment after it; empty where there is none that could be kept."""
    words, grammar = evidence.reading.words, evidence.grammar
    clause = _clause(evidence, rest, text, joints=False)
    window = range(felt, rest + len(clause.split()))
    moment = next((place for place in window if words[place].form in grammar.moment_conjunction), None)
    if moment is None or not any(_is_you(evidence, place) for place in range(moment, window.stop)):
        return ""
    if _is_harsh(evidence, moment, window.stop):
        return ""
    return "" if any(words[place].form in grammar.ever_adverb for place in window) else clause


_MAKERS = {
    "faux_feeling": _when,
    "disguised_you": _ask_or_guess,
    "mind_reading": _guess,
    "absolute": _often,
    "blame": _owned,
    "demand": _ask,
}
