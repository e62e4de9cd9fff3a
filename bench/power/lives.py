"""The power goes in the middle of everything, and another life begins with what the disk has kept; as with kills."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from bench.crash import campaign
from bench.crash.figures import Figures
from bench.power import disk, strace
from bench.power.disk import HOWS, Disk
from bench.power.frames import NAMES
from bench.power.scene import LOG


def run(
    folder: Path, *, cuts: int, seed: int, webhook: bool, seconds: float = float("inf"), faults: bool = False
) -> Figures:
    """The campaign of kills, in which each death takes from the files what was not synced."""
    power = Power(folder, random.Random(seed))
    figures = campaign.run(
        folder,
        kills=cuts,
        seed=seed,
        seconds=seconds,
        webhook=webhook,
        faults=faults,
        watched=strace.command(folder / LOG),
        on_death=power.goes,
    )
    figures.hits.update(power.cuts)
    return figures


class Power:
    """Follows the log of a watched nursery, and rewrites its files at each death."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self._folder, self._rng = folder, rng
        self._disk = Disk(folder, NAMES)
        self._read = 0
        self._begun: dict[str, str] = {}
        self.cuts: Counter[str] = Counter()

    def goes(self) -> None:
        """The process is dead already."""
        for event in strace.events(iter(self._fresh()), self._begun):
            self._disk.do(event)
        self._begun.clear()
        self._agrees()
        how = self._rng.choice(HOWS)
        self.cuts[f"a cut that left all {how}" if how != "torn" else "a torn cut"] += 1
        files = self._disk.after_a_cut(how, self._rng)
        disk.write(files, self._folder)
        self._disk.take(files)

    def _agrees(self) -> None:
        """What was followed must be what is there, or a cut would be of another disk."""
        for name, data in self._disk.after_a_cut("kept", self._rng).items():
            if (self._folder / name).read_bytes() != data:
                raise AssertionError(f"{name} is not as strace says")

    def _fresh(self) -> list[str]:
        """New lines. strace has written all when what it follows is as the files are."""
        with (self._folder / LOG).open(encoding="ascii", errors="replace") as log:
            log.seek(self._read)
            lines = log.readlines()
            self._read = log.tell()
        return lines
