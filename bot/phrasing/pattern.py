"""The small language of rules, made into regular expressions that cannot explode. Pure.

Elements, parted by blanks: word, word+ (any verb form; +0 +s +d +g for one), @class, a|b, (a b|c d), x? (may be
missing), !x (must not follow), ..3 (up to three words between), ~3 (the same, commas too), =3 (the same, across
sentences), ^ (start of a sentence), % (start of a clause), $ (end of a clause), :q: (a question mark). There is no
unbounded repetition, so a match costs a constant.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from sys import intern
from typing import NamedTuple

_PIECE = re.compile(r"\(|\)|\||\?|!|\^|%|\$|\.\.\d+|~\d+|=\d+|@[a-z_0-9]+(?:\+[0sdg]?)?|[^\s()|?!^%$]+")
_START = r"(?<=[.!?;:\"] )"
_MARK = r"(?<=[.,!?;:\"-] )"
_END = r"(?=[.,!?;:\"-] )"
_WORD = r"(?:['\w]\S* )"
_WORD_OR_COMMA = r"(?:(?:['\w]\S*|[,-]) )"
_ANYTHING = r"(?:\S+ )"
_GAPS = {".": _WORD, "~": _WORD_OR_COMMA, "=": _ANYTHING}

Phrases = frozenset[str]
Resolve = Callable[[str], Phrases]
_NO_WORDS: Phrases = frozenset()


class Part(NamedTuple):
    """Regular expression source, the words that it may begin with, and whether it may match nothing."""

    source: str
    firsts: frozenset[str]
    empty: bool


def trie_source(phrases: Phrases) -> str:
    """One alternation without common prefixes, so that a miss is noticed at the first letter."""
    if len(phrases) == 1:
        return re.escape(*phrases)
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
    """Recursive descent over the pieces of one rule; `piece` is the one to be read next, "" after the last."""

    def __init__(self, source: str, resolve: Resolve, known: dict[str, Part]) -> None:
        self.pieces = iter(_PIECE.findall(source))
        self.piece = next(self.pieces, "")
        self.resolve = resolve
        self.known = known
        self.in_group = False

    def take(self) -> str:
        piece, self.piece = self.piece, next(self.pieces, "")
        return piece

    def sequence(self) -> list[Part]:
        parts = []
        ends = ("", ")", "|") if self.in_group else ("", ")")
        while self.piece not in ends:
            parts.append(self.element())
        return parts

    def element(self) -> Part:
        if self.piece == "!":
            self.take()
            return Part(f"(?!{self.atom().source})", _NO_WORDS, empty=True)
        part = self.atom()
        if self.piece == "?":
            self.take()
            return Part(f"(?:{part.source})?", part.firsts, empty=True)
        return part

    def atom(self) -> Part:
        piece = self.take()
        if piece == "(":
            return self.group()
        if self.piece == "|" and not self.in_group:
            return self.choice(piece)
        return self.known.get(piece) or self.remember(piece, _fixed(piece) or self.words(piece))

    def choice(self, piece: str) -> Part:
        """Outside of brackets a bar stands between words: a|b."""
        pieces = [piece]
        while self.piece == "|":
            self.take()
            pieces.append(self.take())
        written = "|".join(pieces)
        return self.known.get(written) or self.remember(written, self.words(*pieces))

    def remember(self, written: str, part: Part) -> Part:
        self.known[written] = part
        return part

    def words(self, *pieces: str) -> Part:
        if "" in pieces:
            raise ValueError("a word is missing at the end")
        phrases = _NO_WORDS.union(*map(self.resolve, pieces))
        if not phrases:
            raise ValueError(f"no words for {pieces[0]!r}")
        firsts = frozenset(intern(phrase.split(" ", 1)[0]) for phrase in phrases)
        return Part(trie_source(phrases) + " ", firsts, empty=False)

    def group(self) -> Part:
        outer, self.in_group = self.in_group, True
        choices = [_joined(self.sequence())]
        while self.piece == "|":
            self.take()
            choices.append(_joined(self.sequence()))
        if self.take() != ")":
            raise ValueError("a bracket is not closed")
        self.in_group = outer
        source = "(?:" + "|".join([choice.source for choice in choices]) + ")"
        firsts = _NO_WORDS.union(*[choice.firsts for choice in choices])
        return Part(source, firsts, empty=any(choice.empty for choice in choices))


def _fixed(piece: str) -> Part | None:
    """A gap, which needs no word."""
    if piece[:1] in _GAPS and (size := piece.lstrip(".~=")).isdigit():
        return Part(f"{_GAPS[piece[0]]}{{0,{int(size)}}}?", _NO_WORDS, empty=True)
    return None


def places(clause_starts: Phrases) -> dict[str, Part]:
    """The elements that are places: what `known` holds at first. A clause begins after a mark or after these words."""
    words = [f"(?<= {re.escape(word)} )" for word in sorted(clause_starts)]
    sources = {"^": _START, "%": f"(?:{'|'.join([_MARK, *words])})", "$": _END}
    return {piece: Part(source, _NO_WORDS, empty=True) for piece, source in sources.items()}


def _joined(parts: list[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    source = "".join([part.source for part in parts])
    if parts and not parts[0].empty:
        return Part(source, parts[0].firsts, empty=False)
    solid = next((place for place, part in enumerate(parts) if not part.empty), len(parts))
    firsts = _NO_WORDS.union(*[part.firsts for part in parts[: solid + 1]])
    return Part(source, firsts, empty=solid == len(parts))


@dataclass(frozen=True)
class Rule:
    """A rule. `keys`: words of which one must occur for it to be worth trying. `marks`: what follows `::`."""

    source: str
    expression: str
    keys: frozenset[str]
    marks: frozenset[str]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Made when it is first tried: most rules never are, and this is most of the time of reading them."""
        return re.compile(self.expression)


def compile_rule(line: str, resolve: Resolve, weights: Mapping[str, int], known: dict[str, Part]) -> Rule:
    """Read one line `pattern :: marks`. Raises ValueError when it cannot be read or has no word to look for.

    `known` begins with `places`, and keeps the words that were read before, since rules share most of them.
    """
    body, _, tail = line.partition(" :: ")
    reader = _Reader(body, resolve, known)
    parts = reader.sequence()
    if reader.piece:
        raise ValueError(f"an unexpected {reader.piece!r}")
    solid = [part for part in parts if not part.empty and part.firsts]
    if not solid:
        raise ValueError("no word that must occur")
    key = min(solid, key=lambda part: sum(weights.get(word, 1) for word in part.firsts))
    expression = "(?<= )" + "".join(part.source for part in parts)
    return Rule(body.strip(), expression, key.firsts, _marks(tail))


@cache
def _marks(tail: str) -> frozenset[str]:
    return frozenset(tail.split())
