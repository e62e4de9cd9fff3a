"""The paths of dialogs/paths.yaml: exercises of each focus, in order. Reads and checks; walking is the subject's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.yaml_file import YamlFile, read_yaml
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import Dialog, Place, Text
from bot.errors import ContentError

TEXT_LIMIT = 160
"""Characters of the sentence that says what a step is."""
ALONE = 2
"""Steps of every path for whoever keeps to themselves, so that there is always a next one and another."""
BETWEEN_TWO = "between_two"
"""The list of the dialogs that are about the other person or done with them."""
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31})?")


@dataclass(frozen=True, slots=True)
class Step:
    """One exercise on a path. `id` is the dialog, with a name after a dot where it stands there more than once."""

    id: str
    dialog: str
    text: Text
    needs_partner: bool
    between_two: bool


Paths = Mapping[str, tuple[Step, ...]]


def load_paths(path: Path, *, dialogs: Mapping[str, Dialog], focuses: tuple[str, ...]) -> Paths:
    """The path of every focus. Raises ContentError with file and line for the first fault."""
    file = read_yaml(path)
    if not isinstance(file.data, dict):
        raise file.error("a path for every focus is needed")
    for name in file.data:
        if name not in (*focuses, BETWEEN_TWO):
            raise file.error(f"{name} is no focus; they are {', '.join(focuses)}", (name,))
    between_two = _between_two(file, dialogs)
    return {focus: _path(file, focus, dialogs, between_two) for focus in focuses}


def _between_two(file: YamlFile, dialogs: Mapping[str, Dialog]) -> frozenset[str]:
    assert isinstance(file.data, dict)  # noqa: S101 - load_paths has looked
    names = file.data.get(BETWEEN_TWO, [])
    if not isinstance(names, list):
        raise file.error(f"{BETWEEN_TWO} is a list of dialogs", (BETWEEN_TWO,))
    for place, name in enumerate(names):
        if name not in dialogs:
            raise file.error(f"there is no dialog {name}", (BETWEEN_TWO, place))
    return frozenset(names)


def _path(file: YamlFile, focus: str, dialogs: Mapping[str, Dialog], between_two: frozenset[str]) -> tuple[Step, ...]:
    assert isinstance(file.data, dict)  # noqa: S101 - load_paths has looked
    entries = file.data.get(focus)
    if not isinstance(entries, list) or not entries:
        raise file.error(f"{focus} needs a list of exercises, a line each", (focus,) if focus in file.data else ())
    steps = tuple(_step(file, (focus, place), entry, dialogs, between_two) for place, entry in enumerate(entries))
    for place, step in enumerate(steps):
        if any(step.id == earlier.id for earlier in steps[:place]):
            raise file.error(f"{step.id} stands twice; name one {step.dialog}.<something>", (focus, place))
    if sum(not (step.needs_partner or step.between_two) for step in steps) < ALONE:
        raise file.error(f"{focus} needs {ALONE} exercises that can be done alone", (focus,))
    return steps


def _step(
    file: YamlFile,
    where: tuple[str, int],
    entry: object,
    dialogs: Mapping[str, Dialog],
    between_two: frozenset[str],
) -> Step:
    if not isinstance(entry, dict) or len(entry) != 1:
        raise file.error("a step is one line: a dialog, a colon, and a sentence", where)
    (step_id, sentence), *_ = entry.items()
    if not isinstance(step_id, str) or not _ID.fullmatch(step_id):
        raise file.error(f"{step_id} is no id of a step", where)
    dialog = dialogs.get(step_id.partition(".")[0])
    if dialog is None:
        raise file.error(f"there is no dialog {step_id.partition('.')[0]}", where)
    if any(var.given for var in dialog.vars.values()):
        raise file.error(f"{dialog.id} needs to be given something and cannot be begun by itself", where)
    _check_sentence(file, sentence, where)
    text = Text(f"paths.{where[0]}.{step_id}", (str(sentence),), place=Place(file.path.name, file.line_of(where)))
    return Step(step_id, dialog.id, text, needs_partner=bool(dialog.needs), between_two=dialog.id in between_two)


def _check_sentence(file: YamlFile, sentence: object, where: tuple[str | int, ...]) -> None:
    if not isinstance(sentence, str) or not sentence.strip():
        raise file.error("the sentence that says what the step is is missing", where)
    if len(sentence) > TEXT_LIMIT:
        raise file.error(f"the sentence has {len(sentence)} characters; {TEXT_LIMIT} fit", where)
    if any(mark in sentence for mark in "{}*_"):
        raise file.error("a step is said in plain words, without braces and emphasis", where)


def check_paths(path: Path, *, dialogs: Mapping[str, Dialog], focuses: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """The first fault of the file as a finding of check-dialogs; none where there is no such file."""
    if not path.exists():
        return ()
    try:
        load_paths(path, dialogs=dialogs, focuses=focuses)
    except ContentError as error:
        place, _, message = error.message.removeprefix(f"{path}:").partition(": ")
        return (Diagnostic("D861", path.name, int(place) if place.isdigit() else 1, message),)
    return ()


def texts_of(paths: Paths) -> Iterator[Text]:
    """Every sentence, so that it can be translated."""
    for steps in paths.values():
        for step in steps:
            yield step.text
