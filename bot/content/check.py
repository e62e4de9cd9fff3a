"""check-dialogs: reads, lints and compares with the lock, prints what was found. Writes only the lock, on request."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, TextIO

from bot.content.gesture_check import FILE as GESTURES
from bot.content.gesture_check import check_gestures
from bot.content.loader import Loaded, load_book
from bot.content.located import located
from bot.content.paths import check_paths
from bot.content.texts import gesture_faults
from bot.content.translations import check as check_translation
from bot.content.translations import load_translations
from bot.content.wording import Wording, wording_faults
from bot.engine.diagnostics import Diagnostic, errors, ordered
from bot.engine.lint import lint
from bot.engine.lock import FILE as LOCK
from bot.engine.lock import check_lock, release_of, write_lock
from bot.engine.script import Book, Checker, Danger, EffectSpec, Fact, Field, Option, Text

MAX_LOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class Registry:
    """All that dialogs may refer to by name; made in app. `found`: what was wrong with the files it was read from."""

    effects: Mapping[str, EffectSpec]
    checkers: Mapping[str, Checker]
    facts: Mapping[str, Fact]
    lists: Mapping[str, Sequence[Option]]
    letter_fields: Mapping[str, Field]
    danger: Callable[[str], Danger | None]
    danger_kinds: Collection[str] = ()
    gestures: Mapping[str, Text] = field(default_factory=dict)
    wording: tuple[Wording, Mapping[str, int]] | None = None
    found: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The folder as read and everything that was found in it."""

    loaded: Loaded
    diagnostics: tuple[Diagnostic, ...]


def load(folder: Path, registry: Registry, *, release: int = 1) -> Loaded:
    """Reads the folder with this registry; the lint is not run."""
    return load_book(
        folder,
        effects=registry.effects,
        checkers=registry.checkers,
        facts=registry.facts,
        lists=registry.lists,
        letter_fields=registry.letter_fields,
        danger=registry.danger,
        release=release,
    )


def read(folder: Path, registry: Registry) -> Checked:
    """What the loader finds, without the lint and all that comes after it."""
    loaded = load(folder, registry, release=release_of(_read_lock(folder)))
    return Checked(loaded, (*registry.found, *loaded.diagnostics))


def check(folder: Path, registry: Registry) -> Checked:
    """Every finding of the loader, the lint, the translations and the lock. Never raises on what the files hold."""
    if not folder.is_dir():
        message = "There is no folder of dialogs here; write the path of one."
        return Checked(Loaded(None, ()), (Diagnostic("D103", "", 0, message),))
    lock = _read_lock(folder)
    loaded = load(folder, registry, release=release_of(lock))
    found = [*registry.found, *loaded.diagnostics]
    if loaded.book is not None:
        found += _linted(loaded.book, registry)
        found += check_lock(loaded.book, lock, loaded.interface.texts) if not errors(loaded.diagnostics) else ()
        found += _check_paths(folder, loaded.book)
    texts = {**loaded.texts, **registry.gestures}
    found += [fault for text in registry.gestures.values() for fault in gesture_faults(text)]
    if all(one.file != GESTURES for one in found):
        found += check_gestures(folder)
    if registry.wording is not None:
        found += wording_faults(*registry.wording, texts, _labels(loaded))
    translations, faults = load_translations(folder / "locale")
    found += faults
    for translation in translations.values():
        found += check_translation(translation, texts)
    return Checked(loaded, located(folder, ordered(found)))


def _labels(loaded: Loaded) -> Iterator[str]:
    """The ids of the texts on buttons."""
    for dialog in loaded.book.dialogs.values() if loaded.book else ():
        for node in dialog.nodes.values():
            yield from (button.text.id for button in node.ask.buttons) if node.ask else ()
    for group in loaded.interface.buttons.values():
        yield from group.values()


def _linted(book: Book, registry: Registry) -> Iterator[Diagnostic]:
    """What the lint finds; a list that could not be read is not missing."""
    for one in lint(book, danger_kinds=registry.danger_kinds):
        if not (one.code == "D507" and registry.found):
            yield one


def _check_paths(folder: Path, book: Book) -> tuple[Diagnostic, ...]:
    focus = book.facts.get("focus")
    focuses = tuple(name for name in focus.of if name != "none") if focus is not None else ()
    return check_paths(folder / "paths.yaml", dialogs=book.dialogs, focuses=focuses)


def run(
    folder: Path,
    registry: Registry,
    *,
    out: TextIO,
    form: Literal["text", "json"] = "text",
    update_lock: bool = False,
) -> int:
    """Prints the findings to `out`; 1 where there is an error, else 0. Updates the lock only without errors."""
    checked = check(folder, registry)
    failed = bool(_blocking(checked, update_lock=update_lock))
    if update_lock and not failed and checked.loaded.book is not None:
        text = write_lock(checked.loaded.book, checked.loaded.interface.texts, _read_lock(folder))
        (folder / LOCK).write_text(text, encoding="utf-8")
        checked = check(folder, registry)
    out.write(_as_json(checked) if form == "json" else _as_text(checked, folder))
    return int(failed)


def _blocking(checked: Checked, *, update_lock: bool) -> tuple[Diagnostic, ...]:
    """A damaged lock and messages that have changed with the program do not keep it from being written anew."""
    mended = ("D805", "D808", "D809")
    return tuple(one for one in errors(checked.diagnostics) if not (update_lock and one.code in mended))


def _read_lock(folder: Path) -> str:
    try:
        with (folder / LOCK).open(encoding="utf-8") as stream:
            text = stream.read(MAX_LOCK + 1)
        return text if len(text) <= MAX_LOCK else "too long"
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        return "unreadable"


def _as_text(checked: Checked, folder: Path) -> str:
    lines = [f"{folder.name}/{one}" for one in checked.diagnostics]
    codes = sorted({one.code for one in checked.diagnostics})
    pages = [f"What the numbers mean: docs/diagnostics/README.md ({', '.join(codes)})"] if codes else []
    counts = _counts(checked)
    summary = ", ".join(
        f"{number} {name if number != 1 else name.removesuffix('s')}" for name, number in counts.items()
    )
    return "\n".join([*lines, *pages, f"{summary}."]) + "\n"


def _as_json(checked: Checked) -> str:
    body = {
        "counts": _counts(checked),
        "diagnostics": [{**asdict(one), "page": one.page} for one in checked.diagnostics],
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def _counts(checked: Checked) -> dict[str, int]:
    dialogs = checked.loaded.book.dialogs if checked.loaded.book else {}
    failed = len(errors(checked.diagnostics))
    return {
        "dialogs": len(dialogs),
        "questions": sum(node.ask is not None for dialog in dialogs.values() for node in dialog.nodes.values()),
        "texts": len(checked.loaded.texts),
        "errors": failed,
        "warnings": len(checked.diagnostics) - failed,
    }
