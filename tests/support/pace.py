"""Processor time as a quick machine with nobody else on it would need it, so that limits hold on a slow one as well."""

from __future__ import annotations

import json
import time

QUICK = 0.1  # seconds of `_some_work` on the machine on which the limits were written
ENTRIES = 40_000


class Spent:
    """Begins with its making; what the machine is worth is measured before and afterwards."""

    def __init__(self) -> None:
        self._before = _seconds_of_some_work()
        self._begun = time.process_time()

    def seconds(self) -> float:
        """Of processor time until now, and fewer of them where everything takes longer than on a quick machine."""
        spent = time.process_time() - self._begun
        return spent / max(1.0, self._before / QUICK, _seconds_of_some_work() / QUICK)


def _seconds_of_some_work() -> float:
    """Strings, dicts and memory, as reading a file has them."""
    begun = time.process_time()
    made = {f"key {number}": [str(number), number] for number in range(ENTRIES)}
    assert len(json.loads(json.dumps(made))) == ENTRIES
    return time.process_time() - begun
