"""Plants faults in every dialog and counts what check-dialogs finds: `python -m bench.faults --seed 1 --each 2`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults.folder import Bench, Tally, campaign, plant, remembered
from bench.faults.harmless import HARMLESS

ENOUGH = 0.95


def table(tallies: Mapping[str, Tally]) -> str:
    """A line a class, and the sum."""
    rows = [f"| {name} | {one.planted} | {one.caught} |" for name, one in tallies.items()]
    planted, found = sum(one.planted for one in tallies.values()), sum(one.caught for one in tallies.values())
    return "\n".join(
        [
            "| Class of fault | Planted | Caught |",
            "|---|---|---|",
            *rows,
            f"| all {len(tallies)} | {planted} | {found} |",
        ]
    )


def weak(tallies: Mapping[str, Tally]) -> list[str]:
    """The classes of which too few are caught, or which could be planted nowhere."""
    return [name for name, one in tallies.items() if not one.planted or one.caught < ENOUGH * one.planted]


def harmless(bench: Bench, seed: int, each: int) -> list[str]:
    """The harmless edits that the compiler minds."""
    minded = []
    for name, edit in HARMLESS.items():
        for source in bench.sources:
            for turn in range(each):
                planted = plant(edit, source, f"{seed} {name} {source.file} {turn}")
                if planted is not None and (news := bench.news(planted)):
                    minded.append(f"{name}: {source.file}:{planted.line}: {news[0]}")
    return minded


def main() -> int:
    """0 where enough is caught and nothing harmless minded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=2, help="times a class in a file")
    parser.add_argument("--misses", action="store_true", help="name every fault that is not caught")
    args = parser.parse_args()
    start = time.perf_counter()
    with TemporaryDirectory() as folder, remembered():
        bench = Bench(Path(folder))
        tallies = campaign(bench, args.seed, args.each, bench.sources)
        minded = harmless(bench, args.seed, args.each)
    print(table(tallies))
    for name, tally in tallies.items() if args.misses else ():
        for miss in tally.missed:
            print(f"missed: {name}: {miss}")
    print(*(f"minded: {one}" for one in minded), sep="\n")
    print(f"{len(weak(tallies))} weak classes: {', '.join(weak(tallies))}; {len(minded)} harmless edits minded.")
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)
    return int(bool(weak(tallies) or minded))


if __name__ == "__main__":
    sys.exit(main())
