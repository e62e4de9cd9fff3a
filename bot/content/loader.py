"""Reads the folder of dialogs into a Book. Never raises on what stands in the files: faults are diagnostics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.content import schema
from bot.content.build import Builder
from bot.content.document import Document
from bot.content.interface import INTERFACE, INTERRUPTS, Interface, load_interface, load_interrupts, read_form
from bot.engine.diagnostics import Diagnostic, errors, ordered
from bot.engine.script import Book, Checker, Danger, Dialog, EffectSpec, Fact, Field, Option, Text

_LOOKS_LIKE_YAML = re.compile(r"\.ya?ml(\.\w+)?$", re.IGNORECASE)
OTHER_FILES = frozenset(
    {INTERFACE, INTERRUPTS, "gestures.yaml", "lists.yaml", "paths.yaml", "zones.yaml", "wording.yaml"}
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What could be read. `book` is None where no interrupts could be; faulty dialogs are left out of it."""

    book: Book | None
    diagnostics: tuple[Diagnostic, ...]
    interface: Interface = field(default_factory=Interface)

    @property
    def texts(self) -> dict[str, Text]:
        """Every text by its message id."""
        return {text.id: text for text in _texts(self.book, self.interface)}


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    form: schema.Dialog
    document: Document


def load_book(
    folder: Path,
    *,
    effects: Mapping[str, EffectSpec],
    checkers: Mapping[str, Checker],
    facts: Mapping[str, Fact],
    lists: Mapping[str, Sequence[Option]],
    letter_fields: Mapping[str, Field],
    danger: Callable[[str], Danger | None],
    release: int = 1,
) -> Loaded:
    """Reads every dialog of the folder, the interrupts and the interface. The lint is not run here."""
    interrupts, found = load_interrupts(folder)
    interface, more = load_interface(folder)
    files, names, unread = _read_all(folder)
    dialogs, misbuilt = _build_all(files, effects)
    diagnostics = ordered([*found, *more, *unread, *misbuilt])
    if interrupts is None:
        return Loaded(None, diagnostics, interface)
    book = Book(
        dialogs=dialogs,
        checkers=checkers,
        effects=effects,
        facts=facts,
        lists={name: tuple(options) for name, options in lists.items()},
        letter_fields=letter_fields,
        interrupts=interrupts,
        danger=danger,
        release=release,
        faulty=frozenset(names - dialogs.keys()),
    )
    return Loaded(book, diagnostics, interface)


def _read_all(folder: Path) -> tuple[dict[str, _File], set[str], list[Diagnostic]]:
    """The files that can be read, the ids of all that are there, and the reasons for the others."""
    files: dict[str, _File] = {}
    names: set[str] = set()
    found: list[Diagnostic] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name in OTHER_FILES:
            continue
        form, document, faults = read_form(path, "dialog")
        found += faults
        names.add(path.stem)
        if isinstance(form, schema.Dialog) and document is not None:
            file = _File(path.name, form, document)
            found += _misnamed(file, files)
            files.setdefault(form.dialog, file)
            names.add(form.dialog)
    return files, names, [*found, *_unread(folder)]


def _unread(folder: Path) -> list[Diagnostic]:
    """Files that look like dialogs but are not read, because of how they are called."""
    others = (path.name for path in sorted(folder.iterdir() if folder.is_dir() else ()))
    strange = [name for name in others if _LOOKS_LIKE_YAML.search(name) and not name.endswith(".yaml")]
    message = "This file is not read, because its name does not end in .yaml; rename it, or move it elsewhere."
    return [Diagnostic("D211", name, 0, message) for name in strange]


def _misnamed(file: _File, files: Mapping[str, _File]) -> list[Diagnostic]:
    """The file is called as its dialog, so that whoever reads an id finds the file; a dialog stands once."""
    line, name = file.document.line("dialog"), file.form.dialog
    if name in files:
        message = f"The dialog `{name}` already stands in {files[name].name}; give one of them another id."
        return [Diagnostic("D208", file.name, line, message)]
    if name in ("interface", "interrupts"):
        return [Diagnostic("D209", file.name, line, f"The id `{name}` is taken by fixed messages; choose another.")]
    if file.name != f"{name}.yaml":
        return [Diagnostic("D210", file.name, line, f"The dialog `{name}` belongs in {name}.yaml; rename the file.")]
    return []


def _build_all(
    files: Mapping[str, _File], effects: Mapping[str, EffectSpec]
) -> tuple[dict[str, Dialog], list[Diagnostic]]:
    dialogs: dict[str, Dialog] = {}
    found: list[Diagnostic] = []
    forms = {name: file.form for name, file in files.items()}
    for name, file in files.items():
        builder = Builder(file.name, file.document, effects, forms)
        dialog = builder.dialog(file.form)
        found += builder.found
        if not errors(builder.found):
            dialogs[name] = dialog
    return dialogs, found


def _texts(book: Book | None, interface: Interface) -> Iterable[Text]:
    yield from interface.texts.values()
    if book is None:
        return
    yield from book.interrupts.messages.values()
    for dialog in book.dialogs.values():
        yield from dialog_texts(dialog)


def dialog_texts(dialog: Dialog) -> Iterable[Text]:
    """Every text of a dialog, in speaking order."""
    yield dialog.about
    for node in dialog.nodes.values():
        if node.say is not None:
            yield node.say
        if node.ask is not None:
            for button in node.ask.buttons:
                yield from (button.text,) if button.saves is None else (button.text, button.saves)
            if node.ask.text is not None and node.ask.text.retry is not None:
                yield node.ask.text.retry
