"""`python -m bench.workers --kills 40 --seed 1`: four workers on one PostgreSQL, killed and frozen at random."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.workers.campaign import run
from bench.workers.server import two_databases


def main() -> int:
    """Exit codes: 0 every promise held, 1 one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--kills", type=int, default=40, help="deaths and freezes; 0 shows how it is without any")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--bursts", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="workers-") as folder, two_databases() as (url, keys_url):
        figures = run(
            Path(folder),
            url,
            keys_url,
            kills=options.kills,
            seed=options.seed,
            chats=options.chats,
            workers=options.workers,
            bursts=options.bursts,
        )
    print(figures)
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
