"""A file of dialogs/ as lines with the paths of its keys, and the edits by which a fault is planted in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.content.document import Document, KeyPath, parse
from bot.engine.script import Book, Dialog


@dataclass(frozen=True, slots=True)
class Planted:
    """What the folder looks like with one fault: files by name (None: gone), and where the finding belongs."""

    files: Mapping[str, str | bytes | None]
    file: str
    line: int
    code: str = ""


@dataclass(slots=True)
class Source:
    """One file; `dialog` and `book` are what was read from the sound folder."""

    file: str
    text: str
    book: Book
    dialog: Dialog | None = None
    document: Document = field(init=False)
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.document = parse(self.text)
        self.lines = self.text.split("\n")

    # -- where things stand

    def paths(self, *shape: str) -> list[KeyPath]:
        """The paths of this shape; `*` stands for any key."""
        return [path for path in self.document.lines if fits(path, shape)]

    def one(self, dice: Random, *shape: str, where: Callable[[KeyPath], bool] = lambda _: True) -> KeyPath | None:
        """One of them, if there is one."""
        found = [path for path in self.paths(*shape) if where(path)]
        return dice.choice(found) if found else None

    def at(self, *path: str | int) -> int:
        """The index of the line on which a path stands."""
        return self.document.line(*path) - 1

    def value(self, path: KeyPath) -> Any:
        """What stands at a path."""
        here: Any = self.document.data
        for key in path:
            here = here[key]
        return here

    def end(self, index: int) -> int:
        """The index after the block that begins on this line."""
        depth = indent(self.lines[index])
        for after in range(index + 1, len(self.lines)):
            if self.lines[after].strip() and indent(self.lines[after]) <= depth:
                return after
        return len(self.lines) - 1

    def node_lines(self) -> Iterator[tuple[str, int]]:
        """Each node with the index of its line."""
        for path in self.paths("nodes", "*"):
            yield str(path[1]), self.at(*path)

    # -- edits

    def planted(self, lines: list[str], index: int, code: str = "") -> Planted:
        """The file with other lines; the fault stands at this index."""
        return Planted({self.file: "\n".join(lines)}, self.file, index + 1, code)

    def swap(self, index: int, line: str, code: str = "") -> Planted | None:
        """One line is another."""
        if self.lines[index] == line:
            return None
        return self.planted([*self.lines[:index], line, *self.lines[index + 1 :]], index, code)

    def insert(self, index: int, *new: str, code: str = "", at: int = 0) -> Planted:
        """New lines before this index; the fault is the one at `at` among them."""
        return self.planted([*self.lines[:index], *new, *self.lines[index:]], index + at, code)

    def cut(self, index: int, end: int | None = None, code: str = "") -> Planted:
        """Lines are gone."""
        return self.planted([*self.lines[:index], *self.lines[end or index + 1 :]], index, code)

    def set(self, path: KeyPath | None, new: str, code: str = "") -> Planted | None:
        """The plain value at a path is another."""
        if path is None:
            return None
        index, key, old = self.at(*path), re.escape(str(path[-1])), re.escape(str(self.value(path)))
        line = self.lines[index]
        changed = re.sub(
            rf"(?<![\w]){key}: *[\"']?{old}[\"']?(?=[\s,}}\]]|$)", lambda _: f"{path[-1]}: {new}", line, count=1
        )
        return self.swap(index, changed, code)

    def rename(self, path: KeyPath | None, new: str, code: str = "") -> Planted | None:
        """The last key of a path is spelt otherwise."""
        if path is None:
            return None
        index = self.at(*path)
        changed = re.sub(rf"(?<![\w]){re.escape(str(path[-1]))}:", f"{new}:", self.lines[index], count=1)
        return self.swap(index, changed, code)

    def say_line(self, dice: Random) -> int | None:
        """The index of a line inside a message, of some length."""
        found = [
            index
            for path in (*self.paths("nodes", "*", "say"), *self.paths("messages", "*"))
            for index in range(self.at(*path) + 1, self.end(self.at(*path)))
            if len(self.lines[index].strip()) > 8 and self.lines[self.at(*path)].rstrip().endswith("|")
        ]
        return dice.choice(found) if found else None


def fits(path: KeyPath, shape: tuple[str, ...]) -> bool:
    """Whether a path has this shape."""
    return len(path) == len(shape) and all(want in ("*", key) for key, want in zip(path, shape, strict=True))


def indent(line: str) -> int:
    """The blanks before a line."""
    return len(line) - len(line.lstrip(" "))


def typo(word: str, dice: Random) -> str:
    """The word with a letter doubled or dropped or two exchanged; never the same, still an id."""
    for _ in range(40):
        at = dice.randrange(1, max(len(word) - 1, 2))
        kind = dice.randrange(3)
        letters = list(word)
        if kind == 0:
            letters.insert(at, letters[min(at, len(letters) - 1)])
        elif kind == 1 and len(word) > 3:
            del letters[at]
        elif at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        made = "".join(letters)
        if made != word and made[0].isalpha():
            return made
    return word + "x"


Fault = Callable[[Source, Random], Planted | None]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Adds a class of faults to the campaign; None from it means: not here."""

    def adding(plant: Fault) -> Fault:
        FAULTS[name] = plant
        return plant

    return adding
