"""`python -m bench.crash --kills 40 --seed 1`: kill -9 of the real bot, and what was lost or doubled (nothing)."""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.crash import campaign, points
from bench.crash.figures import Figures, together
from bench.crash.kinds import KINDS
from bench.crash.points import Matrix

PIECE = 100  # kills of one bot and one Telegram: both get slower with what they have lived through
MEMORY = Path("/dev/shm")  # noqa: S108 - a kill, unlike a power cut, takes nothing from files; this wears no disk


def main() -> int:
    """Exit codes: 0 every promise held, 1 one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true", help="updates come by webhook; otherwise the bot polls")
    parser.add_argument("--faults", action="store_true", help="the line and Telegram misbehave meanwhile")
    parser.add_argument("--points", action="store_true", help="instead: a kill at each point in each kind of step")
    parser.add_argument("--kind", action="append", help="of these kinds of step only", choices=[k.name for k in KINDS])
    parser.add_argument("--jobs", type=int, default=1, help="so many stages side by side")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
        if options.points:
            names = options.kind or [kind.name for kind in KINDS]
            shares = [names[number :: options.jobs] for number in range(options.jobs)]
            figures: Figures | Matrix = points.together(
                pool.map(functools.partial(_points, webhook=options.webhook), [share for share in shares if share])
            )
        else:
            each = min(PIECE, -(-options.kills // options.jobs))
            kills = [min(each, options.kills - done) for done in range(0, options.kills, each)]
            piece = functools.partial(_kills, webhook=options.webhook, faults=options.faults)
            seeds = [options.seed + 1000 * number for number in range(len(kills))]
            figures = together(map(_told, pool.map(piece, kills, seeds)))
    print(figures)
    if isinstance(figures, Figures):
        sys.stderr.write(figures.log)
    return 1 if figures.wrong else 0


def _kills(kills: int, seed: int, *, webhook: bool, faults: bool) -> Figures:
    with _folder() as folder:
        return campaign.run(folder, kills=kills, seed=seed, webhook=webhook, faults=faults)


def _told(piece: Figures) -> Figures:
    """Says on the way what has come of a piece."""
    sys.stderr.write(f"seed {piece.seed}: {piece.kills} kills, {piece.updates} updates, {len(piece.wrong)} broken\n")
    return piece


def _points(names: list[str], *, webhook: bool) -> Matrix:
    with _folder() as folder:
        return points.run(folder, [kind for kind in KINDS if kind.name in names], webhook=webhook)


@contextmanager
def _folder() -> Iterator[Path]:
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="crash-", dir=where) as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
