"""How people type on phones: slang, lost apostrophes, stretched words. Pure; the words come from the lexicon."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.phrasing.tokens import Token


@dataclass(frozen=True, slots=True)
class Word:
    """A word as rules read it; several may stand for one token (don't = do not)."""

    form: str
    start: int
    end: int


class Choice(NamedTuple):
    """What is meant where the next word is one of `following`, and the word before is none of `but_after`."""

    following: frozenset[str]
    but_after: frozenset[str]
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """`plain`: written form -> words meant. `before`: the same, where the next word belongs to a class.

    `clitics` end a word and are read as words of their own, the longer ones first.
    """

    plain: Mapping[str, tuple[str, ...]]
    before: Mapping[str, tuple[Choice, ...]]
    known: frozenset[str]
    symbols: Mapping[str, str]
    clitics: tuple[str, ...]


def _squeezed(form: str) -> tuple[str, str]:
    """A stretched word with its runs of three or more cut to two and to one: sooooo -> soo, so."""
    two: list[str] = []
    one: list[str] = []
    run = 0
    for place, letter in enumerate(form):
        run = run + 1 if place and form[place - 1] == letter else 1
        if run <= 2:
            two.append(letter)
        if run == 1:
            one.append(letter)
    return "".join(two), "".join(one)


def _is_stretched(form: str) -> bool:
    return any(a == b == c for a, b, c in zip(form, form[1:], form[2:], strict=False))


def _slips(form: str) -> list[str]:
    """Readings of a word with one swapped pair, or with one double letter made single or single letter doubled."""
    found = [form[:i] + form[i + 1] + form[i] + form[i + 2 :] for i in range(1, len(form) - 1)]
    found += [form[:i] + form[i + 1 :] for i in range(1, len(form)) if form[i] == form[i - 1]]
    found += [form[:i] + form[i] + form[i:] for i in range(1, len(form))]
    return found


def _mended(form: str, spelling: Spelling) -> str:
    if form in spelling.known or not form.isalpha():
        return form
    if _is_stretched(form):
        two, one = _squeezed(form)
        return next((x for x in (two, one) if x in spelling.known), two)
    if 6 <= len(form) <= 20:
        return next((x for x in _slips(form) if x in spelling.known), form)
    return form


def _meant(form: str, previous: str, following: str, spelling: Spelling) -> tuple[str, ...]:
    for choice in spelling.before.get(form, ()):
        if following in choice.following and previous not in choice.but_after:
            return choice.meant
    if form in spelling.plain:
        return spelling.plain[form]
    mended = _mended(form, spelling)
    if mended in spelling.plain:
        return spelling.plain[mended]
    if not mended.endswith(spelling.clitics):
        return _parts(mended, spelling)
    clitic = next(ending for ending in spelling.clitics if mended.endswith(ending))
    return (*_parts(mended.removesuffix(clitic), spelling), clitic)


def _parts(form: str, spelling: Spelling) -> tuple[str, ...]:
    """A hyphenated word stays whole when it is known."""
    if "-" not in form or form in spelling.known:
        return (form,)
    return tuple(word for part in form.split("-") for word in spelling.plain.get(part, (part,)))


def _spread(token: Token, meaning: tuple[str, ...]) -> list[Word]:
    return [Word(form, token.start, token.end) for form in meaning if form]


def words_of(tokens: tuple[Token, ...], spelling: Spelling) -> list[Word]:
    """The words as meant, each with the offsets of the token that it was typed as."""
    words: list[Word] = []
    for place, token in enumerate(tokens):
        if token.is_word:
            following = tokens[place + 1].form if place + 1 < len(tokens) else "."
            previous = words[-1].form if words else "."
            words += _spread(token, _meant(token.form, previous, following, spelling))
        else:
            words += _spread(token, (spelling.symbols.get(token.form, token.form),))
    words = _merged(words, spelling)
    return [word for word in words if word.form[0].isalnum() or word.form in MARKS or word.form[0] in "':"]


def _merged(words: list[Word], spelling: Spelling) -> list[Word]:
    """Pairs that are one word for the rules: any more = anymore."""
    kept: list[Word] = []
    for word in words:
        meant = spelling.plain.get(f"{kept[-1].form} {word.form}") if kept else None
        if meant:
            kept[-1] = Word(meant[0], kept[-1].start, word.end)
        else:
            kept.append(word)
    return kept


MARKS = frozenset('.,!?;:"-')
