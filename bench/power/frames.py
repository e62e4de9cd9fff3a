"""The power goes at every write of a recorded life: the files are opened as they would be found then."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.power import disk, promises
from bench.power.disk import HOWS, Disk, Files, How
from bench.power.promises import Promises
from bench.power.strace import Event

NAMES = ("rekindle.db", "keys.db")
BETWEEN: tuple[tuple[How, How], ...] = (("kept", "synced"), ("synced", "kept"))  # of the two files one lost more


@dataclass
class Found:
    """What was cut, and what was found."""

    seed: int
    writes: int = 0
    frames: int = 0
    syncs: int = 0
    checkpointed_pages: int = 0
    cuts: Counter[str] = field(default_factory=Counter)
    confirmed: int = 0
    calls: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        names = ("writes", "frames", "checkpointed_pages", "syncs", "confirmed", "calls")
        told = [f"{name.replace('_', ' ')}: {getattr(self, name):,}" for name in names]
        cuts = f"cuts: {sum(self.cuts.values()):,} {dict(self.cuts)}"
        return "\n".join([*told, cuts, f"{self.seconds:.0f} s, broken: {len(self.wrong)}", *self.wrong[:20]])


def cut_everywhere(
    events: Iterable[Event], recorded: Path, work: Path, *, seed: int, every: int = 1, share: tuple[int, int] = (0, 1)
) -> Found:
    """After each `every`-th write to a file, and at each promise; of those moments the share (number, of)."""
    found, begun, rng = Found(seed), time.monotonic(), random.Random(seed)
    files, told, chosen = Disk(recorded, NAMES), Promises(), 0
    for event in events:
        name = files.do(event) if event.kind not in ("in", "out") else None
        promised = told.do(event)
        if name is not None:
            _count(found, event, name)
        if not promised and (name is None or event.kind != "write"):
            continue
        if not promised and found.writes % every:
            continue
        chosen += 1
        if chosen % share[1] == share[0]:
            _cut(files, told, work, rng, found, promised=promised)
        if len(found.wrong) > 20:
            break
    found.confirmed, found.calls = len(told.confirmed), told.calls
    found.seconds = time.monotonic() - begun
    return found


def _count(found: Found, event: Event, name: str) -> None:
    found.writes += event.kind == "write"
    found.syncs += event.kind == "sync"
    found.frames += event.kind == "write" and name.endswith("-wal") and len(event.data) == 24
    found.checkpointed_pages += event.kind == "write" and name in NAMES


def _cut(files: Disk, told: Promises, work: Path, rng: random.Random, found: Found, *, promised: bool) -> None:
    for how in HOWS:
        _look(files.after_a_cut(how, rng), how, told, work, found, promised=promised)
    for main, keys in BETWEEN:
        of_main, of_keys = files.after_a_cut(main, rng), files.after_a_cut(keys, rng)
        mixed = {name: data for name, data in of_main.items() if name.startswith(NAMES[0])}
        mixed |= {name: data for name, data in of_keys.items() if name.startswith(NAMES[1])}
        if mixed not in (of_main, of_keys):
            _look(mixed, f"main {main}, keys {keys}", told, work, found, promised=promised)


def _look(state: Files, how: str, told: Promises, work: Path, found: Found, *, promised: bool) -> None:
    disk.write(state, work)
    found.cuts[how] += 1
    moment = f"write {found.writes}{', at a promise' if promised else ''}, {how}"
    found.wrong += [f"{moment}: {one}" for one in promises.broken(work, told)]
