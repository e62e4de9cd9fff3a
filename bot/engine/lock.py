"""What released dialogs have promised to sessions that are under way: dialogs.lock. Pure; reads no files.

A line per waiting node with a hash of its interface (kind of answer, buttons, save target, checker), and a line per
variable with its type. Texts, new nodes and new variables are free; a changed question needs `moved`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b

from bot.engine.conditions import names
from bot.engine.diagnostics import Diagnostic, ordered
from bot.engine.script import Ask, Book, Dialog, Node

FILE = "dialogs.lock"
_HEADER = "# What released dialogs promised to sessions under way. Made by check-dialogs; do not edit.\n"
_LINE = re.compile(r"[a-z][a-z0-9_]*[.:][a-z][a-z0-9_]* [a-z0-9]+")


def interface_hashes(book: Book) -> dict[str, str]:
    """`dialog.node` -> hash, for every waiting node."""
    return {
        f"{dialog.id}.{node.id}": _hash(_interface(dialog, node.ask))
        for dialog in book.dialogs.values()
        for node in dialog.nodes.values()
        if node.ask is not None
    }


def _interface(dialog: Dialog, ask: Ask) -> dict[str, object]:
    saved = {
        "buttons": ask.save,
        "text": ask.text.save if ask.text else None,
        "list": ask.list.save if ask.list else None,
        "collect": ask.collect.into if ask.collect else None,
    }
    read = {name for button in ask.buttons if button.when for name in names(button.when)}
    touched = sorted({name.partition(".")[0] for name in read} | {name for name in saved.values() if name})
    return {
        "buttons": sorted(button.id for button in ask.buttons),
        "consents": sorted(f"{button.id} {button.consent}" for button in ask.buttons if button.consent),
        "saves": saved,
        "check": ask.text.check if ask.text else None,
        "list": ask.list.of if ask.list else None,
        "kinds": sorted(ask.collect.kinds) if ask.collect else [],
        "types": {name: dialog.vars[name].type for name in touched if name in dialog.vars},
    }


def _hash(interface: object) -> str:
    text = json.dumps(interface, sort_keys=True, ensure_ascii=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def variable_types(book: Book) -> dict[str, str]:
    """`dialog:variable` -> type."""
    return {f"{dialog.id}:{var.name}": var.type for dialog in book.dialogs.values() for var in dialog.vars.values()}


def write_lock(book: Book) -> str:
    """The text of dialogs.lock: the same for the same dialogs, whatever the order of their files."""
    lines = {**interface_hashes(book), **variable_types(book)}
    return _HEADER + "".join(f"{key} {lines[key]}\n" for key in sorted(lines))


def check_lock(book: Book, lock_text: str) -> tuple[Diagnostic, ...]:
    """D80x: what today's dialogs break of the promises in the lock."""
    locked: dict[str, str] = {}
    found: list[Diagnostic] = list(_moves(book))
    for number, line in enumerate(lock_text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if not _LINE.fullmatch(line) or words[0] in locked:
            message = "This line is none of a lock; restore the file from the last release."
            found.append(Diagnostic("D805", FILE, number, message))
        else:
            locked[words[0]] = words[1]
    now = interface_hashes(book)
    for key, value in locked.items():
        found.extend(_kept(book, now, key, value))
    return ordered([*found, *_unlocked(now, locked)])


def _kept(book: Book, now: Mapping[str, str], key: str, value: str) -> Iterator[Diagnostic]:
    name, _, variable = key.partition(":")
    if variable:
        yield from _variable(book, name, variable, value)
        return
    name, _, node = key.partition(".")
    dialog = book.dialogs.get(name)
    if dialog is None:
        message = f"The dialog `{name}` is gone; whoever is inside at `{node}` is told so and can start again."
        yield Diagnostic("D806", FILE, 0, message, "warning")
    elif key not in now and node not in dialog.moved:
        message = f"The question `{node}` was released and is gone; add `moved: {{{node}: <its successor>}}`."
        yield Diagnostic("D801", dialog.place.file, dialog.place.line, message)
    elif key in now and now[key] != value and node not in dialog.moved:
        message = (
            f"The question `{node}` was released with other answers; give it a new id "
            f"and add `moved: {{{node}: <the new id>}}`."
        )
        yield Diagnostic("D802", dialog.place.file, _line(dialog, "nodes", node), message)


def _variable(book: Book, name: str, variable: str, kind: str) -> Iterator[Diagnostic]:
    dialog = book.dialogs.get(name)
    var = dialog.vars.get(variable) if dialog else None
    if dialog is not None and var is not None and var.type != kind:
        message = f"`{variable}` was released as a {kind}; a value of that type may be saved, so use a new name."
        yield Diagnostic("D804", dialog.place.file, _line(dialog, "vars", variable), message)


def _moves(book: Book) -> Iterator[Diagnostic]:
    """Every `moved` leads to a question of today."""
    for dialog in book.dialogs.values():
        for old, new in dialog.moved.items():
            node: Node | None = dialog.nodes.get(new)
            if node is None or node.ask is None:
                message = f"`moved` leads `{old}` to `{new}`, which is no question of this dialog; name one."
                yield Diagnostic("D803", dialog.place.file, _line(dialog, "moved", old), message)


def _unlocked(now: Mapping[str, str], locked: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Questions that are not in the lock yet are news, not a fault."""
    fresh = len(now.keys() - locked.keys())
    if fresh:
        message = f"Not in the lock yet: {fresh} of the questions; write it anew when they are released."
        yield Diagnostic("D807", FILE, 0, message, "warning")


def _line(dialog: Dialog, *path: str) -> int:
    return dialog.lines.get(path, dialog.place.line)
