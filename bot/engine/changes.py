"""Finds what has changed in a released question of which the lock holds only a hash, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from bot.engine.script import Ask, Book, Dialog

Interface = dict[str, object]
Path = tuple[str | int, ...]
KINDS = ("text", "photo", "voice")
TYPES = ("text", "choice", "number", "flag", "letter")


def candidates(
    book: Book, dialog: Dialog, node: str, now: Interface, released: tuple[str, ...]
) -> Iterator[tuple[Interface, Path, str]]:
    """What the question may have been before one change: its interface, the place of the change, and a sentence."""
    ask = dialog.nodes[node].ask
    if ask is None:
        return
    here: Path = ("nodes", node, "ask")
    if released:
        before = {**now, "buttons": sorted(released)}
        yield before, *_button(ask, here, released)
        for consents in _consents(ask, dialog, now, released):
            yield {**before, "consents": consents}, *_button(ask, here, released)
    yield from _checks(book, ask, now, here)
    yield from _saves(dialog, now, here)
    yield from _consent(dialog, ask, now, here)
    for name, kind in _types(now).items():
        for other in TYPES:
            if other != kind:
                types = {**_types(now), name: other}
                yield {**now, "types": types}, ("vars", name), f"the variable `{name}` was a {other}"


def _types(now: Interface) -> dict[str, str]:
    types = now["types"]
    return dict(types) if isinstance(types, dict) else {}


def _button(ask: Ask, here: Path, released: tuple[str, ...]) -> tuple[Path, str]:
    """The button that is new or stands where one is gone."""
    today = [button.id for button in ask.buttons]
    gone = [name for name in released if name not in today]
    for name in today:
        if name not in released:
            was = f"; `{gone[0]}` was there" if gone else ""
            return (*here, "buttons", name), f"the button `{name}` is new{was}"
    if not gone:
        return here, "its buttons"
    place = released.index(gone[0])
    after = next((name for name in released[place + 1 :] if name in today), None)
    before = next((name for name in reversed(released[:place]) if name in today), None)
    near: Path = (
        (*here, "buttons", after) if after else (*here, "buttons", before, "go") if before else (*here, "buttons")
    )
    return near, f"the button `{gone[0]}` is gone"


def _consents(ask: Ask, dialog: Dialog, now: Interface, released: tuple[str, ...]) -> Iterator[list[str]]:
    """Consents of a button that has another id or is gone."""
    today = {button.id for button in ask.buttons}
    held = list(now["consents"]) if isinstance(now["consents"], list) else []
    private = [name for name, var in dialog.vars.items() if var.private]
    for name in private:
        for button in ask.buttons:
            yield sorted(one for one in held if one != f"{button.id} {name}")
        for gone in (one for one in released if one not in today):
            kept = [one for one in held if one.partition(" ")[0] in released]
            yield sorted([*kept, f"{gone} {name}"])


def _checks(book: Book, ask: Ask, now: Interface, here: Path) -> Iterator[tuple[Interface, Path, str]]:
    for name in (*book.checkers, None) if ask.text else ():
        if name != now["check"]:
            yield {**now, "check": name}, (*here, "text", "check"), f"its checker was `{name}`"
    for name in (*book.lists, None) if ask.list else ():
        if name != now["list"]:
            yield {**now, "list": name}, (*here, "list", "of"), f"its list was `{name}`"
    for size in (1, 2, 3) if ask.collect else ():
        for kinds in combinations(KINDS, size):
            yield {**now, "kinds": sorted(kinds)}, (*here, "collect"), f"it collected {', '.join(kinds)}"


def _saves(dialog: Dialog, now: Interface, here: Path) -> Iterator[tuple[Interface, Path, str]]:
    saves: Mapping[str, object] = now["saves"] if isinstance(now["saves"], dict) else {}
    paths = {"buttons": ("save",), "text": ("text", "save"), "list": ("list", "save"), "collect": ("collect", "into")}
    for kind, path in paths.items():
        for name in (*dialog.vars, None):
            if name != saves.get(kind):
                types = _types(now) | ({name: dialog.vars[name].type} if name else {})
                before = {**now, "saves": {**saves, kind: name}}
                for known in (types, {key: value for key, value in types.items() if key != saves.get(kind)}):
                    yield {**before, "types": known}, (*here, *path), f"it was saved in `{name}`"


def _consent(dialog: Dialog, ask: Ask, now: Interface, here: Path) -> Iterator[tuple[Interface, Path, str]]:
    held = set(now["consents"]) if isinstance(now["consents"], list) else set()
    for button in ask.buttons:
        own = {one for one in held if one.partition(" ")[0] == button.id}
        for name in (*(name for name, var in dialog.vars.items() if var.private), None):
            before = (held - own) | ({f"{button.id} {name}"} if name else set())
            if before != held:
                path = (*here, "buttons", button.id, "consent")
                yield {**now, "consents": sorted(before)}, path, f"the consent of `{button.id}` has changed"
