"""Word data and rules as one frozen object. Pure: the YAML is read elsewhere; here are only plain dicts and strings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from sys import intern
from typing import Any

from bot.phrasing.forms import verb_forms
from bot.phrasing.grammar import NAMES, Grammar
from bot.phrasing.opinion import Opinion
from bot.phrasing.pattern import Part, Rule, compile_rule, places
from bot.phrasing.reading import Hit, Reading, hide_quotes
from bot.phrasing.spelling import MARKS, Choice, Spelling, words_of
from bot.phrasing.tokens import tokenize

RulesOf = Mapping[str, tuple[int, ...]]  # of a word: by group, the places of the rules that need it
# Groups that only take matches away; a negation before them changes nothing.
_EXCEPTIONS = frozenset((
    "harmless", "elsewhere", "relatives", "far_past", "settled", "settled_now", "relapsed", "returning",
    "foreign_feeling", "fond", "fond_frame", "taken_back", "carried", "unkind", "shared",
))  # fmt: skip
_QUESTION = ":q:"
_SECTIONS = ("spelling", "before", "symbols", "verbs", "common", "classes", "rules", "rewrites")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything about one language. Built once by `from_data`; safe to share."""

    spelling: Spelling
    classes: Mapping[str, frozenset[str]]
    rules: Mapping[str, tuple[Rule, ...]]
    rewrites: Mapping[str, str]
    grammar: Grammar = field(default_factory=Grammar)
    by_word: Mapping[str, RulesOf] = field(default_factory=dict)
    on_danger: Opinion | None = None
    on_letters: Opinion | None = None
    on_causes: Opinion | None = None

    @staticmethod
    def from_data(data: Mapping[str, Any], opinions: Mapping[str, Opinion] | None = None) -> "Lexicon":
        """Build from the merged YAML (see `join`) and what was learned, by the name of its file.

        Raises ValueError naming the key that is malformed.
        """
        learned = opinions or {}
        return replace(
            _Builder(data).build(),
            on_danger=learned.get("danger"),
            on_letters=learned.get("letters"),
            on_causes=learned.get("causes"),
        )

    @staticmethod
    def empty() -> "Lexicon":
        """No words at all: it finds nothing."""
        return Lexicon.from_data({section: {} for section in _SECTIONS})

    def lacking(self) -> list[str]:
        """Classes that the code asks for by name and this language has not; they are empty."""
        return sorted(NAMES - self.classes.keys())

    def read(self, text: str, *, quotes: bool) -> Reading:
        """The text as rules see it; with `quotes` the words of a quotation stay visible."""
        words = words_of(tokenize(text), self.spelling)
        shown = [w for w in words if w.form != '"'] if quotes else hide_quotes(words)
        words_of_rules = {".", *(word.form for word in shown)} & self.by_word.keys()
        return Reading(shown, [self.by_word[word] for word in words_of_rules])

    def find(self, group: str, reading: Reading) -> list[Hit]:
        """All matches of a group's rules, in order of the text; under a negation only where a rule says so."""
        places = {place for rules in reading.worth_trying if group in rules for place in rules[group]}
        if not places:
            return []
        hits = []
        guarded = not group.startswith("not_") and group not in _EXCEPTIONS
        rules = self.rules[group]
        for place in sorted(places):
            rule = rules[place]
            for match in rule.regex.finditer(reading.line):
                hit = reading.hit(rule.source, match.start(), match.end(), rule.marks)
                if not guarded or "negated" in rule.marks or not self.is_negated(reading, hit.first):
                    hits.append(hit)
        return sorted(hits, key=lambda hit: (hit.first, -hit.last))

    def is_negated(self, reading: Reading, place: int) -> bool:
        """Whether one of the three words before a place denies it; what denies the clause before does not."""
        near = takewhile(lambda word: word not in self.grammar.denial_border, reading.before(place, 3))
        return any(word in self.grammar.negator for word in near)


