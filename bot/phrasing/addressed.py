"""Letters: what is said of their reader, and unkindly; "I never" and "you always made me laugh" are not. Pure."""

from dataclasses import replace

from bot.phrasing.evidence import Evidence, covered, touches
from bot.phrasing.reading import Hit
from bot.phrasing.spelling import MARKS

_JUDGED = ("absolute", "accuse", "mind", "label", "victim_role", "faux_act")
_KINDS = (*_JUDGED, "contempt")
_STOPS = frozenset(",.!?;:")
_NEAR = 14
_FRAGMENT = 4


def about_reader(evidence: Evidence) -> Evidence:
    """The evidence less what is said of others, of the writer alone, fondly, of both, or only to take it back."""
    if not any(evidence[kind] for kind in _KINDS):
        return evidence
    fond = covered(hit for hit in evidence["fond"] if "absolute" not in hit.marks)
    calm = covered(evidence["fond"])
    warm = covered(hit for hit in evidence["fond"] if "warm" in hit.marks)
    taken = _taken_back(evidence)
    spared = taken | _spared(evidence, fond)
    found = dict(evidence.found)
    for kind in _KINDS:
        excused = {"contempt": warm, "absolute": calm}.get(kind, fond)
        kept = (hit for hit in evidence[kind] if not touches(hit, excused) and not _is_elsewhere(kind, hit, evidence))
        found[kind] = tuple(hit for hit in kept if hit.first not in (taken if kind == "contempt" else spared))
    return replace(evidence, found=found)


def _spared(evidence: Evidence, fond: set[int]) -> set[int]:
    """The places after a frame that takes the edge off, up to a turn; "I love how you ruin it" keeps its edge."""
    spared: set[int] = set()
    for hit in evidence["fond_frame"]:
        reach = range(hit.first, _turn(hit.last, evidence))
        if not _has_edge(reach, fond, evidence):
            spared.update(reach)
    for hit in evidence["shared"]:
        spared.update(range(*evidence.reading.sentence(hit.first)))
    return spared


def _taken_back(evidence: Evidence) -> set[int]:
    return {place for hit in evidence["taken_back"] for place in range(hit.first, _turn(hit.last, evidence))}


def _has_edge(reach: range, fond: set[int], evidence: Evidence) -> bool:
    return any(hit.first in reach and hit.first not in fond for hit in evidence["unkind"])


def _turn(place: int, evidence: Evidence) -> int:
    words = evidence.reading.words
    limit = min(len(words), place + _NEAR)
    turns = evidence.grammar.contrast_conjunction
    while place < limit and words[place].form not in _STOPS and words[place].form not in turns:
        place += 1
    return place


def _is_elsewhere(kind: str, hit: Hit, evidence: Evidence) -> bool:
    """Whether it is said of somebody else, or of the writer."""
    if kind == "absolute":
        return _is_of_others(hit, evidence) or _is_of_oneself(hit, evidence) or _is_denied(hit, evidence)
    if kind == "contempt":
        return _is_called(hit, evidence) and evidence.grammar.second_person.isdisjoint(_clause(hit, evidence))
    grammar = evidence.grammar
    near = evidence.reading.before(hit.first, 3)
    by_writer = not grammar.first_person_subject.isdisjoint(near)
    if near and near[0] in grammar.verb_with_receiver and _opens_with_you(hit, evidence):
        return by_writer
    if evidence.reading.words[hit.first].form in grammar.third_person:
        return True
    received = bool(near) and near[0] in grammar.preposition_of_receiver
    return received or (by_writer and not grammar.state_verb.isdisjoint(near))


def _opens_with_you(hit: Hit, evidence: Evidence) -> bool:
    """Whether "you" is its first word: after "I promised" it is whom something was promised to."""
    return evidence.reading.words[hit.first].form in evidence.grammar.second_person_subject


def _is_called(hit: Hit, evidence: Evidence) -> bool:
    """ "Our daughter is very clever": in earnest, where "how clever" alone would be mockery."""
    return not evidence.grammar.copula.isdisjoint(evidence.reading.before(hit.first, 1))


def _is_of_others(hit: Hit, evidence: Evidence) -> bool:
    """ "A tree that never gives lemons", but not "work always comes first" or "it always ends in a fight"."""
    grammar, subject = evidence.grammar, _subject(hit, evidence)
    if subject in grammar.first_person or subject in grammar.couple_pronoun:
        return False
    if subject in grammar.wish_opener or _heads(hit, evidence) & grammar.bystander:
        return True
    clause = _clause(hit, evidence)
    if evidence.reading.words[hit.first].form in grammar.each_determiner:
        clause |= grammar.second_person & evidence.reading.vocabulary
    of_them = evidence.has(grammar.couple_pronoun) or evidence.has(grammar.sharing_word)
    if len(clause) <= _FRAGMENT and _stands_alone(hit, evidence) and of_them:
        return False
    near = clause & grammar.common_ground
    if subject in grammar.article:  # "The farm never paid for your books" is of the farm.
        near -= grammar.couple_possessive
    return subject in grammar.third_person or not near


def _stands_alone(hit: Hit, evidence: Evidence) -> bool:
    """Whether it opens what stands between two marks: "..., every single day"."""
    return evidence.reading.words[hit.first - 1].form in MARKS


def _is_of_oneself(hit: Hit, evidence: Evidence) -> bool:
    """ "I always say I'll stop and I never do", but not "I always come last"."""
    return _subject(hit, evidence) in evidence.grammar.first_person and not touches(hit, covered(evidence["carried"]))


def _is_denied(hit: Hit, evidence: Evidence) -> bool:
    """ "You don't owe me cheerfulness every minute", "you drove me every single day and never complained"."""
    if evidence.reading.words[hit.first].form not in evidence.grammar.universal_word:
        return False
    praised = any(_opens_with_you(fond, evidence) for fond in evidence["fond"])
    return praised or not evidence.grammar.negation.isdisjoint(evidence.reading.before(hit.first, 8))


def _subject(hit: Hit, evidence: Evidence) -> str:
    """The word that opens the clause of a match, or of the clause before where it has no subject of its own."""
    words = evidence.reading.words
    place = _opening(hit.first, evidence)
    if words[place].form in evidence.grammar.opener_without_subject and place == hit.first and place > 2:
        place = _opening(place - 2, evidence)
    return words[place].form


def _heads(hit: Hit, evidence: Evidence) -> set[str]:
    """The first two words of its clause: "the kids never ..."."""
    first = _opening(hit.first, evidence)
    return {word.form for word in evidence.reading.words[first : first + 2]}


def _opening(place: int, evidence: Evidence) -> int:
    words, borders = evidence.reading.words, evidence.grammar.subject_border
    while place > 1 and words[place - 1].form not in MARKS and words[place - 1].form not in borders:
        place -= 1
    return place


def _clause(hit: Hit, evidence: Evidence) -> set[str]:
    words = evidence.reading.words
    before, after = evidence.grammar.border_before_clause, evidence.grammar.border_after_clause
    first, last = hit.first, hit.last
    while first > 1 and words[first - 1].form not in MARKS and words[first - 1].form not in before:
        first -= 1
    while last < len(words) and words[last].form not in MARKS and words[last].form not in after:
        last += 1
    return {word.form for word in words[first:last]}
