"""One text as rules see it: canonical words in one string, with the way back to offsets. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.phrasing.spelling import MARKS, Word

_QUOTE = "quoted"
# No look-around goes further than this many words, so that time stays linear in the length of a text.
FAR = 120


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule matched: words `first` up to (not including) `last`; `start`, `end` are offsets in the text."""

    rule: str
    first: int
    last: int
    start: int
    end: int
    marks: frozenset[str]


class Reading:
    """Words in order, their joined `line` and a table of where each begins in it.

    `worth_trying` are the rules that need one of the words: for each word, by group, their places.
    """

    def __init__(self, words: list[Word], worth_trying: Sequence[Mapping[str, tuple[int, ...]]]) -> None:
        self.worth_trying = worth_trying
        self.words = [Word(".", 0, 0), *words, Word(".", words[-1].end if words else 0, words[-1].end if words else 0)]
        self.starts: list[int] = []
        pieces = []
        place = 1
        for word in self.words:
            self.starts.append(place)
            pieces.append(word.form)
            place += len(word.form) + 1
        self.line = " " + " ".join(pieces) + " "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(word.form for word in self.words)

    def hit(self, rule: str, start: int, end: int, marks: frozenset[str]) -> Hit:
        """The words between two places of the line."""
        first = bisect_right(self.starts, start) - 1
        last = max(first + 1, bisect_right(self.starts, end - 1))
        covered = [w for w in self.words[first:last] if w.end > w.start] or self.words[first : first + 1]
        return Hit(rule, first, last, covered[0].start, covered[-1].end, marks)

    def before(self, place: int, count: int) -> list[str]:
        """Up to `count` words before a place, nearest first, not across punctuation."""
        found: list[str] = []
        for word in reversed(self.words[max(0, place - count) : place]):
            if word.form in MARKS:
                break
            found.append(word.form)
        return found

    def sentence(self, place: int) -> tuple[int, int]:
        """Bounds of the sentence around a place, in words."""
        first = place
        while first > max(0, place - FAR) and self.words[first - 1].form not in _ENDS:
            first -= 1
        last = place
        while last < min(len(self.words), place + FAR) and self.words[last].form not in _ENDS:
            last += 1
        return first, last


_ENDS = frozenset(".!?")


def hide_quotes(words: list[Word]) -> list[Word]:
    """Replace what stands between two quotation marks on one line by the single word `quoted`."""
    kept: list[Word] = []
    place = 0
    while place < len(words):
        close = _closing(words, place) if words[place].form == '"' else None
        if close is None:
            kept.append(words[place])
            place += 1
        else:
            kept.append(Word(_QUOTE, words[place].start, words[close].end))
            place = close + 1
    return [word for word in kept if word.form != '"']


def _closing(words: list[Word], opening: int) -> int | None:
    for place in range(opening + 1, min(len(words), opening + 40)):
        if words[place].form == '"':
            return place
    return None
