"""The small language of rules, made into regular expressions that cannot explode. Pure.

Elements, parted by blanks: word, word+ (any verb form; +0 +s +d +g for one), @class, a|b, (a b|c d), x? (may be
missing), !x (must not follow), ..3 (up to three words between), ~3 (the same, commas too), =3 (the same, across
sentences), ^ (start of a sentence), % (start of a clause), $ (end of a clause), :q: (a question mark). There is no
unbounded repetition, so a match costs a constant.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

_PIECE = re.compile(r"\(|\)|\||\?|!|\^|%|\$|\.\.\d+|~\d+|=\d+|@[a-z_0-9]+(?:\+[0sdg]?)?|[^\s()|?!^%$]+")
_START = r"(?<=[.!?;:\"] )"
_CLAUSE = r"(?:(?<=[.,!?;:\"-] )|(?<= and )|(?<= but )|(?<= so )|(?<= then )|(?<= bc )|(?<= because ))"
_END = r"(?=[.,!?;:\"-] )"
_WORD = r"(?:['\w]\S* )"
_WORD_OR_COMMA = r"(?:(?:['\w]\S*|[,-]) )"
_ANYTHING = r"(?:\S+ )"
_GAPS = {".": _WORD, "~": _WORD_OR_COMMA, "=": _ANYTHING}

Phrases = frozenset[str]
Resolve = Callable[[str], Phrases]


@dataclass(frozen=True, slots=True)
class _Part:
    """Regular expression source, the words that it may begin with, and whether it may match nothing."""

    source: str
    firsts: frozenset[str]
    empty: bool


def trie_source(phrases: Iterable[str]) -> str:
    """One alternation without common prefixes, so that a miss is noticed at the first letter."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for phrase in phrases:
        node = root
        for letter in phrase:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _trie(root)


def _trie(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    ends = "" in node
    branches = []
    for letter in sorted(key for key in node if key):
        run, below = letter, node[letter]
        while len(below) == 1 and "" not in below:
            following = next(iter(below))
            run, below = run + following, below[following]
        branches.append(re.escape(run) + ("" if set(below) == {""} else _trie(below)))
    joined = "|".join(branches)
    if ends:
        return f"(?:{joined})?" if branches else ""
    return joined if len(branches) == 1 else f"(?:{joined})"


class _Reader:
    """Recursive descent over the pieces of one rule."""

    def __init__(self, source: str, resolve: Resolve) -> None:
        self.pieces: list[str] = _PIECE.findall(source)
        self.place = 0
        self.resolve = resolve

    def peek(self) -> str:
        return self.pieces[self.place] if self.place < len(self.pieces) else ""

    def take(self) -> str:
        piece = self.peek()
        self.place += 1
        return piece

    def sequence(self) -> list[_Part]:
        parts = []
        while self.peek() not in {"", ")"} and not (self.peek() == "|" and self.depth_bar):
            parts.append(self.element())
        return parts

    depth_bar = False

    def element(self) -> _Part:
        if self.peek() == "!":
            self.take()
            inner = self.atom()
            return _Part(f"(?!{inner.source})", frozenset(), empty=True)
        part = self.atom()
        if self.peek() == "?":
            self.take()
            return _Part(f"(?:{part.source})?", part.firsts, empty=True)
        return part

    def atom(self) -> _Part:
        piece = self.take()
        if piece == "(":
            return self.group()
        fixed = {"^": _START, "%": _CLAUSE, "$": _END}.get(piece)
        if fixed is not None:
            return _Part(fixed, frozenset(), empty=True)
        if piece[0] in _GAPS and piece.lstrip(".~=").isdigit():
            size = int(piece.lstrip(".~="))
            return _Part(f"{_GAPS[piece[0]]}{{0,{size}}}?", frozenset(), empty=True)
        return self.words(piece)

    def words(self, piece: str) -> _Part:
        phrases = set(self.resolve(piece))
        while self.peek() == "|" and not self.depth_bar:
            self.take()
            phrases |= self.resolve(self.take())
        if not phrases:
            raise ValueError(f"no words for {piece!r}")
        return _Part(trie_source(phrases) + " ", frozenset(p.split(" ", 1)[0] for p in phrases), empty=False)

    def group(self) -> _Part:
        outer, self.depth_bar = self.depth_bar, True
        choices = [_joined(self.sequence())]
        while self.peek() == "|":
            self.take()
            choices.append(_joined(self.sequence()))
        if self.take() != ")":
            raise ValueError("a bracket is not closed")
        self.depth_bar = outer
        firsts = frozenset().union(*(choice.firsts for choice in choices))
        source = "(?:" + "|".join(choice.source for choice in choices) + ")"
        return _Part(source, firsts, empty=any(choice.empty for choice in choices))


def _joined(parts: list[_Part]) -> _Part:
    firsts: set[str] = set()
    empty = True
    for part in parts:
        if empty:
            firsts |= part.firsts
        empty = empty and part.empty
    return _Part("".join(part.source for part in parts), frozenset(firsts), empty=empty)


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule. `keys`: words of which one must occur for it to be worth trying. `marks`: what follows `::`."""

    source: str
    regex: re.Pattern[str]
    keys: frozenset[str]
    marks: frozenset[str]


def compile_rule(line: str, resolve: Resolve, weights: Mapping[str, int]) -> Rule:
    """Read one line `pattern :: marks`. Raises ValueError when it cannot be read or has no word to look for."""
    body, _, tail = line.partition(" :: ")
    reader = _Reader(body, resolve)
    parts = reader.sequence()
    if reader.place < len(reader.pieces):
        raise ValueError(f"an unexpected {reader.peek()!r}")
    solid = [part for part in parts if not part.empty and part.firsts]
    if not solid:
        raise ValueError("no word that must occur")
    key = min(solid, key=lambda part: sum(weights.get(word, 1) for word in part.firsts))
    regex = re.compile("(?<= )" + "".join(part.source for part in parts))
    return Rule(body.strip(), regex, key.firsts, frozenset(tail.split()))
