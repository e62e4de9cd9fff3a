"""The files beside the dialogs: lists, zones, helplines, gestures, words. What cannot be read is a diagnostic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from bot.content.gestures import Gesture, gestures_of
from bot.content.helplines import Helplines, load_helplines
from bot.content.lists import Lists, load_lists
from bot.content.wording import FILE as WORDING
from bot.content.wording import Wording, load_wording
from bot.content.yaml_file import FileInvalid, Where, YamlFile, read_yaml
from bot.content.zones import Zones, load_zones
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import Place, Text
from bot.phrasing import Lexicon, Opinion, join, kin_of
from bot.phrasing.grammar import NAMES

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Data:
    """What could be read; None where a file is faulty, and then `found` says why."""

    lists: Lists | None
    zones: Zones | None
    helplines: Helplines | None
    gestures: tuple[Gesture, ...] | None
    lexicon: Lexicon | None
    gesture_lines: Mapping[str, int]
    wording: tuple[Wording, Mapping[str, int]] | None
    found: tuple[Diagnostic, ...]


def read_data(folder: Path) -> Data:
    """Reads all of them. Never raises on what the files hold."""
    found: list[Diagnostic] = []

    def reading(load: Callable[[Path], T], name: str) -> T | None:
        try:
            return load(folder / name)
        except FileInvalid as error:
            found.extend(error.found)
            return None

    lists, zones = reading(load_lists, "lists.yaml"), reading(load_zones, "zones.yaml")
    helplines = reading(load_helplines, "helplines.json")
    gestures = reading(_gestures, "gestures.yaml")
    lexicon = reading(read_whole_lexicon, "phrasing/en")
    wording = reading(load_wording, WORDING)
    listed, lines = gestures or (None, {})
    return Data(lists, zones, helplines, listed, lexicon, lines, wording, tuple(found))


def _gestures(path: Path) -> tuple[tuple[Gesture, ...], Mapping[str, int]]:
    file = read_yaml(path)
    gestures = gestures_of(file)
    return gestures, {gesture.id: file.line_of((gesture.id, "text")) for gesture in gestures}


def read_lexicon(folder: Path) -> Lexicon:
    """The word data of a language, `phrasing/<lang>`. Raises FileInvalid with the file and line at fault."""
    files = [read_words(path) for path in sorted(folder.glob("*.yaml"))]
    parts: list[Any] = [file.data for file in files]
    try:
        return Lexicon.from_data(join(parts), read_opinions(folder))
    except ValueError as error:
        raise _rule_fault(folder, files, str(error)) from None


def read_whole_lexicon(folder: Path) -> Lexicon:
    """The same, of a language that must have every class that the code asks for by name, be it without words."""
    lexicon = read_lexicon(folder)
    if lacking := lexicon.lacking():
        raise _class_fault(folder, lacking)
    return lexicon


def read_opinions(folder: Path) -> dict[str, Opinion]:
    """The learned weights of a language by name: those it has of `danger`, `letters` and `causes`."""
    kin = folder / "kin.txt"
    if not kin.exists():
        return {}
    alike = kin_of(kin.read_text("utf-8"))
    return {path.stem: Opinion.from_data(path.read_bytes(), alike) for path in sorted(folder.glob("*.weights"))}


def read_words(path: Path) -> YamlFile:
    """One file of word data: sections of named blocks."""
    try:
        file = read_yaml(path)
    except FileInvalid as error:
        raise FileInvalid(error.message, [_named(one, path) for one in error.found]) from None
    if not isinstance(file.data, dict):
        raise FileInvalid(f"{path}: holds no sections", [_fault(path, 1, "The file holds no sections.")])
    return file


def _named(one: Diagnostic, path: Path) -> Diagnostic:
    return Diagnostic(one.code, f"phrasing/{path.parent.name}/{path.name}", one.line, one.message, one.severity)


def _fault(path: Path, line: int, message: str) -> Diagnostic:
    return Diagnostic("D221", f"phrasing/{path.parent.name}/{path.name}", line, message)


def _rule_fault(folder: Path, files: list[YamlFile], message: str) -> FileInvalid:
    """Finds the place that a message such as `rules.blame: 'you ever+': ...` speaks of: the last file that has it."""
    key = tuple(message.partition(":")[0].split("."))
    using = f"@{key[-1]}" if message.endswith(": unknown") else ""
    holding = [file for file in files if key in file.lines] or [file for file in files if using in _text(file)]
    if not holding:
        return FileInvalid(f"{folder}: no word data", [_fault(folder / "", 0, "There is no word data here.")])
    file = holding[-1]
    line = file.lines.get(key, 1)
    quoted = using or message.partition("'")[2].partition("'")[0]
    text = _text(file).splitlines()
    line = next((number for number, words in enumerate(text, 1) if number >= line and quoted and quoted in words), line)
    told = f"This word data cannot be used: {message}"
    return FileInvalid(f"{folder}: {message}", [_fault(file.path, line, told if told.endswith(".") else told + ".")])


def _class_fault(folder: Path, lacking: list[str]) -> FileInvalid:
    """Classes that are asked for and stand nowhere: at the line of the one that may be meant, or of all in one."""
    files = [read_words(path) for path in sorted(folder.glob("*.yaml"))]
    placed = {str(key[1]): (file.path, line) for file in files for key, line in file.lines.items() if _is_class(key)}
    found, missing = [], []
    for name in lacking:
        close = get_close_matches(name, placed.keys() - NAMES, n=1, cutoff=0.75)
        if close:
            told = f"The class `{name}` is asked for by name and missing: if `{close[0]}` is meant for it, rename it."
            found.append(_fault(*placed[close[0]], told))
        else:
            missing.append(f"`{name}`")
    if missing:
        told = f"Classes are missing that are asked for by name: {', '.join(missing)}. Add each, be it without words."
        found.append(_fault(folder / "grammar.yaml", 1, told))
    return FileInvalid(f"{folder}: no class {', '.join(lacking)}", found)


def _is_class(key: Where) -> bool:
    return len(key) == 2 and key[0] == "classes"


def _text(file: YamlFile) -> str:
    return file.path.read_text(encoding="utf-8-sig")


def gesture_texts(data: Data) -> dict[str, Text]:
    """Gestures are messages too, so that they can be translated."""
    made: dict[str, Text] = {}
    for gesture in data.gestures or ():
        place = Place("gestures.yaml", data.gesture_lines.get(gesture.id, 0))
        made[f"gestures.{gesture.id}"] = Text(f"gestures.{gesture.id}", (gesture.text,), place=place)
    return made
