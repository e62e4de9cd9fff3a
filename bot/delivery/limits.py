"""When the next message may go: limits over all chats and per chat. PURE: `now` is any monotonic clock in seconds.

Telegram's limits: about 30 messages a second in all, one a second to one chat, short bursts (Bots FAQ).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

KEPT_FOR_ANSWERS: Final = 1 / 6  # of the overall rate: 5 of 30
LONG_SLEEP: Final = 0.02
REMEMBERED: Final = 30  # calls of a chat
_NEVER = float("inf")
_LEAST_WAIT = 1e-6
_MANY_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one chat may be written to: one call each `gap` seconds, `burst` at once; a gap of 0 is no limit."""

    gap: float
    burst: int

    @property
    def slack(self) -> float:
        """How many seconds the calls may be ahead of an even pace."""
        return (self.burst - 1) * self.gap

    @property
    def memory(self) -> float:
        """Seconds for which calls count: a chat that is written to evenly stays as far ahead as its first burst was."""
        return REMEMBERED * self.gap

    def ready_at(self, made: Iterable[float]) -> float:
        """When the next call may be made, after those made at these moments, in any unit of seconds."""
        full_at = -_NEVER
        for at in sorted(made):
            full_at = max(full_at, at) + self.gap
        return full_at - self.slack


class _Second:
    """A memory by which no second holds more than the rate; for a rate below one the time between two is longer."""

    def __init__(self, rate: float, before: "_Second | None" = None) -> None:
        most = max(1, int(rate))
        self._span = max(1.0, most / rate)
        self.moments: deque[float] = deque(before.moments if before else (), maxlen=most)

    def ready_at(self) -> float:
        return self.moments[0] + self._span if len(self.moments) == self.moments.maxlen else -_NEVER


class _Lane:
    """A token bucket with a small burst, and beside it the memory of a second."""

    def __init__(self, rate: float, *, burst: int, before: "_Lane | None" = None) -> None:
        self._gap = 1 / rate
        # At hundreds a second a sleep is longer than a gap; no second holds more than the rate all the same.
        self._slack = (max(burst, rate * LONG_SLEEP) - 1) * self._gap
        self.spent: _Second = _Second(rate, before.spent if before else None)
        self.full_at: float = before.full_at if before else -_NEVER  # when the bucket would be full again

    def ready_at(self) -> float:
        return max(self.full_at - self._slack, self.spent.ready_at())

    def spend(self, now: float) -> None:
        self.full_at = max(self.full_at, now) + self._gap
        self.spent.moments.append(now)

    def give_back(self, at: float) -> None:
        """The token that was spent at this moment counts no more; those spent since then do."""
        if at in self.spent.moments:
            self.spent.moments.remove(at)
        full_at = -_NEVER
        for spent in self.spent.moments:
            full_at = max(full_at, spent) + self._gap
        self.full_at = max(self.full_at - self._gap, full_at)


class Limits:
    """`rate` and `rate_chat` in messages a second, 0 = no limit; `answers` is the part of `rate` bulk may not use."""

    def __init__(
        self, rate: float, rate_chat: float, *, answers: float | None = None, burst: int = 5, chat_burst: int = 3
    ) -> None:
        self._rate, self._burst = rate, burst
        self._kept = rate * KEPT_FOR_ANSWERS if answers is None else answers
        self._workers = 1
        self._all = _Lane(rate, burst=burst) if rate else None
        self._bulk = _Lane(rate - self._kept, burst=2) if rate > self._kept else None
        self._only_answers = rate > 0 and rate <= self._kept
        self.chat = Pace(1 / rate_chat if rate_chat else 0.0, chat_burst)
        self._called = _Second(rate) if rate else None
        self._chats: dict[int, float] = {}
        self._paused: dict[int | None, float] = {}

    def divide(self, workers: int) -> None:
        """One rate for several workers: each has an equal share. What it has sent just now counts on."""
        if workers == self._workers or not self._rate:
            return
        self._workers = workers
        self._all = _Lane(self._rate / workers, burst=self._burst, before=self._all)
        self._called = _Second(self._rate / workers, self._called)
        if self._bulk is not None:
            self._bulk = _Lane((self._rate - self._kept) / workers, burst=2, before=self._bulk)

    def hold(self, now: float, chat: int, seconds: float) -> None:
        """Others have written to this chat: nothing more for so many seconds."""
        self._chats[chat] = max(self._chats.get(chat, now), now + seconds + self.chat.slack)

    def take(self, now: float, chat: int, urgent: bool, *, edit: bool = False) -> float:  # noqa: FBT001  as specified
        """0 and one token less, or the seconds to wait; `edit`s count per chat only, callback answers not at all.

        Urgent are safety texts and answers: they may use every token. Ask for them first.
        """
        ready = max(self._pause_ends(now, chat), self._chat_ready(chat))
        if not edit:
            ready = max(ready, self._overall_ready(urgent=urgent))
        if ready > now:
            return max(ready - now, _LEAST_WAIT)
        self._spend(now, chat, urgent=urgent, edit=edit)
        return 0.0

    def give_back(self, at: float, *, urgent: bool) -> None:
        """No message was sent for the token that was taken at this moment; its chat waits all the same."""
        if self._all is not None:
            self._all.give_back(at)
        if not urgent and self._bulk is not None:
            self._bulk.give_back(at)

    def begin(self, now: float) -> float:
        """0 and a message is sent now, with the token that was taken for it; or the seconds to wait.

        Tokens come evenly, calls need not: what stood still after its token may be followed by others at once.
        """
        if self._called is None:
            return 0.0
        ready = self._called.ready_at()
        if ready > now:
            return max(ready - now, _LEAST_WAIT)
        self._called.moments.append(now)
        return 0.0

    def is_free(self, now: float, chat: int) -> bool:
        """Whether this chat itself could have a message now."""
        return max(self._pause_ends(now, chat), self._chat_ready(chat)) <= now

    def is_paused(self, now: float, chat: int) -> bool:
        """Whether Telegram wants nothing of us in this chat, whatever tokens there are."""
        return self._pause_ends(now, chat) > now

    def pause(self, chat: int | None, until: float) -> None:
        """No call to this chat (None: to any) before `until`; a longer pause stays."""
        self._paused[chat] = max(until, self._paused.get(chat, until))

    def _pause_ends(self, now: float, chat: int) -> float:
        if not self._paused:
            return -_NEVER
        for key in (None, chat):
            if self._paused.get(key, _NEVER) <= now:
                del self._paused[key]
        return max(self._paused.get(None, -_NEVER), self._paused.get(chat, -_NEVER))

    def _chat_ready(self, chat: int) -> float:
        return self._chats.get(chat, -_NEVER) - self.chat.slack

    def _overall_ready(self, *, urgent: bool) -> float:
        if self._all is None:
            return -_NEVER
        if urgent:
            return self._all.ready_at()
        if self._only_answers or self._bulk is None:
            return _NEVER
        return max(self._all.ready_at(), self._bulk.ready_at())

    def _spend(self, now: float, chat: int, *, urgent: bool, edit: bool) -> None:
        if self.chat.gap:
            self._chats[chat] = max(self._chats.get(chat, now), now) + self.chat.gap
            if len(self._chats) > _MANY_CHATS:
                self._chats = {chat: full_at for chat, full_at in self._chats.items() if full_at > now}
        if edit or self._all is None:
            return
        self._all.spend(now)
        if not urgent and self._bulk is not None:
            self._bulk.spend(now)
