"""Reads locale/<lang>.po: which English it translates, and what is wrong with it. Knows no dialogs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from bot.content import templates
from bot.content.texts import has_controls
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import Text

_PO_LINE = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)?\s*"(?:[^"\\]|\\.)*"')
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")
MAX_MESSAGE = 4096
MAX_BYTES = 3_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One translated message: the English forms it was made from, its own forms, its line."""

    english: tuple[str, ...]
    forms: tuple[str, ...]
    fuzzy: bool
    line: int


@dataclass(frozen=True, slots=True)
class Translation:
    """One language: entries by message id, and the rule that picks a plural form."""

    lang: str
    file: str
    entries: Mapping[str, Entry]
    plural: Callable[[int], int]
    nameless: tuple[int, ...] = ()


def load_translations(folder: Path) -> tuple[dict[str, Translation], list[Diagnostic]]:
    """Every language of the folder; a file that cannot be read is a diagnostic and left out."""
    made: dict[str, Translation] = {}
    found: list[Diagnostic] = []
    for path in sorted(folder.glob("*.po")):
        try:
            made[path.stem.lower()] = _read(path)
        except (PoFileError, ValueError, OSError, LookupError, TypeError, AttributeError) as error:
            line = getattr(error, "lineno", -1) + 1
            reason = " ".join(str(error).split())[:160]
            found.append(
                Diagnostic(
                    "D621", f"locale/{path.name}", line, f"This translation cannot be read ({reason}); mend the file."
                )
            )
    return made, found


def _read(path: Path) -> Translation:
    if not _LANGUAGE.fullmatch(path.stem):
        raise ValueError("the name of the file is not a language such as de or pt_BR")
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it is no file of at most {MAX_BYTES:,} bytes")
    _refuse_lines(path)
    with path.open("rb") as stream:
        catalog = read_po(stream, ignore_obsolete=True, abort_invalid=True)
    entries = {message.context: _entry(message) for message in catalog if message.id and message.context}
    nameless = tuple(message.lineno or 0 for message in catalog if message.id and not message.context)
    return Translation(path.stem.lower(), f"locale/{path.name}", entries, c2py(catalog.plural_expr), nameless)


class _LineInvalid(ValueError):
    """A line that Babel would pass over in silence; `lineno` counts from 0."""

    def __init__(self, lineno: int) -> None:
        super().__init__("a line is none of such a file; look at its quotes")
        self.lineno = lineno


def _refuse_lines(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()):
        if line.strip() and not line.lstrip().startswith("#") and not _PO_LINE.fullmatch(line.strip()):
            raise _LineInvalid(number)


def _entry(message: Message) -> Entry:
    return Entry(_forms(message.id), _forms(message.string), message.fuzzy, message.lineno or 0)


def _forms(said: object) -> tuple[str, ...]:
    forms = said if isinstance(said, list | tuple) else (said,)
    return tuple(str(form or "").strip() for form in forms)


def english_forms(text: Text) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each catalogue id of a text with the English it stands for; plurals have two forms under one id."""
    if text.count is not None:
        yield text.id, text.variants
        return
    for index, variant in enumerate(text.variants):
        yield text.variant_id(index), (variant,)


def check(translation: Translation, texts: Mapping[str, Text]) -> Iterator[Diagnostic]:
    """D62x: what a translation says differently from the English in form, not in words."""
    for line in translation.nameless:
        message = "This entry has no msgctxt, so it translates nothing; update the translations."
        yield Diagnostic("D629", translation.file, line, message, "warning")
    known = {key: (forms, text) for text in texts.values() for key, forms in english_forms(text)}
    for key, entry in translation.entries.items():
        if key not in known:
            message = f"`{key}` is translated, but no text has this id; update the translations."
            yield Diagnostic("D622", translation.file, entry.line, message, "warning")
            continue
        english, text = known[key]
        if entry.english != english:
            message = f"The English of `{key}` has changed since; update the translations."
            yield Diagnostic("D623", translation.file, entry.line, message, "warning")
        elif entry.fuzzy:
            message = f"`{key}` is marked fuzzy, so the English is shown; look at it and remove the mark."
            yield Diagnostic("D628", translation.file, entry.line, message, "warning")
        else:
            for code, fault in _entry_faults(entry, text):
                yield Diagnostic(code, translation.file, entry.line, f"`{key}`: {fault}.")


def _entry_faults(entry: Entry, text: Text) -> Iterator[tuple[str, str]]:
    for index, form in enumerate(entry.forms):
        if not form:
            continue
        english = entry.english[min(index, len(entry.english) - 1)]
        try:
            names, wanted = templates.placeholders(form), templates.placeholders(english)
        except templates.TemplateInvalid as error:
            yield "D624", str(error)
            continue
        if names != wanted and not (text.count is not None and names == text.placeholders):
            missing = ", ".join(sorted(wanted ^ names))
            yield "D625", f"the names in braces differ from the English ({missing}); use the same ones"
        if len(form) > MAX_MESSAGE:
            yield "D626", f"longer than {MAX_MESSAGE} characters; shorten it"
        if has_controls(form):
            yield "D627", "holds an invisible control character; remove it"