def join(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Merge several files: sections are joined, a key inside a section may occur once. Raises ValueError."""
    whole: dict[str, Any] = {}
    for part in parts:
        for section, content in part.items():
            if not isinstance(content, Mapping):
                raise ValueError(f"{section}: a mapping is needed")  # noqa: TRY004 - data, not a call
            known = whole.setdefault(section, {})
            for key, value in content.items():
                if key in known:
                    raise ValueError(f"{section}.{key}: occurs twice")
                known[key] = value
    return whole


def _lines(key: str, value: object) -> list[str]:
    if not isinstance(value, str):
        raise ValueError(f"{key}: a block of lines is needed")  # noqa: TRY004 - data, not a call
    return [line.strip() for line in value.splitlines() if line.strip() and not line.strip().startswith("#")]


def _entries(key: str, value: object) -> Iterator[str]:
    for line in _lines(key, value):
        yield from (entry.strip() for entry in line.split(",") if entry.strip())


class _Builder:
    def __init__(self, data: Mapping[str, Any]) -> None:
        for section in _SECTIONS:
            if not isinstance(data.get(section), Mapping):
                raise ValueError(f"{section}: a mapping is needed")  # noqa: TRY004 - data, not a call
        unknown = set(data) - set(_SECTIONS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a section")
        self.data = data
        self.irregular = self._verbs()
        self.classes: dict[str, frozenset[str]] = {}
        self.open: set[str] = set()
        self.weights = {word: 60 for key, value in data["common"].items() for word in _entries(f"common.{key}", value)}
        self.weights |= dict.fromkeys(MARKS, 500)

    def _verbs(self) -> dict[str, tuple[str, ...]]:
        table = {}
        for key, value in self.data["verbs"].items():
            for entry in _entries(f"verbs.{key}", value):
                base, *past = entry.split()
                table[base] = tuple(past)
        return table

    def resolve(self, piece: str) -> frozenset[str]:
        """Words meant by a class (`@name`), a verb (`name+`) or a plain word."""
        if piece.startswith("@"):
            return self.class_words(piece[1:])
        if piece == _QUESTION:
            return frozenset("?")
        base, plus, which = piece.partition("+")
        return frozenset(verb_forms(base, self.irregular, which)) if plus else frozenset((piece,))

    def class_words(self, name: str) -> frozenset[str]:
        """Phrases of a class; `name+d` and the like ask for one form of the verbs in it."""
        base, _, which = name.partition("+")
        if name not in self.classes:
            if base not in self.data["classes"]:
                raise ValueError(f"classes.{base}: unknown")
            if name in self.open:
                raise ValueError(f"classes.{base}: contains itself")
            self.open.add(name)
            self.classes[name] = frozenset(self._phrases(base, which))
            self.open.discard(name)
        return self.classes[name]

    def _phrases(self, name: str, which: str) -> Iterator[str]:
        for entry in _entries(f"classes.{name}", self.data["classes"][name]):
            if entry.startswith("@"):
                yield from self.class_words(entry[1:] + (f"+{which}" if which else ""))
            else:
                yield from self._expanded(entry.split(), which)

    def _expanded(self, words: list[str], which: str) -> list[str]:
        phrases = [""]
        for word in words:
            base, plus, own = word.partition("+")
            forms = verb_forms(base, self.irregular, which or own) if plus else (word,)
            phrases = [f"{phrase} {form}".strip() for phrase in phrases for form in forms]
        return [intern(phrase) for phrase in phrases]

    def _rules(self, name: str, value: object, known: dict[str, Part]) -> tuple[Rule, ...]:
        rules = []
        for line in _lines(f"rules.{name}", value):
            try:
                rules.append(compile_rule(line, self.resolve, self.weights, known))
            except ValueError as error:
                raise ValueError(f"rules.{name}: {line!r}: {error}") from error
        return tuple(rules)

    def _pairs(self, section: str) -> dict[str, tuple[str, ...]]:
        table = {}
        for key, value in self.data[section].items():
            for entry in _entries(f"{section}.{key}", value):
                written, equals, meant = entry.partition("=")
                if not equals:
                    raise ValueError(f"{section}.{key}: {entry!r} has no '='")
                table[written.strip()] = tuple(meant.split())
        return table

    def _before(self) -> dict[str, tuple[Choice, ...]]:
        """From `written @following = meant`, or `written @following !@but_after = meant`."""
        table: dict[str, list[Choice]] = {}
        for left, meant in self._pairs("before").items():
            written, _, names = left.partition(" ")
            following, _, but_after = names.partition(" !")
            words = [
                self.class_words(name.removeprefix("@")) if name else frozenset() for name in (following, but_after)
            ]
            table.setdefault(written, []).append(Choice(words[0], words[1], meant))
        return {written: tuple(choices) for written, choices in table.items()}

    def build(self) -> Lexicon:
        for name in self.data["classes"]:
            self.class_words(name)
        grammar = Grammar.of(self.classes)
        known = places(grammar.clause_start)
        rules = {name: self._rules(name, value, known) for name, value in self.data["rules"].items()}
        plain = self._pairs("spelling")
        clitics = tuple(sorted(grammar.clitic, key=len, reverse=True))
        symbols = {written: " ".join(meant) for written, meant in self._pairs("symbols").items()}
        spelling = Spelling(plain, self._before(), self._known(plain), symbols, clitics)
        rewrites = self.data["rewrites"]
        for key, value in rewrites.items():
            if not isinstance(value, str):
                raise ValueError(f"rewrites.{key}: a text is needed")  # noqa: TRY004 - data, not a call
        return Lexicon(spelling, dict(self.classes), rules, dict(rewrites), grammar, _by_word(rules))

    def _known(self, plain: Mapping[str, object]) -> frozenset[str]:
        words = {word for phrases in self.classes.values() for phrase in phrases for word in phrase.split()}
        return frozenset(map(intern, words | set(self.weights) | set(plain) | set(self.irregular)))


def _by_word(rules: Mapping[str, tuple[Rule, ...]]) -> dict[str, RulesOf]:
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for group, ruled in rules.items():
        for place, rule in enumerate(ruled):
            for word in rule.keys:
                needed = found.setdefault(word, {})
                needed[group] = (*needed.get(group, ()), place)
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}  # words of one class are needed by the same rules
    return {
        word: {group: shared.setdefault(places, places) for group, places in needed.items()}
        for word, needed in found.items()
    }
