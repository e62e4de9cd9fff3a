"""When the next message may go: limits over all chats and per chat. PURE: `now` is any monotonic clock in seconds.

Telegram's limits: about 30 messages a second in all, one a second to one chat, short bursts (Bots FAQ).
"""

from collections import deque
from typing import Final

KEPT_FOR_ANSWERS: Final = 1 / 6  # of the overall rate: 5 of 30
_NEVER = float("inf")
_LEAST_WAIT = 1e-6
_MANY_CHATS = 10_000


class _Lane:
    """A token bucket with a small burst, and beside it a memory that no second holds more than the rate."""

    def __init__(self, rate: float, *, burst: int) -> None:
        self._gap = 1 / rate
        self._slack = (burst - 1) * self._gap
        self._most = max(1, int(rate))
        self._span = max(1.0, self._most / rate)
        self._recent: deque[float] = deque(maxlen=self._most)
        self._full_at = -_NEVER  # when the bucket would be full again

    def ready_at(self) -> float:
        ready = self._full_at - self._slack
        if len(self._recent) == self._most:
            ready = max(ready, self._recent[0] + self._span)
        return ready

    def spend(self, now: float) -> None:
        self._full_at = max(self._full_at, now) + self._gap
        self._recent.append(now)


class Limits:
    """`rate` and `rate_chat` in messages a second, 0 = no limit; `answers` is the part of `rate` bulk may not use.

    With several workers, one that sends only its own answers has `rate` = `answers` = its share.
    """

    def __init__(
        self, rate: float, rate_chat: float, *, answers: float | None = None, burst: int = 5, chat_burst: int = 3
    ) -> None:
        kept = rate * KEPT_FOR_ANSWERS if answers is None else answers
        self._all = _Lane(rate, burst=burst) if rate else None
        self._bulk = _Lane(rate - kept, burst=2) if rate > kept else None
        self._only_answers = rate > 0 and rate <= kept
        self._chat_gap = 1 / rate_chat if rate_chat else 0.0
        self._chat_slack = (chat_burst - 1) * self._chat_gap
        self._chats: dict[int, float] = {}
        self._paused: dict[int | None, float] = {}

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
        return self._chats.get(chat, -_NEVER) - self._chat_slack

    def _overall_ready(self, *, urgent: bool) -> float:
        if self._all is None:
            return -_NEVER
        if urgent:
            return self._all.ready_at()
        if self._only_answers or self._bulk is None:
            return _NEVER
        return max(self._all.ready_at(), self._bulk.ready_at())

    def _spend(self, now: float, chat: int, *, urgent: bool, edit: bool) -> None:
        if self._chat_gap:
            self._chats[chat] = max(self._chats.get(chat, now), now) + self._chat_gap
            if len(self._chats) > _MANY_CHATS:
                self._chats = {chat: full_at for chat, full_at in self._chats.items() if full_at > now}
        if edit or self._all is None:
            return
        self._all.spend(now)
        if not urgent and self._bulk is not None:
            self._bulk.spend(now)
