"""A simulated month: `python -m bench.month --couples 200 --seed 1`; `--seeds N` lives N small ones after another."""

from __future__ import annotations

import argparse
import gc
import logging
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.month.month import Lived, Month
from bench.month.service import Weather
from bench.walks.service import Premises

SHOWN = ("months", "acts", "updates", "sent", "nudges", "letters_sealed", "letters_opened", "deaths", "cut_after",
         "cut_before", "429", "updates_repeated", "repeated_messages")  # fmt: skip

STORM = Weather(lost_answers=0.06, refused=0.03, floods=0.01, deaths=0.02)


def live(premises: Premises, *, seed: int, couples: int, days: int, weather: Weather | None = None) -> Lived:
    """One month."""
    return Month(premises, seed=seed, couples=couples, days=days, weather=weather or Weather()).live()


def main() -> int:
    """Exit code 1 when a rule is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.month", description=__doc__)
    parser.add_argument("--couples", type=int, default=200)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--storm", action="store_true", help="two to six times the faults: few acts meet many of them")
    given = parser.parse_args()
    weather = STORM if given.storm else Weather()
    logging.getLogger("emulator").setLevel(logging.ERROR)  # every fault was ordered
    gc.set_threshold(100_000, 20, 50)  # what a month keeps it keeps to its end, and looking through it takes a sixth
    figures: Counter[str] = Counter()
    broken = 0
    begin = time.monotonic()
    with TemporaryDirectory() as folder:
        premises = Premises(Path(folder))
        for seed in range(given.seed, given.seed + given.seeds):
            lived = live(premises, seed=seed, couples=given.couples, days=given.days, weather=weather)
            figures.update(lived.figures)
            broken += bool(lived.kind)
            if lived.kind:
                print(f"seed {seed} broken: {lived.kind}: {lived.sentence[:400]}", flush=True)
            if given.seeds == 1:
                print(f"trace {lived.digest}")
        premises.close()
    print("\n".join(f"{name} {figures[name]}" for name in SHOWN))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.monotonic() - begin:.0f} s, {time.process_time():.0f} s of processor, {memory} MB, broken {broken}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
