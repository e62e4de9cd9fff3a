"""What the rules find in one message, with their exceptions taken off. Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.phrasing.grammar import Grammar
from bot.phrasing.lexicon import Lexicon
from bot.phrasing.reading import FAR, Hit, Reading

_JUDGING = ("label", "mind", "demand", "contempt", "accuse")


def covered(hits: Iterable[Hit]) -> set[int]:
    """The places of all words in these matches."""
    return {place for hit in hits for place in range(hit.first, hit.last)}


def touches(hit: Hit, places: AbstractSet[int]) -> bool:
    """Whether one of the match's words is at one of these places."""
    return any(place in places for place in range(hit.first, hit.last))


def overlaps(hit: Hit, others: Iterable[Hit]) -> bool:
    """Whether it shares a word with one of the others."""
    return any(hit.first < other.last and other.first < hit.last for other in others)


def within(hit: Hit, others: Iterable[Hit]) -> bool:
    """Whether one of the others covers it."""
    return any(other.first <= hit.first and hit.last <= other.last for other in others)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Matches by kind, in the order of the text, and the reading that they were found in."""

    reading: Reading
    lexicon: Lexicon
    found: dict[str, tuple[Hit, ...]]

    def __getitem__(self, kind: str) -> tuple[Hit, ...]:
        return self.found.get(kind, ())

    @property
    def grammar(self) -> Grammar:
        """The words of the language that are asked for by name."""
        return self.lexicon.grammar

    def has(self, words: AbstractSet[str]) -> bool:
        """Whether one of the words occurs."""
        return not self.reading.vocabulary.isdisjoint(words)

    def judgements(self) -> list[Hit]:
        """Everything that judges the other, in the order of the text."""
        return sorted((hit for kind in _JUDGING for hit in self[kind]), key=lambda hit: hit.first)


def gather(text: str, lexicon: Lexicon) -> Evidence:
    """Run every rule group over the text."""
    reading = lexicon.read(text, quotes=False)
    raw = {group: tuple(lexicon.find(group, reading)) for group in _GROUPS}
    found = {kind: _kept(kind, raw) for kind in raw}
    grammar = lexicon.grammar
    foreign = covered(hit for hit in raw["foreign_feeling"] if not _says_i(hit, reading, grammar))
    found["feeling"] = tuple(hit for hit in raw["feeling"] if not _is_foreign(hit, foreign, reading, grammar))
    found["situation"] = _outside_wishes(found, reading, grammar)
    return Evidence(reading, lexicon, found)


_GROUPS = frozenset((
    "frame", "feel_like_you", "kind_frame", "feeling", "foreign_feeling", "faux_act", "not_faux_act", "victim_role",
    "faux_connect", "label", "not_label", "mind", "not_mind", "demand", "not_demand", "contempt", "not_contempt",
    "absolute", "not_absolute", "accuse", "not_accuse", "need", "not_need", "vague_need", "situation", "not_situation",
    "to_bot", "slang", "outsider_subject", "sees_partner", "not_sees_partner", "threat", "not_threat",
    "fond", "fond_frame", "taken_back", "carried", "unkind", "shared",
))  # fmt: skip


def _says_i(hit: Hit, reading: Reading, grammar: Grammar) -> bool:
    """ "The kids I got scared": the feeling after an "I" is the writer's own."""
    return any(word.form in grammar.first_person_subject for word in reading.words[hit.first + 1 : hit.last])


def _is_foreign(feeling: Hit, foreign: set[int], reading: Reading, grammar: Grammar) -> bool:
    """Whether the word of feeling, the last of the match, is said of somebody else."""
    if feeling.last - 1 in foreign:
        return True
    between = reading.words[feeling.first + 1 : feeling.last - 1]
    if reading.words[feeling.first].form not in grammar.first_person_subject:
        return False
    return any(word.form in grammar.other_subject_plural for word in between[:-1])


def _kept(kind: str, raw: dict[str, tuple[Hit, ...]]) -> tuple[Hit, ...]:
    exceptions = covered(raw.get(f"not_{kind}", ()))
    return tuple(hit for hit in raw[kind] if not touches(hit, exceptions))


def _outside_wishes(found: dict[str, tuple[Hit, ...]], reading: Reading, grammar: Grammar) -> tuple[Hit, ...]:
    """Situations, less what lies in a wish, in an order or inside a verdict on the other."""
    closed = [_wish_bounds(hit, reading, grammar) for hit in found["need"]]
    closed += [(hit.first, reading.sentence(hit.first)[1]) for hit in found["demand"]]
    # Marked `act`: "you came late on purpose" guesses at the purpose, and the coming late could be seen.
    closed += [(hit.first, hit.last) for kind in _VERDICTS for hit in found[kind] if "act" not in hit.marks]
    closed += [(hit.last, _clause_end(hit.last, reading, grammar)) for kind in _COLOURING for hit in found[kind]]
    places = {place for first, last in closed for place in range(first, last)}
    return tuple(hit for hit in found["situation"] if not touches(hit, places))


_VERDICTS = ("mind", "label", "faux_act", "victim_role", "feel_like_you")
# "You act like an idiot in front of my parents": where a verdict is passed is no event.
_COLOURING = ("mind", "label", "victim_role")
_STOPS = frozenset(".!?;")
_BREAKS = frozenset(".!?;,:-")


def _clause_end(place: int, reading: Reading, grammar: Grammar) -> int:
    ends = (_BREAKS, grammar.border_before_wish, grammar.border_after_wish, grammar.person_subject)
    limit = min(len(reading.words), place + FAR)
    while place < limit and not any(reading.words[place].form in words for words in ends):
        place += 1
    return place


def _wish_bounds(hit: Hit, reading: Reading, grammar: Grammar) -> tuple[int, int]:
    """The words of a wish: back to the start of its clause, on to the end of the sentence or to a reason."""
    first, last = hit.first, hit.last
    before, after = grammar.border_before_wish, grammar.border_after_wish
    while first > max(0, hit.first - FAR) and not _is_in(reading.words[first - 1].form, _BREAKS, before):
        first -= 1
    limit = min(len(reading.words), last + FAR)
    while last < limit and not _is_in(reading.words[last].form, _STOPS, after):
        last += 1
    return first, last


def _is_in(form: str, marks: frozenset[str], words: frozenset[str]) -> bool:
    return form in marks or form in words
