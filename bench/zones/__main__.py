"""Nudges in every zone, and while clocks jump: `python -m bench.zones --years 2 --lives 500 --seed 1 --jobs 2`."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.walks.service import Premises
from bench.zones.days import HALF_HOURS, Found, all_zones, look
from bench.zones.lives import live_alone, summed

START = date(2026, 1, 1)


def lives(seeds: range) -> Found:
    """These lives one after another, in this process."""
    with TemporaryDirectory() as folder:
        premises = Premises(Path(folder))
        found = summed([live_alone(premises, seed) for seed in seeds])
        premises.close()
    return found


def report(found: Found, seconds: float) -> str:
    """The figures, and what broke."""
    lines = [f"{name.replace('_', ' ')}: {number:,}" for name, number in sorted(found.figures.items())]
    lines += [f"BROKEN {one}" for one in found.broken[:20]]
    return "\n".join([*lines, f"{len(found.broken)} broken in {seconds:.0f} s"])


def main(arguments: list[str] | None = None) -> int:
    """Runs both parts. 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="bench.zones", description=__doc__)
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--lives", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    found = Found()
    one_zone = partial(look, start=START, days=365 * asked.years, minutes=HALF_HOURS)
    parts = [range(asked.seed + part, asked.seed + asked.lives, asked.jobs) for part in range(asked.jobs)]
    with ProcessPoolExecutor(asked.jobs) as pool:
        for each in pool.map(one_zone, all_zones() if asked.years else [], chunksize=4):
            found.join(each)
        for each in pool.map(lives, parts):
            found.join(each)
    print(report(found, time.monotonic() - began))
    return int(bool(found.broken))


if __name__ == "__main__":
    sys.exit(main())
