"""`python -m bench.baddays --seed 1 [--only NAME]`: bad days of the database, of Telegram, of the machine, of time."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.baddays import clocks, database, floods, outage, postgres, sickness, stops
from bench.baddays.figures import Figures

Day = Callable[[Path, int, bool], Figures]


def _locked(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    return database.run(folder, database.LOCKED, seed=seed, webhook=webhook)


def _sick(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    able = sickness.can_be_read_only(folder)
    troubles = [one for one in database.OTHERS if able or one.befalls is not sickness.read_only]
    figures = database.run(folder, troubles, seed=seed, webhook=webhook)
    if not able:
        figures.note("not shown: read-only, since files cannot be made immutable here")
    return figures


def _full(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    with sickness.small_disk(folder / "disk") as mounted:
        if mounted:
            return database.run(folder, database.FULL, seed=seed, webhook=webhook, kind=database.OnSmallDisk)
    figures = Figures(seed)
    figures.note("not shown: nothing can be mounted here")
    return figures


def _postgres(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    with postgres.own_server(folder) as server:
        return postgres.run(folder, server, postgres.TROUBLES, seed=seed, webhook=webhook)


def _outage(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    way = outage.WAYS[webhook]
    figures = outage.run(folder, outage.Size(), way=way, seed=seed, webhook=webhook)
    figures.note(f"Telegram away: {way}")
    return figures


def _stops(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    return stops.run(folder, stops=100, hard=3, seed=seed, webhook=webhook)


def _clocks(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    return clocks.run(folder, jumps=24, crowd=50, seed=seed, webhook=webhook)


def _floods(folder: Path, seed: int, webhook: bool) -> Figures:  # noqa: FBT001
    return floods.run(folder, people=100, seed=seed, webhook=webhook)


DAYS: dict[str, Day] = {
    "locked": _locked,
    "sick": _sick,
    "full": _full,
    "postgres": _postgres,
    "outage": _outage,
    "floods": _floods,
    "stops": _stops,
    "clocks": _clocks,
}


def main() -> int:
    """Exit codes: 0 every promise held, 1 one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.baddays", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(DAYS), action="append", help="this day alone; may be given again")
    parser.add_argument("--by", choices=("polling", "webhook"), help="only so; otherwise both ways")
    options = parser.parse_args()
    broken = 0
    for name in options.only or DAYS:
        for way in (options.by,) if options.by else ("polling", "webhook"):
            with tempfile.TemporaryDirectory(prefix="baddays-") as folder:
                figures = DAYS[name](Path(folder), options.seed, way == "webhook")
            sys.stdout.write(f"-- {name}, {way}\n{figures}\n\n")
            sys.stdout.flush()
            broken += bool(figures.wrong)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
