"""What the process counts and times about itself: plain numbers, read by health and metrics. Knows no person.

Module-wide like the log, so that nobody hands it through. Labels are classes, outcomes and states of our own; never a
person, a name, a word or an id. Counting is a lock and an addition; no library is loaded for it.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Mapping

EDGES = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds


class Tally:
    """A counter for each combination of labels."""

    def __init__(self, *labels: str) -> None:
        self.labels = labels
        self._door = threading.Lock()
        self._counts: dict[tuple[str, ...], int] = {}

    def add(self, *labels: str, count: int = 1) -> None:
        """One more, or several, of the things with these labels."""
        with self._door:
            self._counts[labels] = self._counts.get(labels, 0) + count

    def counts(self) -> Mapping[tuple[str, ...], int]:
        """What was counted until now."""
        with self._door:
            return dict(self._counts)


class Durations:
    """How long something took, as a histogram over `EDGES`."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._counts = [0] * (len(EDGES) + 1)
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        place = bisect_left(EDGES, seconds)
        with self._door:
            self._counts[place] += 1
            self._seconds += seconds

    def read(self) -> tuple[list[int], float]:
        """How many lie in each bucket, the last one without an end, and the sum of all."""
        with self._door:
            return list(self._counts), self._seconds


class Moment:
    """When something last happened, on the clock that never jumps."""

    def __init__(self) -> None:
        self._at: float | None = None

    def now(self) -> None:
        """It happens."""
        self._at = time.monotonic()

    def forget(self) -> None:
        """It holds no longer."""
        self._at = None

    def age(self) -> float | None:
        """Seconds since then; None when it has not happened."""
        return None if self._at is None else time.monotonic() - self._at


sends = Tally("urgency", "outcome")
nudges_planned = Tally()
letters_delivered = Tally()
database_errors = Tally()
webhook_refusals = Tally()
unit_work = Durations()  # inside of the unit
unit_wait = Durations()  # from asking for it until it is committed
polled = Moment()  # the last good answer to getUpdates
hooked = Moment()  # the webhook was taken by Telegram or found to be ours
round_made = Moment()  # the sender has looked through the outbox
