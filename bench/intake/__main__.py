"""`python -m bench.intake --requests 100000 --seed 1`: strangers at the webhook, over raw sockets. Nobody gets in."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench.intake.campaign import run


def main() -> int:
    """Exit codes: 0 every request was turned away, 1 one was not."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        figures = asyncio.run(run(Path(folder), requests=options.requests, seed=options.seed))
    print(figures)
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
