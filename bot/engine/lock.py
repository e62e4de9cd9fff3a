"""What released dialogs have promised to sessions that are under way: dialogs.lock. Pure; reads no files.

A line per waiting node with a hash of its interface (kind of answer, buttons, save target, checker) and the ids of its
buttons, a line per variable with its type, and one per message of the interface with the names that the program fills.
Texts, new nodes and new variables are free; a changed question needs `moved`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bot.engine.changes import candidates
from bot.engine.conditions import names
from bot.engine.diagnostics import Diagnostic, ordered
from bot.engine.script import Ask, Book, Dialog, Node, Text
from bot.engine.session import FORMAT

NO_MESSAGES: Mapping[str, Text] = {}
FILE = "dialogs.lock"
_HEADER = "# What released dialogs promised to sessions under way. Made by check-dialogs; do not edit.\n"
_LINE = re.compile(r"[a-z][a-z0-9_]*[.:][a-z][a-z0-9_.]* [a-z0-9]+( [a-z0-9_,]+)?|interface\.[a-z0-9_.]+ [a-z0-9_,-]+")
_INTERFACE = "interface."
_RELEASE = re.compile(r"^release (?P<number>[1-9][0-9]{0,8}) (?P<mark>[0-9a-f]{16})$", re.MULTILINE)


def interface_hashes(book: Book) -> dict[str, str]:
    """`dialog.node` -> hash, for every waiting node."""
    return {
        f"{dialog.id}.{node.id}": _hash(_interface(dialog, node.ask))
        for dialog in book.dialogs.values()
        for node in dialog.nodes.values()
        if node.ask is not None
    }


def _questions(book: Book) -> dict[str, str]:
    """The hashes, each with the ids of the buttons in their order."""
    found = {}
    for key, value in interface_hashes(book).items():
        name, _, node = key.partition(".")
        ask = book.dialogs[name].nodes[node].ask
        ids = ",".join(button.id for button in ask.buttons) if ask else ""
        found[key] = f"{value} {ids}".strip()
    return found


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


def _variables(book: Book) -> dict[str, str]:
    """`dialog:variable` -> its type, and what may be chosen."""
    found = {f"{dialog.id}:{var.name}": var for dialog in book.dialogs.values() for var in dialog.vars.values()}
    return {key: f"{var.type} {','.join(var.of)}".strip() for key, var in found.items()}


def filled_names(messages: Mapping[str, Text]) -> dict[str, str]:
    """`interface.message` -> the names in braces."""
    return {name: ",".join(sorted(text.placeholders)) or "-" for name, text in messages.items()}


def write_lock(book: Book, messages: Mapping[str, Text] = NO_MESSAGES, before: str = "") -> str:
    """The text of dialogs.lock: the same for the same dialogs, whatever the order of their files.

    The number of the release is that of the lock `before`, or one more where something changed that workers of that
    release could not go on with: questions, what is saved, messages and their names, the form of sessions.
    """
    lines = {**_questions(book), **_variables(book)}
    said = filled_names(messages)
    body = "".join(f"{key} {value}\n" for key, value in (*sorted(lines.items()), *said.items()))
    mark, found = _mark(body), _RELEASE.search(before)
    number = release_of(before) + (found is not None and found["mark"] != mark)
    return f"{_HEADER}release {number} {mark}\n{body}"


def release_of(lock_text: str) -> int:
    """The release of the dialogs that belong to this lock; 1 for one that names none."""
    found = _RELEASE.search(lock_text)
    return 1 if found is None else int(found["number"])


def _mark(body: str) -> str:
    return _hash([FORMAT, body])


def check_lock(book: Book, lock_text: str, messages: Mapping[str, Text] = NO_MESSAGES) -> tuple[Diagnostic, ...]:
    """D80x: what today's dialogs break of the promises in the lock."""
    locked: dict[str, str] = {}
    buttons: dict[str, tuple[str, ...]] = {}
    found: list[Diagnostic] = list(_moves(book))
    for number, line in enumerate(lock_text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if _RELEASE.fullmatch(line):
            continue
        if not _LINE.fullmatch(line) or words[0] in locked:
            message = "This line is none of a lock; restore the file, or write it anew with --update-lock."
            found.append(Diagnostic("D805", FILE, number, message))
        else:
            locked[words[0]] = words[1]
            buttons[words[0]] = tuple(words[2].split(",")) if len(words) > 2 else ()
    if all(one.code != "D805" for one in found):
        found.extend(_unmarked(lock_text))
    now = interface_hashes(book)
    found.extend(_said(messages, {key: value for key, value in locked.items() if key.startswith(_INTERFACE)}))
    for key, value in locked.items():
        if not key.startswith(_INTERFACE):
            found.extend(_kept(book, now, Released(key, value, buttons[key]), locked))
    return ordered([*found, *_unlocked(now, locked)])


def _unmarked(lock_text: str) -> Iterator[Diagnostic]:
    """Two changes that each made the lock anew and were merged may have taken the same number."""
    found = _RELEASE.search(lock_text)
    if found is not None and _mark(lock_text[found.end() :].lstrip("\n")) != found["mark"]:
        message = "The release is not that of the lines below it; write the lock anew with --update-lock."
        yield Diagnostic("D805", FILE, lock_text.count("\n", 0, found.start()) + 1, message)


def _said(messages: Mapping[str, Text], locked: Mapping[str, str]) -> Iterator[Diagnostic]:
    """What the program says is there, and it fills no other names than before."""
    for key, filled in locked.items() if messages else ():
        text = messages.get(key)
        if text is None:
            message = f"The message `{key.removeprefix(_INTERFACE)}` is gone, and the program may say it; restore it."
            yield Diagnostic("D808", "interface.yaml", _line_near(messages, [*locked], key), message)
        elif strange := sorted(text.placeholders - set(filled.split(","))):
            message = f"Nothing fills `{strange[0]}` in this message; it has {filled if filled != '-' else 'no names'}."
            yield Diagnostic("D809", text.place.file, text.place.line, message)


def _line_near(messages: Mapping[str, Text], order: Sequence[str], key: str) -> int:
    """Where a message that is gone stood: below the last of those before it in the lock, which has the file's order."""
    before = [name for name in order[: order.index(key)] if name in messages]
    return messages[before[-1]].place.line + 1 if before else 1


@dataclass(frozen=True, slots=True)
class Released:
    """A line of the lock."""

    key: str
    value: str
    buttons: tuple[str, ...] = ()


def _kept(book: Book, now: Mapping[str, str], line: Released, locked: Mapping[str, str]) -> Iterator[Diagnostic]:
    key, value = line.key, line.value
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
        new = _renamed(now, locked, name, value)
        message = (
            f"The question `{node}` was released and is gone; add `moved: {{{node}: {new or '<its successor>'}}}`."
        )
        place = _line(dialog, "nodes", new) if new else dialog.place.line
        yield Diagnostic("D801", dialog.place.file, place, message)
    elif key in now and now[key] != value and node not in dialog.moved:
        path, told = _changed(book, dialog, node, line)
        message = (
            f"The question `{node}` was released with other answers{told}; give it a new id "
            f"and add `moved: {{{node}: <the new id>}}`."
        )
        yield Diagnostic("D802", dialog.place.file, _line(dialog, *path), message)


def _renamed(now: Mapping[str, str], locked: Mapping[str, str], name: str, value: str) -> str:
    """A question of this dialog that is new and takes the very answers of the one that is gone."""
    fresh = (key for key in now if key not in locked and key.startswith(f"{name}.") and now[key] == value)
    return next(fresh, "").partition(".")[2]


def _changed(book: Book, dialog: Dialog, node: str, line: Released) -> tuple[tuple[str | int, ...], str]:
    """The place and the sentence of the one change that explains the hash; else the question."""
    ask = dialog.nodes[node].ask
    now = _interface(dialog, ask) if ask else {}
    for before, path, told in candidates(book, dialog, node, now, line.buttons):
        if _hash(before) == line.value:
            return path, f" ({told})"
    return ("nodes", node), ""


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
    fresh = len(now.keys() - locked.keys())  # messages that are not locked yet cannot be wrong
    if fresh:
        message = f"Not in the lock yet: {fresh} of the questions; write it anew when they are released."
        yield Diagnostic("D807", FILE, 0, message, "warning")


def _line(dialog: Dialog, *path: str | int) -> int:
    while path and path not in dialog.lines:
        path = path[:-1]
    return dialog.lines.get(path, dialog.place.line)
