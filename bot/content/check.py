"""check-dialogs: reads, lints and compares with the lock, prints what was found. Writes only the lock, on request."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TextIO

from bot.content.loader import Loaded, load_book
from bot.content.translations import check as check_translation
from bot.content.translations import load_translations
from bot.engine.diagnostics import Diagnostic, errors, ordered
from bot.engine.lint import lint
from bot.engine.lock import FILE as LOCK
from bot.engine.lock import check_lock, write_lock
from bot.engine.script import Checker, Danger, EffectSpec, Fact, Field, Option


@dataclass(frozen=True, slots=True)
class Registry:
    """All that dialogs may refer to by name; made in app."""

    effects: Mapping[str, EffectSpec]
    checkers: Mapping[str, Checker]
    facts: Mapping[str, Fact]
    lists: Mapping[str, Sequence[Option]]
    letter_fields: Mapping[str, Field]
    danger: Callable[[str], Danger | None]
    danger_kinds: Collection[str] = ()


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


def check(folder: Path, registry: Registry) -> Checked:
    """Every finding of the loader, the lint, the translations and the lock. Never raises on what the files hold."""
    loaded = load(folder, registry)
    found = list(loaded.diagnostics)
    if loaded.book is not None:
        found += lint(loaded.book, danger_kinds=registry.danger_kinds)
        found += check_lock(loaded.book, _read_lock(folder)) if not errors(loaded.diagnostics) else ()
    translations, faults = load_translations(folder / "locale")
    found += faults
    for translation in translations.values():
        found += check_translation(translation, loaded.texts)
    return Checked(loaded, ordered(found))


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
        (folder / LOCK).write_text(write_lock(checked.loaded.book), encoding="utf-8")
    out.write(_as_json(checked) if form == "json" else _as_text(checked, folder))
    return int(failed)


def _blocking(checked: Checked, *, update_lock: bool) -> tuple[Diagnostic, ...]:
    """A damaged lock does not keep it from being written anew; broken promises do."""
    return tuple(one for one in errors(checked.diagnostics) if not (update_lock and one.code == "D805"))


def _read_lock(folder: Path) -> str:
    try:
        return (folder / LOCK).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        return "unreadable"


def _as_text(checked: Checked, folder: Path) -> str:
    lines = [f"{folder.name}/{one}" for one in checked.diagnostics]
    counts = _counts(checked)
    summary = ", ".join(
        f"{number} {name if number != 1 else name.removesuffix('s')}" for name, number in counts.items()
    )
    return "\n".join([*lines, f"{summary}."]) + "\n"


def _as_json(checked: Checked) -> str:
    body = {"counts": _counts(checked), "diagnostics": [asdict(one) for one in checked.diagnostics]}
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
