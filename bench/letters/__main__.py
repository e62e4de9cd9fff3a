"""`python -m bench.letters --letters 10000 --faults 0.2 --seed 1`: thousands of letters on a bad line, none lost."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.letters.post import Post
from bench.month.service import Weather
from bench.walks.service import Broken, Premises

PIECE = 1000  # letters in one database: after that a new one, with other people


@dataclass(slots=True)
class Found:
    """What was lived through, and the rule that broke."""

    figures: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{name.replace('_', ' ')}: {number:,}" for name, number in sorted(self.figures.items())]
        return "\n".join([*lines, f"broken: {len(self.broken)}", *self.broken[:20]])


def weather(faults: float) -> Weather:
    """So many of the calls go wrong: lost answers, calls that never arrive, floods, and the process dies."""
    return Weather(lost_answers=faults * 0.35, refused=faults * 0.3, floods=faults * 0.2, deaths=faults * 0.15)


def live(premises: Premises, *, seed: int, letters: int, faults: float, couples: int) -> Found:
    """One piece. Never raises."""
    found, post = Found(), Post(premises, seed=seed, couples=couples, letters=letters, weather=weather(faults))
    try:
        post.live()
    except Broken as broken:
        found.broken.append(f"seed {seed}: {broken}")
    except Exception as error:  # noqa: BLE001 - whatever a unit raises is what is looked for
        found.broken.append(f"seed {seed}: {error!r}"[:1000])
    found.figures.update(post.ledger.figures)
    found.figures.update(post.service.figures)
    return found


def _piece(seed: int, letters: int, *, faults: float, couples: int) -> Found:
    with TemporaryDirectory() as folder:
        premises = Premises(Path(folder))
        found = live(premises, seed=seed, letters=letters, faults=faults, couples=couples)
        premises.close()
    return found


def main() -> int:
    """Exit code 1 when a rule is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.letters", description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--faults", type=float, default=0.2, help="the share of calls and steps that go wrong")
    parser.add_argument("--couples", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    logging.getLogger("emulator").setLevel(logging.ERROR)  # every fault was ordered
    begin, whole = time.monotonic(), Found()
    sizes = [min(PIECE, given.letters - done) for done in range(0, given.letters, PIECE)]
    piece = partial(_piece, faults=given.faults, couples=given.couples)
    with ProcessPoolExecutor(given.jobs, multiprocessing.get_context("fork")) as pool:
        for found in pool.map(piece, range(given.seed, given.seed + len(sizes)), sizes):
            whole.figures.update(found.figures)
            whole.broken += found.broken
            print(f"{time.monotonic() - begin:.0f} s: {whole.figures['sealed']:,} letters", file=sys.stderr, flush=True)
    print(whole)
    return bool(whole.broken)


if __name__ == "__main__":
    sys.exit(main())
