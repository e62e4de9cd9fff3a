"""Whether another process polls with our token, and whether it is we who give way. PURE: `now` is any clock in seconds.

Two pollers of one token get answers and conflicts in turn. Whoever has polled undisturbed before stays: a second bot
that somebody starts by mistake must not end the one that serves people.
"""

from typing import Final

CONFLICT_SECONDS: Final = 60
CALM_SECONDS: Final = 20.0  # without a conflict


class Rivals:
    """What came of our polls so far."""

    def __init__(self) -> None:
        self._calm_since: float | None = None
        self._at_home = False
        self._fight_since: float | None = None
        self._nothing_else_since: float | None = None

    def conflict(self, now: float) -> bool:
        """A poll was refused for another's. Whether to give up: after a minute of it."""
        if self._calm_since is None or now - self._calm_since > CALM_SECONDS or self._fight_since is None:
            self._fight_since = now
        self._calm_since = now
        self._nothing_else_since = now if self._nothing_else_since is None else self._nothing_else_since
        since = self._nothing_else_since if self._at_home else min(self._fight_since, self._nothing_else_since)
        return now - since >= CONFLICT_SECONDS

    def answer(self, now: float) -> None:
        """A poll was answered."""
        self._nothing_else_since = None
        self._calm_since = now if self._calm_since is None else self._calm_since
        self._at_home = self._at_home or now - self._calm_since >= CALM_SECONDS

    def trouble(self) -> None:
        """A poll failed for another reason."""
        self._nothing_else_since = None
