"""`python -m bench.speed`: how fast Rekindle is beside its peers, in turn against the same stand-in for Telegram."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.speed import dialogs, nudges, process, report
from bench.speed.field import Field, Result

MEASURES: dict[str, Callable[[Field], list[Result]]] = {
    "P1": dialogs.p1,
    "P2": dialogs.p2,
    "P3": dialogs.p3,
    "P4": dialogs.p4,
    "P5": dialogs.p5,
    "P6": nudges.p6,
    "P7": nudges.p7,
    "P8": nudges.p8,
    "P9": nudges.p9,
    "P10": process.p10,
    "P11": dialogs.p11,
    "P12": process.p12,
}


def main() -> int:
    """Exit codes: 0 measured, whatever came out; 2 an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--only", default="", metavar="P1,P2", help="some of " + ", ".join(MEASURES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    parser.add_argument(
        "--short", action="store_true", help="one round of a second with fewer people: shows that it runs"
    )
    options = parser.parse_args()
    wanted = [name.strip().upper() for name in options.only.split(",") if name.strip()] or list(MEASURES)
    if unknown := [name for name in wanted if name not in MEASURES]:
        parser.error(f"there is no {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends with it
    with tempfile.TemporaryDirectory(prefix="speed-") as folder, ExitStack() as stack:
        rounds, seconds = (1, 1.0) if options.short else (options.rounds, options.seconds)
        field = Field(Path(folder), stack, rounds, seconds, short=options.short)
        report.show(measured(field, wanted))
    return 0


def measured(field: Field, wanted: list[str]) -> list[Result]:
    """The results of these measures, in turn."""
    found = []
    for name in wanted:
        field.say(f"{name}: {(MEASURES[name].__doc__ or '').splitlines()[0]}")
        found += MEASURES[name](field)
    return found


if __name__ == "__main__":
    sys.exit(main())
