"""A flood window: so many sends in so many virtual seconds, for each chat or over all.

Telegram's own numbers are not published, so the order names them.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from math import ceil


@dataclass(slots=True)
class Floodgate:
    """Lets `limit` sends through in any `seconds`; those above are told how many whole seconds to wait."""

    limit: int
    seconds: float
    per_chat: bool
    _passed: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, chat: str, now: float) -> int:
        """0 lets a send through and counts it; a refused one is not counted."""
        passed = self._passed[chat if self.per_chat else ""]
        while passed and passed[0] <= now - self.seconds:
            passed.popleft()
        if len(passed) < self.limit:
            passed.append(now)
            return 0
        return max(1, ceil(round(passed[0] + self.seconds - now, 3)))
