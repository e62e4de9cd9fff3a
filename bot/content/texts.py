"""Makes the engine's texts from what a file says, and checks their form. Knows no dialogs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.content import schema, templates
from bot.content.document import Document, KeyPath
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import Place, Text

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = BIDI_CONTROLS | frozenset("\u00ad\u200b\u2060\ufeff")
_LOST_KEY = re.compile(
    r"^\s*(?:- )?((?:ask|go|end|do|show|call|say|buttons|text|when|also|save|consent|timeout): *\S*)$", re.MULTILINE
)
_INSIDE = frozenset({"D604", "D614"})
_WORD = re.compile(r"[^\W\d_]{2,}")


def controls_at(words: str) -> int:
    """Where an invisible character or half of one stands, -1 for nowhere; line breaks are none."""
    odd = (
        at
        for at, char in enumerate(words)
        if char in INVISIBLE or (char != "\n" and unicodedata.category(char) in ("Cc", "Cs"))
    )
    return next(odd, -1)


def has_controls(words: str) -> bool:
    """Whether a text holds direction marks, control characters or halves of characters."""
    return controls_at(words) >= 0


def mixed_word(words: str) -> str:
    """The first word with letters of two scripts, which look alike and are not."""
    if words.isascii():
        return ""
    for found in _WORD.finditer(words):
        scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in found.group()}
        if len(scripts) > 1 and "LATIN" in scripts:
            return found.group()
    return ""


@dataclass(slots=True)
class Texts:
    """Collects the texts of one file and what is wrong with them."""

    file: str
    document: Document
    found: list[Diagnostic] = field(default_factory=list)
    made: dict[str, Text] = field(default_factory=dict)

    def line(self, message_id: str, text: str, *path: str | int) -> Text:
        """A text of one line: a button, an `about`."""
        if self._style(path).startswith("{"):
            self._fault("D601", path, "text never stands inside braces; give it its own line")
        return self._make(message_id, ((text, path),), None, path)

    def say(self, message_id: str, say: schema.Say, *path: str | int, block: bool = True) -> Text:
        """A message; with `block` it must be written as a block (after |)."""
        parts, count = _parts(say, path)
        text = self._make(message_id, parts, count, path)
        for _, place in parts if block else ():
            if self._style(place)[:1] not in ("|", ">"):
                self._fault("D602", place, "write a message as a block: a | after the colon, the text below it")
        return text

    def _make(self, message_id: str, parts: tuple[tuple[str, KeyPath], ...], count: str | None, path: KeyPath) -> Text:
        names: set[str] = set()
        for words, place in parts:
            names |= self._names(words, place)
        text = Text(
            id=message_id,
            variants=tuple(words.strip() for words, _ in parts),
            placeholders=frozenset(names),
            count=count,
            place=self.place(*path),
        )
        self.made[message_id] = text
        return text

    def _names(self, words: str, place: KeyPath) -> frozenset[str]:
        if not words.strip():
            self._fault("D603", place, "this text is empty; write what is to be said")
        if (at := controls_at(words)) >= 0:
            message = f"an invisible character (U+{ord(words[at]):04X}) stands in this text; remove it"
            self._fault("D604", place, message, below=words.count("\n", 0, at))
        if word := mixed_word(words):
            self._fault("D613", place, f"'{word}' has letters of two alphabets that look alike; type it anew")
        for lost in _LOST_KEY.finditer(words):
            message = f"'{lost[1]}' looks like a key but stands inside a text; indent it less"
            self._fault("D614", place, message, below=words.count("\n", 0, lost.start(1)))
        try:
            return templates.placeholders(words.strip())
        except templates.TemplateInvalid as error:
            self._fault("D605", place, str(error))
            return frozenset()

    def _style(self, path: KeyPath) -> str:
        return self.document.styles.get(path, "")

    def place(self, *path: str | int) -> Place:
        """Where this path stands."""
        return Place(self.file, self.document.line(*path))

    def _fault(self, code: str, path: KeyPath, message: str, *, below: int = 0) -> None:
        """`below`: how many lines of the text stand above the place."""
        block = 1 if self._style(path)[:1] in ("|", ">") else 0
        line = self.document.line(*path) + (below + 1 if block and (below or code in _INSIDE) else 0)
        self.found.append(Diagnostic(code, self.file, line, message + "."))


def _parts(say: schema.Say, path: KeyPath) -> tuple[tuple[tuple[str, KeyPath], ...], str | None]:
    """The English variants with their places, and the number that chooses among plural forms."""
    if isinstance(say, schema.Plural):
        return ((say.one, (*path, "one")), (say.other, (*path, "other"))), say.count
    if isinstance(say, str):
        return ((say, path),), None
    return tuple((variant, (*path, index)) for index, variant in enumerate(say)), None


def gesture_faults(text: Text) -> Iterator[Diagnostic]:
    """A gesture is said as it stands: nothing fills names in it."""
    words, place = text.variants[0], text.place
    try:
        names = templates.placeholders(words)
    except templates.TemplateInvalid as error:
        yield Diagnostic("D605", place.file, place.line, f"{error}.")
        names = frozenset()
    for name in sorted(names):
        yield Diagnostic("D606", place.file, place.line, f"Nothing fills `{name}` in a gesture; write it out.")
    if has_controls(words):
        yield Diagnostic("D604", place.file, place.line, "An invisible character stands in this text; remove it.")
    if word := mixed_word(words):
        message = f"'{word}' has letters of two alphabets that look alike; type it anew."
        yield Diagnostic("D613", place.file, place.line, message)
