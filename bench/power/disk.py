"""A disk that may lose what was written and not yet synced: all of it, none of it, or any sectors of it.

Making and deleting a file is taken as done at once: SQLite syncs the folder itself when it makes a log.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from bench.power.strace import Event

SECTOR = 512
GARBAGE = 0.1  # of the sectors that were being written hold anything at all
How = Literal["kept", "synced", "torn"]
HOWS: tuple[How, ...] = get_args(How)
Files = dict[str, bytes]


class Disk:
    """The files of a folder whose names begin with one of these; shared memory and locks are no files here."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._folder = str(folder)
        self._names = tuple(names)
        self._now: dict[str, bytearray] = {}  # as the process sees it
        self._safe: dict[str, bytearray] = {}  # as it is sure to be found
        self._unsure: dict[str, list[tuple[int, int]]] = {}  # written since: where, and how many bytes

    def knows(self, path: str) -> str | None:
        """The name in the folder, for a file that matters."""
        folder, _, name = path.rpartition("/")
        mine = folder == self._folder and name.startswith(self._names)
        return name if mine and not name.endswith(("-shm", ".lock")) else None

    def do(self, event: Event) -> str | None:
        """Follows a call. The name of the file that it was about, if it matters."""
        name = self.knows(event.path)
        if name is None:
            return None
        now = self._now.setdefault(name, bytearray())
        self._safe.setdefault(name, bytearray())
        unsure = self._unsure.setdefault(name, [])
        match event.kind:
            case "write":
                _put(now, event.number, event.data)
                unsure.append((event.number, len(event.data)))
            case "truncate":
                _resize(now, event.number)
                unsure.append((event.number, 0))
            case "sync":
                self._safe[name] = bytearray(now) if any(size == 0 for _, size in unsure) else self._safe[name]
                for offset, size in unsure:
                    _put(self._safe[name], offset, bytes(now[offset : offset + size]))
                unsure.clear()
            case "unlink":
                del self._now[name], self._safe[name], self._unsure[name]
        return name

    def after_a_cut(self, how: How, rng: random.Random) -> Files:
        """What is found on the disk when the power comes back."""
        if how == "kept":
            return {name: bytes(data) for name, data in self._now.items()}
        if how == "synced":
            return {name: bytes(data) for name, data in self._safe.items()}
        return {name: self._torn(name, rng) for name in self._now}

    def _torn(self, name: str, rng: random.Random) -> bytes:
        found, now = bytearray(self._safe[name]), self._now[name]
        for offset, size in self._unsure[name]:
            if size == 0 and rng.random() < 0.5:
                _resize(found, offset)
            for begin in range(offset, min(offset + size, len(now)), SECTOR):
                length = min(SECTOR, offset + size - begin)
                if rng.random() < GARBAGE:
                    _put(found, begin, rng.randbytes(length))
                elif rng.random() < 0.5:
                    _put(found, begin, bytes(now[begin : begin + length]))
        return bytes(found)

    def take(self, files: Files) -> None:
        """From here on this is what is safe on the disk."""
        self._now = {name: bytearray(data) for name, data in files.items()}
        self._safe = {name: bytearray(data) for name, data in files.items()}
        self._unsure = {name: [] for name in files}


def write(files: Files, folder: Path) -> None:
    """Puts the files there, and takes away what of the same databases is not among them."""
    for old in folder.glob("*.db*"):
        if old.suffix != ".lock":
            old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _put(data: bytearray, offset: int, more: bytes) -> None:
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(more)] = more


def _resize(data: bytearray, size: int) -> None:
    del data[size:]
    data.extend(bytes(size - len(data)))
