"""`python -m bench.load --people 2000 --workers 4 --minutes 3 --seed 1`: couples on several workers of one PostgreSQL.

They come, connect, write, open, take back, exchange, leave, block and delete, at their own pace; `--overload`: all of
them type everything at once. Workers may be killed and frozen meanwhile, and in the next morning's wave of nudges.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.load.campaign import Load, run
from bench.workers.server import two_databases


def main() -> int:
    """Exit codes: 0 every promise held, 1 one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long people go on acting")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--freezes", type=int, default=0)
    parser.add_argument("--overload", action="store_true")
    parser.add_argument("--rate", type=float, default=200.0, help="SEND_RATE")
    parser.add_argument("--rate-chat", type=float, default=1.0, help="SEND_RATE_CHAT")
    parser.add_argument("--a-second", type=float, default=20.0, help="updates a second that all people bring about")
    given = parser.parse_args()
    load = Load(
        people=given.people,
        workers=given.workers,
        minutes=given.minutes,
        seed=given.seed,
        kills=given.kills,
        freezes=given.freezes,
        overload=given.overload,
        rates=(given.rate, given.rate_chat),
        a_second=given.a_second,
    )
    with tempfile.TemporaryDirectory(prefix="load-") as folder, two_databases() as (url, keys_url):
        figures = run(Path(folder), url, keys_url, load)
    print(figures)
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
