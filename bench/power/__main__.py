"""`python -m bench.power --seed 1`: the power goes at every write of a busy bot, watched by strace; nothing is lost."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bench.power import lives, scene, strace
from bench.power.frames import Found, cut_everywhere

MEMORY = "/dev/shm"  # noqa: S108 - what is lost is worked out, not waited for


def main() -> int:
    """Exit codes: 0 every promise held, 1 one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.power", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--bursts", type=int, default=2, help="of what four people do")
    parser.add_argument("--every", type=int, default=1, help="cut at each n-th write only")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cuts", type=int, default=0, help="instead: so many cuts after which the bot goes on")
    options = parser.parse_args()
    where = MEMORY if Path(MEMORY).is_dir() else None
    with tempfile.TemporaryDirectory(prefix="power-", dir=where) as name:
        folder = Path(name)
        if options.cuts:
            figures = lives.run(folder, cuts=options.cuts, seed=options.seed, webhook=options.webhook)
            print(figures)
            return 1 if figures.wrong else 0
        scene.record(folder, webhook=options.webhook, bursts=options.bursts)
        with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
            share = partial(_share, folder, seed=options.seed, every=options.every, jobs=options.jobs)
            found = together(list(pool.map(share, range(options.jobs))))
    print(found)
    return 1 if found.wrong else 0


def _share(folder: Path, number: int, *, seed: int, every: int, jobs: int) -> Found:
    work = folder / f"work{number}"
    work.mkdir()
    with (folder / scene.LOG).open(encoding="ascii", errors="replace") as lines:
        events = strace.events(lines, {})
        return cut_everywhere(events, folder, work, seed=seed + number, every=every, share=(number, jobs))


def together(pieces: list[Found]) -> Found:
    """Each piece has gone through all of the record, and cut at moments of its own."""
    whole = pieces[0]
    for piece in pieces[1:]:
        whole.cuts.update(piece.cuts)
        whole.wrong += piece.wrong
        whole.seconds = max(whole.seconds, piece.seconds)
    return whole


if __name__ == "__main__":
    sys.exit(main())
