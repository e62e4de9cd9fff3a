"""Makes the engine's texts from what a file says, and checks their form. Knows no dialogs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from bot.content import schema, templates
from bot.content.document import Document, KeyPath
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import Place, Text

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def has_controls(words: str) -> bool:
    """Whether a text holds direction marks, control characters or halves of characters; line breaks are none."""
    odd = (char for char in words if char != "\n" and unicodedata.category(char) in ("Cc", "Cs"))
    return bool(BIDI_CONTROLS.intersection(words)) or any(odd)


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
        if has_controls(words):
            self._fault("D604", place, "an invisible control character stands in this text; remove it")
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

    def _fault(self, code: str, path: KeyPath, message: str) -> None:
        self.found.append(Diagnostic(code, self.file, self.document.line(*path), message + "."))


def _parts(say: schema.Say, path: KeyPath) -> tuple[tuple[tuple[str, KeyPath], ...], str | None]:
    """The English variants with their places, and the number that chooses among plural forms."""
    if isinstance(say, schema.Plural):
        return ((say.one, (*path, "one")), (say.other, (*path, "other"))), say.count
    if isinstance(say, str):
        return ((say, path),), None
    return tuple((variant, (*path, index)) for index, variant in enumerate(say)), None
