"""D51x, D70x: the interrupts file: words, fixed messages, and the dialogs for help and danger. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bot.engine.diagnostics import Diagnostic
from bot.engine.lint.structure import deepest
from bot.engine.lint.view import Path, ends_of, nearest
from bot.engine.run import MAX_FRAMES
from bot.engine.script import Book, Dialog

FILE = "_interrupts.yaml"
NAMES: Mapping[str, frozenset[str]] = {
    name: frozenset()
    for name in (
        "stopped",
        "no_way_back",
        "moved_on",
        "please_tap",
        "media_not_here",
        "not_understood",
        "too_long",
        "needs_paired",
        "gone",
        "soft_danger",
        "threat_held",
        "back",
        "stop",
        "nothing_open",
    )
} | {"did_you_mean": frozenset({"label"})}


def check(book: Book, danger_kinds: Collection[str]) -> Iterator[Diagnostic]:
    """All of this theme."""
    yield from _messages(book)
    yield from _words(book)
    yield from _help(book)
    yield from _dangers(book, danger_kinds)
    yield from _room(book)


def _room(book: Book) -> Iterator[Diagnostic]:
    """On top of any dialog there is room for help, and on top of that for a danger."""
    pushed = {book.interrupts.help_dialog, *book.interrupts.danger.values()}
    deep = max((deepest(book, name) for name in book.dialogs.keys() - pushed), default=0)
    danger = max((deepest(book, name) for name in book.interrupts.danger.values()), default=0)
    needed = deep + deepest(book, book.interrupts.help_dialog) + danger
    if needed > MAX_FRAMES:
        message = (
            f"With help and a danger on top, {needed} dialogs may stand on one another, and {MAX_FRAMES} can; "
            "call fewer inside one another."
        )
        yield _fault(book, "D514", message)


def _fault(book: Book, code: str, message: str, path: Path = ()) -> Diagnostic:
    lines = book.interrupts.lines
    while path and path not in lines:
        path = path[:-1]
    return Diagnostic(code, FILE, lines.get(path, 0), message)


def _messages(book: Book) -> Iterator[Diagnostic]:
    found = book.interrupts.messages
    for name in sorted(NAMES.keys() - found.keys()):
        message = f"The message `{name}` is missing; the engine says it at some moment, so add it."
        yield _fault(book, "D510", message, ("messages",))
    said = NAMES.keys() | {reason for checker in book.checkers.values() for reason in checker.reasons}
    for name in sorted(found.keys() - said):
        message = f"Nothing ever says the message `{name}`{nearest(name, said - found.keys()) or '; remove it'}."
        yield _fault(book, "D515", message, ("messages", name))
    for name, text in found.items():
        strange = text.placeholders - NAMES.get(name, frozenset())
        if strange:
            listed = ", ".join(sorted(strange))
            message = f"Nothing gives `{listed}` to the message `{name}`; remove it."
            yield _fault(book, "D606", message, ("messages", name))


def _words(book: Book) -> Iterator[Diagnostic]:
    words = book.interrupts
    if not words.stop:
        message = "No word means Stop, so nobody can leave by typing; add `stop` under `words`."
        yield _fault(book, "D708", message, ("words", "stop"))
    for one, other, shared in (
        ("stop", "back", words.stop & words.back),
        ("stop", "help", words.stop & words.help),
        ("back", "help", words.back & words.help),
    ):
        for word in sorted(shared):
            message = f"{word!r} means {one} as well as {other}; keep it in one of them."
            yield _fault(book, "D711", message, ("words", other))


def _help(book: Book) -> Iterator[Diagnostic]:
    yield from _pushed(book, ("help_dialog",), book.interrupts.help_dialog)


def _dangers(book: Book, kinds: Collection[str]) -> Iterator[Diagnostic]:
    for kind in sorted(set(kinds) - book.interrupts.danger.keys()):
        message = f"The danger `{kind}` has no dialog, so words could pass it by; add it under `danger`."
        yield _fault(book, "D707", message, ("danger",))
    for kind in sorted(book.interrupts.danger.keys() - set(kinds)) if kinds else ():
        message = f"No rule ever finds the danger `{kind}`; the kinds are {', '.join(sorted(kinds))}."
        yield _fault(book, "D512", message, ("danger", kind))
    for kind, name in book.interrupts.danger.items():
        yield from _pushed(book, ("danger", kind), name)
        dialog = book.dialogs.get(name)
        if dialog is not None and "not_this" not in ends_of(dialog):
            message = f"`{name}` needs a way to end with `not_this`, so that nobody is locked out by a mistake."
            yield Diagnostic("D713", dialog.place.file, dialog.place.line, message)


def _pushed(book: Book, path: Path, name: str) -> Iterator[Diagnostic]:
    """A dialog that may open at any moment exists and needs nothing."""
    dialog = book.dialogs.get(name)
    if dialog is None and name not in book.faulty:
        hint = nearest(name, book.dialogs) or "; write the id of another"
        message = f"`{path[-1]}` opens the dialog `{name}`, which does not exist{hint}."
        yield _fault(book, "D511", message, path)
    elif dialog is not None and (demand := _demand(dialog)):
        message = f"`{name}` opens at any moment, so it can have no {demand}; remove it."
        yield Diagnostic("D513", dialog.place.file, dialog.place.line, message)


def _demand(dialog: Dialog) -> str:
    if dialog.needs:
        return "`needs`"
    return "`given` variable" if any(var.given for var in dialog.vars.values()) else ""
