"""Static checks of a book: what can be known of the dialogs without running them. Pure; reads no files."""

from __future__ import annotations

from collections.abc import Collection

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
    for dialog in book.dialogs.values():
        view = View(book, dialog)
        for check in CHECKS:
            found.extend(check(view))
    return ordered(found)
