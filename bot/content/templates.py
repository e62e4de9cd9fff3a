"""The small language of texts: {names} and light emphasis. Pure; values are put in, never read as templates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Style = Literal["bold", "italic"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31})?")
_BRACE = re.compile(r"\{([^{}\n]*)\}|[{}]")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,80}>|&(amp|lt|gt|quot|nbsp);")
_OTHER_MARKUP = re.compile(r"`|~~[A-Za-z]|\]\(|\\[*_{}]")
_MARKS: dict[str, Style] = {"*": "bold", "_": "italic"}


class TemplateInvalid(ValueError):
    """A text breaks the rules of the small language; the message is a sentence with the way out."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words or a slot, and how it is emphasised."""

    part: Plain | Slot
    style: Style | None = None


@lru_cache(maxsize=4096)
def parse(template: str) -> tuple[Piece, ...]:
    """Splits a text into pieces. Raises TemplateInvalid."""
    _refuse_markup(template)
    _refuse_other(template)
    pieces: list[Piece] = []
    for words, style in _emphasised(template):
        pieces.extend(Piece(part, style) for part in _slots(words))
    return tuple(pieces)


def placeholders(template: str) -> frozenset[str]:
    """The names in braces. Raises TemplateInvalid."""
    return frozenset(piece.part.name for piece in parse(template) if isinstance(piece.part, Slot))


def _refuse_markup(template: str) -> None:
    if "**" in template or "__" in template:
        at = max(template.find("**"), template.find("__"))
        raise TemplateInvalid(f"doubled * or _ is not emphasis here ({_from(template, at)}); write *bold* or _italic_")
    if found := _TAG.search(template):
        raise TemplateInvalid(f"{found.group()!r} looks like HTML, which is never used; write *bold* or _italic_")


def _refuse_other(template: str) -> None:
    if found := _OTHER_MARKUP.search(template):
        words = _from(template, found.start())
        raise TemplateInvalid(f"this is markup of another kind ({words}), which is read as it stands; leave it out")


def _from(template: str, at: int) -> str:
    """The words from here on, quoted, so that they are found in the file."""
    line = template[at : at + 24].partition("\n")[0].partition("'")[0]
    return f"'{line.rstrip()}'"


def _slots(words: str) -> list[Plain | Slot]:
    parts: list[Plain | Slot] = []
    done = 0
    for found in _BRACE.finditer(words):
        name = found.group(1)
        if name is None:
            raise TemplateInvalid(
                f"a brace stands alone ({_from(words, found.start())}); braces are only for {{names}}"
            )
        if not _NAME.fullmatch(name):
            raise TemplateInvalid(f"'{{{name}}}' is not a name; write {{name}} or {{variable.field}}")
        if found.start() > done:
            parts.append(Plain(words[done : found.start()]))
        parts.append(Slot(name))
        done = found.end()
    if done < len(words):
        parts.append(Plain(words[done:]))
    return parts


def _emphasised(template: str) -> list[tuple[str, Style | None]]:
    runs: list[tuple[str, Style | None]] = []
    plain, at = 0, 0
    while at < len(template):
        if template[at] in _MARKS and _opens(template, at):
            end = _closing(template, at)
            inner = template[at + 1 : end]
            _refuse_nesting(inner)
            runs += [(template[plain:at], None), (inner, _MARKS[template[at]])]
            at = plain = end + 1
        elif template[at] in _MARKS and _closes(template, at):
            raise TemplateInvalid(
                f"{template[at]} closes emphasis that is not open ({_word_before(template, at)}); remove it"
            )
        else:
            at += 1
    runs.append((template[plain:], None))
    return [(words, style) for words, style in runs if words]


def _opens(template: str, at: int) -> bool:
    before = template[at - 1] if at else " "
    after = template[at + 1] if at + 1 < len(template) else " "
    in_slot = template.rfind("{", 0, at) > template.rfind("}", 0, at)
    return not in_slot and (before.isspace() or before in "([\"'\u201c\u2018\u2014-*_") and not after.isspace()


def _closes(template: str, at: int) -> bool:
    """Whether a mark stands where only the end of emphasis can: after a word and before none."""
    before = template[at - 1] if at else " "
    after = template[at + 1] if at + 1 < len(template) else " "
    in_slot = template.rfind("{", 0, at) > template.rfind("}", 0, at)
    return not in_slot and (before.isalpha() or before in ".!?…”") and not (after.isalnum() or after in "_*")


def _word_before(template: str, at: int) -> str:
    return f"'{template[:at].rsplit(maxsplit=1)[-1].rsplit(chr(39), maxsplit=1)[-1]}{template[at]}'"


def _closing(template: str, opened: int) -> int:
    mark = template[opened]
    for at in range(opened + 2, len(template)):
        if template[at] == "\n":
            break
        after = template[at + 1] if at + 1 < len(template) else " "
        if template[at] == mark and not template[at - 1].isspace() and not (after.isalnum() or after == "_"):
            in_slot = template.rfind("{", 0, at) > template.rfind("}", 0, at)
            if not in_slot:
                return at
    words = _from(template, opened)
    raise TemplateInvalid(f"{mark} opens emphasis that is not closed on its line ({words}); close it or remove it")


def _refuse_nesting(inner: str) -> None:
    for at, char in enumerate(inner):
        if char in _MARKS and _opens(inner, at):
            raise TemplateInvalid(f"emphasis stands inside emphasis ({_from(inner, at)}); keep one of them")
