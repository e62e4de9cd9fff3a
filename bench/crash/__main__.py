"""`python -m bench.crash --kills 40 --seed 1`: kill -9 of the real bot, and what was lost or doubled (nothing)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.crash.campaign import run


def main() -> int:
    """Exit codes: 0 every promise held, 1 one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true", help="updates come by webhook; otherwise the bot polls")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        figures = run(Path(folder), kills=options.kills, seed=options.seed, webhook=options.webhook)
    print(figures)
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
