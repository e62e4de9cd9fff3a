"""A month of a real process: `python -m bench.soak --couples 1000 --days 30 --seed 1`, and how much memory it takes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.soak.soak import Soak


def main() -> int:
    """Exit code 1 when somebody's day brought more or less than it should."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--couples", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Soak(Path(folder), couples=given.couples, days=given.days, seed=given.seed)
        soak.live()
    print(soak.figures)
    return bool(soak.figures.wrong)


if __name__ == "__main__":
    sys.exit(main())
