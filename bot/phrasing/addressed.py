"""Letters: what is said of their reader, and unkindly; "I never" and "you always made me laugh" are not. Pure."""

from dataclasses import replace

from bot.phrasing.evidence import Evidence, covered, touches
from bot.phrasing.reading import Hit
from bot.phrasing.spelling import MARKS

_JUDGED = ("absolute", "accuse", "mind", "label", "victim_role", "faux_act")
_KINDS = (*_JUDGED, "contempt")
_THIRD = frozenset(("he", "she", "his", "her", "him"))
_SELF = frozenset(("i", "my", "mine", "myself"))
_READER = frozenset(("you", "your", "yours", "yourself"))
_BOTH = _READER | frozenset(("we", "our", "us", "ours"))
_BEING = frozenset(("am", "was", "were", "been", "felt", "feel"))
_NEARNESS = _BOTH | frozenset((
    "me", "my", "house", "home", "marriage", "relationship", "first", "last", "changes", "changed", "change",
    "together", "apart", "ends", "couple", "same", "story", "wins", "fight", "fights", "argument", "wrong", "lie",
    "lies",
))  # fmt: skip
# "The farm never paid for your books" is of the farm.
_ARTICLES = frozenset(("the", "a", "an"))
_OWNERS = frozenset(("your", "our", "my"))
_JOINTS = frozenset((
    "and", "but", "because", "when", "whenever", "while", "if", "so", "that", "who", "which", "how", "where",
    "although", "though", "since", "or", "then", "unless", "until", "after", "before", "what", "why", "whether",
    "yet", "like", "as",
))  # fmt: skip
_BACK = frozenset(("but", "because", "that", "which", "who", "and"))
_ON = frozenset(("but", "because", "when", "if", "whenever", "and"))
_TURNS = frozenset(("but", "although", "though", "yet", ",", ".", "!", "?", ";", ":"))
_LACKING = frozenset(
    ("always", "never", "constantly", "ever", "not", "have", "has", "do", "does", "did", "will", "would")
)
_WISHING = frozenset(("let", "may", "please", "do"))
_PEOPLE = frozenset(
    ("kids", "children", "boys", "girls", "boy", "girl", "dog", "cat", "baby", "teacher", "doctor", "neighbours")
)
_GIVEN = frozenset((
    "promised", "gave", "sent", "wrote", "showed", "made", "left", "owe", "owed", "bought", "miss", "missed", "want",
    "need", "love", "hurt", "call", "called", "see", "saw", "held", "told", "tell", "give", "send", "let",
))  # fmt: skip
_EVERY = frozenset(("every", "each", "always", "everything", "everyone"))
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
    while place < limit and words[place].form not in _TURNS:
        place += 1
    return place


def _is_elsewhere(kind: str, hit: Hit, evidence: Evidence) -> bool:
    """Whether it is said of somebody else, or of the writer."""
    if kind == "absolute":
        return _is_of_others(hit, evidence) or _is_of_oneself(hit, evidence) or _is_denied(hit, evidence)
    if kind == "contempt":
        return _is_called(hit, evidence) and _READER.isdisjoint(_clause(hit, evidence))
    near = evidence.reading.before(hit.first, 3)
    if near and near[0] in _GIVEN and _opens_with_you(hit, evidence):
        return "i" in near
    opened = evidence.reading.words[hit.first].form
    return opened in _THIRD or near[:1] == ["for"] or ("i" in near and not _BEING.isdisjoint(near))


def _opens_with_you(hit: Hit, evidence: Evidence) -> bool:
    """Whether "you" is its first word: after "I promised" it is whom something was promised to."""
    return evidence.reading.words[hit.first].form == "you"


def _is_called(hit: Hit, evidence: Evidence) -> bool:
    """ "Our daughter is very clever": in earnest, where "how clever" alone would be mockery."""
    return evidence.reading.before(hit.first, 1)[:1] in (["is"], ["was"], ["are"], ["were"])


def _is_of_others(hit: Hit, evidence: Evidence) -> bool:
    """ "A tree that never gives lemons", but not "work always comes first" or "it always ends in a fight"."""
    subject = _subject(hit, evidence)
    if subject in _SELF | _BOTH:
        return False
    if subject in _WISHING or _heads(hit, evidence) & _PEOPLE:
        return True
    clause = _clause(hit, evidence)
    if evidence.reading.words[hit.first].form in {"every", "each"}:
        clause |= _READER & evidence.reading.vocabulary
    of_them = not (_BOTH | {"same"}).isdisjoint(evidence.reading.vocabulary)
    if len(clause) <= _FRAGMENT and _stands_alone(hit, evidence) and of_them:
        return False
    near = _NEARNESS - _OWNERS if subject in _ARTICLES else _NEARNESS
    return subject in _THIRD or near.isdisjoint(clause)


def _stands_alone(hit: Hit, evidence: Evidence) -> bool:
    """Whether it opens what stands between two marks: "..., every single day"."""
    return evidence.reading.words[hit.first - 1].form in MARKS


def _is_of_oneself(hit: Hit, evidence: Evidence) -> bool:
    """ "I always say I'll stop and I never do", but not "I always come last"."""
    return _subject(hit, evidence) in _SELF and not touches(hit, covered(evidence["carried"]))


def _is_denied(hit: Hit, evidence: Evidence) -> bool:
    """ "You don't owe me cheerfulness every minute", "you drove me every single day and never complained"."""
    if evidence.reading.words[hit.first].form not in _EVERY:
        return False
    praised = any(_opens_with_you(fond, evidence) for fond in evidence["fond"])
    return praised or "not" in evidence.reading.before(hit.first, 8)


def _subject(hit: Hit, evidence: Evidence) -> str:
    """The word that opens the clause of a match, or of the clause before where it has no subject of its own."""
    words = evidence.reading.words
    place = _opening(hit.first, evidence)
    if words[place].form in _LACKING and place == hit.first and place > 2:
        place = _opening(place - 2, evidence)
    return words[place].form


def _heads(hit: Hit, evidence: Evidence) -> set[str]:
    """The first two words of its clause: "the kids never ..."."""
    first = _opening(hit.first, evidence)
    return {word.form for word in evidence.reading.words[first : first + 2]}


def _opening(place: int, evidence: Evidence) -> int:
    words = evidence.reading.words
    while place > 1 and words[place - 1].form not in MARKS and words[place - 1].form not in _JOINTS:
        place -= 1
    return place


def _clause(hit: Hit, evidence: Evidence) -> set[str]:
    words = evidence.reading.words
    first, last = hit.first, hit.last
    while first > 1 and words[first - 1].form not in MARKS and words[first - 1].form not in _BACK:
        first -= 1
    while last < len(words) and words[last].form not in MARKS and words[last].form not in _ON:
        last += 1
    return {word.form for word in words[first:last]}
