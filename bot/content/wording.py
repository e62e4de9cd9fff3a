"""The text check: words and lengths that do not belong in what people read. The words stand in dialogs/wording.yaml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.content.yaml_file import read_yaml
from bot.engine.diagnostics import Diagnostic, Severity
from bot.engine.lint.questions import MAX_LABEL
from bot.engine.lint.texts import LONG_MESSAGE
from bot.engine.script import Text

FILE = "wording.yaml"
_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+|…")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SLOT = re.compile(r"\{[^{}]*\}")
_QUOTED = re.compile(r"“[^”]*”|(?<!\w)_[^_\n]+_(?!\w)|(?<!\w)\"[^\"\n]+\"")
_ARROWS = range(0x2190, 0x2200)
_SHOUT = re.compile(r"[!?]{2,}")
ENOUGH_WORDS = 20
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
GroupName = Literal["assumption", "blame", "jargon", "guilt"]


class Group(BaseModel):
    """Words that do not belong, why, and what to write instead. `quoted`: also where they are an example."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: str
    instead: str
    quoted: bool = False
    words: Annotated[tuple[Words, ...], Field(min_length=1)]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """One expression for all of them; a trailing `*` stands for any ending."""
        parts = (re.escape(word.lower()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in self.words)
        return re.compile(
            rf"(?<![\w'\u2019])(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?![\w])", re.IGNORECASE
        )


class Limits(BaseModel):
    """Characters of a message and a label, words of a sentence, letters of a word, and the reading age in years."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: int
    label: int
    sentence: int
    word: int
    age: int


class Allowed(BaseModel):
    """What one text may say all the same, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: Annotated[tuple[Words, ...], Field(min_length=1)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]


class Wording(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: Limits
    groups: dict[GroupName, Group]
    long_words: tuple[Words, ...] = ()
    allowed: dict[str, Allowed] = {}


CODES: Mapping[GroupName, tuple[str, Severity]] = {
    "assumption": ("D901", "warning"),
    "blame": ("D902", "warning"),
    "jargon": ("D903", "warning"),
    "guilt": ("D904", "error"),
}


def load_wording(path: Path) -> tuple[Wording, Mapping[str, int]]:
    """The file, and the line of each text that it allows something. Raises FileInvalid with file and line."""
    file = read_yaml(path)
    try:
        held = Wording.model_validate(file.data)
    except ValidationError as error:
        raise file.refusal(error) from None
    return held, {name: file.line_of(("allowed", name)) for name in held.allowed}


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a text; `said` is what the allow list may name."""

    code: str
    said: str
    message: str
    severity: Severity = "warning"


def wording_faults(
    wording: Wording, lines: Mapping[str, int], texts: Mapping[str, Text], labels: Iterable[str]
) -> Iterator[Diagnostic]:
    """D90x for every text by its id; `labels` are the ids of those on buttons."""
    short, used = frozenset(labels), set[tuple[str, str]]()
    for name, text in texts.items():
        allowed = wording.allowed.get(name)
        for variant in text.variants:
            for fault in _faults(wording, variant, label=name in short):
                if allowed is not None and fault.said.lower() in map(str.lower, allowed.says):
                    used.add((name, fault.said.lower()))
                    continue
                yield Diagnostic(fault.code, text.place.file, text.place.line, fault.message, fault.severity)
    for name, allowed in wording.allowed.items():
        for said in allowed.says:
            if (name, said.lower()) not in used:
                message = f"`{name}` does not say '{said}' (any more); remove it from the list."
                yield Diagnostic("D908", FILE, lines.get(name, 0), message, "warning")


def _faults(wording: Wording, words: str, *, label: bool) -> Iterator[_Fault]:
    plain = _SLOT.sub("Name", words)
    own = _QUOTED.sub(lambda found: " " * len(found.group()), plain)
    for name, group in wording.groups.items():
        code, severity = CODES[name]
        for found in group.pattern.finditer(plain if group.quoted else own):
            message = f"'{found.group()}': {group.why} {group.instead}"
            yield _Fault(code, " ".join(found.group().split()), message, severity)
    yield from _symbols(words)
    yield from _lengths(wording.limits, plain, label=label)
    if not label:
        yield from _reading(wording, plain)


def _symbols(words: str) -> Iterator[_Fault]:
    for char in dict.fromkeys(words):
        if unicodedata.category(char) == "So" or ord(char) in _ARROWS or char in "\ufe0f\u200d":
            message = f"'{char}' says something that not everybody can see or understands alike; write it in words."
            yield _Fault("D905", char, message, "error")
    if found := _SHOUT.search(words):
        yield _Fault("D905", found.group(), f"'{found.group()}' shouts; one sign is enough.")


def _lengths(limits: Limits, words: str, *, label: bool) -> Iterator[_Fault]:
    most = limits.label if label else limits.message
    if most < len(words) <= (MAX_LABEL if label else LONG_MESSAGE):  # beyond, the lint says so
        message = (
            f"{len(words)} characters; {most} are enough for one {'label' if label else 'message'}. Say one thing."
        )
        yield _Fault("D906", "length", message)


def _reading(wording: Wording, words: str) -> Iterator[_Fault]:
    sentences = [found for part in _SENTENCE.split(words) if (found := _WORD.findall(part))]
    for sentence in sentences:
        if len(sentence) > wording.limits.sentence:
            start = " ".join(sentence[:4])
            message = f"A sentence of {len(sentence)} words begins with '{start}'; make two of it."
            yield _Fault("D907", "sentence", message)
    known = {word.lower() for word in wording.long_words}
    everything = [word for sentence in sentences for word in sentence]
    for word in dict.fromkeys(everything):
        if len(word) > wording.limits.word and word.lower() not in known:
            yield _Fault("D907", word, f"'{word}' is a long word; say it more simply.")
    age = reading_age(sentences)
    if len(everything) >= ENOUGH_WORDS and age > wording.limits.age:
        message = f"This reads like a text for {age:.0f} years and older; use shorter sentences and words."
        yield _Fault("D907", "age", message)


def reading_age(sentences: list[list[str]]) -> float:
    """Years, by Flesch and Kincaid: school grade from the length of sentences and of words, plus five."""
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59 + 5


def _syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee", "ye")) and count > 1
    return max(1, count - int(silent) - int(word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1))
