"""What is done to one of several workers, chosen by chance: kill -9, or SIGSTOP and SIGCONT."""

from __future__ import annotations

import random
import threading

from bench.workers.troupe import Troupe


def dies(found: Troupe, rng: random.Random) -> int:
    """A worker dies, and after at most a second another comes in its place. How many messages were on their way."""
    place = rng.randrange(found.count)
    found.kills(place)
    on_their_way = int(found.query("SELECT count(*) FROM outbox WHERE state = 'sending'")[0][0])
    threading.Event().wait(rng.uniform(0.0, 1.0))
    found.starts(place)
    return on_their_way


def stands_still(found: Troupe, rng: random.Random, *, longest: float) -> None:
    """A worker stands still, for less or for more than a lease."""
    place = rng.randrange(found.count)
    found.freezes(place)
    threading.Event().wait(min(longest, rng.choice((rng.uniform(0.5, 4.0), rng.uniform(9.0, 13.0)))))
    found.thaws(place)
