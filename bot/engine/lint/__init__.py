"""Static checks of a book: what can be known of the dialogs without running them. Pure; reads no files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.engine.diagnostics import Diagnostic, ordered
from bot.engine.lint import branches, conditions, consent, fixed, names, questions, registry, safety, saves, structure
from bot.engine.lint import texts as messages
from bot.engine.lint.view import Check, View
from bot.engine.script import Book

CHECKS: tuple[Check, ...] = (
    structure.check,
    questions.check,
    names.check,
    saves.check,
    conditions.check,
    branches.check,
    registry.check,
    messages.check,
    consent.check,
    safety.check,
)


def lint(book: Book, *, danger_kinds: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Every finding, by file and line. `danger_kinds`: what `book.danger` can find, all of which need a dialog."""
    found = list(fixed.check(book, danger_kinds))
    timed: dict[str, set[str]] = {}
    for dialog in book.dialogs.values():
        view = View(book, dialog, timed)
        for check in CHECKS:
            found.extend(check(view))
    return ordered(_told_once(found))


def _told_once(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """A comparison that cannot be made also never holds; that is not said again."""
    all_found = list(found)
    mistaken = {(one.file, one.line) for one in all_found if one.code in ("D403", "D404", "D405")}
    for one in all_found:
        if one.code not in ("D406", "D409", "D420") or (one.file, one.line) not in mistaken:
            yield one
