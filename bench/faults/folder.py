"""A copy of dialogs/ in which faults are planted one at a time, and what the compiler says of each."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

from bench.faults import beside, reading, shape, values, words  # noqa: F401 - each adds its classes
from bench.faults.source import FAULTS, Fault, Planted, Source
from bot.content import document
from bot.content.check import check
from bot.conversation.shelf import DIALOGS, open_registry
from bot.engine.diagnostics import Diagnostic
from bot.engine.script import Book

NEAR = 2


@contextmanager
def remembered() -> Iterator[None]:
    """Reads each text of a file once: a campaign changes one file among forty at a time."""
    plain = document.parse
    document.parse = lru_cache(maxsize=400)(plain)
    try:
        yield
    finally:
        document.parse = plain


@dataclass(slots=True)
class Tally:
    """What became of one class."""

    planted: int = 0
    caught: int = 0
    missed: list[str] = field(default_factory=list)


class Bench:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "dialogs"
        shutil.copytree(DIALOGS, self.folder)
        self.registry = open_registry(self.folder)
        checked = check(self.folder, self.registry)
        assert checked.loaded.book is not None
        self.book: Book = checked.loaded.book
        self.sound = Counter(map(_what, checked.diagnostics))
        self.sources = [
            Source(f"{name}.yaml", self.read(f"{name}.yaml"), self.book, dialog)
            for name, dialog in sorted(self.book.dialogs.items())
        ]

    def read(self, file: str) -> str:
        """The sound text of a file."""
        return (DIALOGS / file).read_text(encoding="utf-8")

    def news(self, planted: Planted) -> list[Diagnostic]:
        """What the compiler says that it did not say before."""
        try:
            for file, text in planted.files.items():
                self._write(file, text)
            registry = self.registry if set(planted.files) <= self._dialogs() else open_registry(self.folder)
            found = check(self.folder, registry).diagnostics
        finally:
            for file in planted.files:
                self._restore(file)
        known = Counter(self.sound)
        fresh = []
        for one in found:
            if known[_what(one)]:
                known[_what(one)] -= 1
            else:
                fresh.append(one)
        return fresh

    def _dialogs(self) -> set[str]:
        beside_them = ("gestures.yaml", "lists.yaml", "zones.yaml", "wording.yaml", "helplines.json")
        files = {path.name for path in self.folder.iterdir()} - set(beside_them)
        return files | {"locale/de.po", *(f"zz_{source.file}" for source in self.sources)}

    def _write(self, file: str, text: str | bytes | None) -> None:
        path = self.folder / file
        if text is None:
            path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)

    def _restore(self, file: str) -> None:
        path = self.folder / file
        if (DIALOGS / file).is_file():
            shutil.copyfile(DIALOGS / file, path)
        else:
            path.unlink(missing_ok=True)


def _what(one: Diagnostic) -> tuple[str, str, str]:
    return one.code, one.file, one.message


def caught(planted: Planted, news: list[Diagnostic]) -> bool:
    """Whether a finding names the file and a line near the planted one."""
    return any(one.file == planted.file and abs(one.line - planted.line) <= NEAR for one in news)


def plant(fault: Fault, source: Source, seed: str) -> Planted | None:
    """One fault in one file, always the same for a seed."""
    return fault(source, Random(seed))


def campaign(bench: Bench, seed: int, each: int, sources: list[Source]) -> dict[str, Tally]:
    """Plants each class up to `each` times in each of the files where it is possible."""
    tallies: dict[str, Tally] = {}
    for name, fault in FAULTS.items():
        tally = tallies[name] = Tally()
        for source in sources:
            for turn in range(each):
                planted = plant(fault, source, f"{seed} {name} {source.file} {turn}")
                if planted is not None:
                    judge(bench, planted, tally)
    for name in beside.SWAPS:
        judge(bench, beside.plant(name, bench.read), tallies.setdefault(name, Tally()))
    dice = Random(seed)
    for turn in range(4 * each):
        judge(bench, beside.damaged_lock(bench.read, dice), tallies.setdefault("a damaged line of the lock", Tally()))
        if turn % 2:
            tally = tallies.setdefault("gestures: a misspelt key somewhere", Tally())
            judge(bench, beside.stray_gesture(bench.read, dice), tally)
    return tallies


def judge(bench: Bench, planted: Planted, tally: Tally) -> None:
    """Checks the folder with the fault in it and counts."""
    news = bench.news(planted)
    tally.planted += 1
    if caught(planted, news):
        tally.caught += 1
    else:
        told = "; ".join(f"{one.file}:{one.line} {one.code}" for one in news[:4]) or "nothing"
        tally.missed.append(f"{planted.file}:{planted.line} -> {told}")
