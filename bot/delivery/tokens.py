"""Waits for the limits: for a token before a message is claimed, for room in the second before its call is made.

Words of safety go before all others here, as they do in the queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.delivery.kinds import SENDS
from bot.delivery.leases import Standing
from bot.delivery.limits import Limits
from bot.delivery.outbox import Urgency
from bot.delivery.waiting import Next

PATIENCE = 5.0  # seconds to wait for a token before the queue is looked at anew
LEFT_TO_OTHERS = 1.5  # the same for an answer that another worker may have a token for
OUTRANKED = 0.02  # seconds until the next look whether words of safety still wait


@dataclass(frozen=True, slots=True)
class Token:
    """Leave to write to a chat once. One for an edit is no leave to send a message: edits count for their chat only."""

    at: float
    urgent: bool
    sends: bool


class Tokens:
    """The limits, and who waits for them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._workers = 1
        self._stopping = False
        self._safety_waits = 0  # chats with words of safety that wait for a token

    def stop(self) -> None:
        """Whoever waits for a token gets none."""
        self._stopping = True

    async def take(self, chat: int, ahead: Next, *, hurry: Callable[[], bool]) -> Token | None:
        """A token for what a chat has next; None when the wait is long enough to look at the queue anew.

        `hurry` tells of an answer that has come behind it meanwhile: from then on it is as urgent as that.
        """
        sends = ahead.kind in SENDS
        patience = LEFT_TO_OTHERS if ahead.urgency <= Urgency.ANSWER and self._workers > 1 else PATIENCE
        waited = 0.0
        while True:
            urgency = min(ahead.urgency, Urgency.ANSWER) if hurry() else ahead.urgency
            token = Token(now(), urgent=urgency <= Urgency.ANSWER, sends=sends)
            wait = self._ask(chat, token, urgency)
            if wait <= 0:
                return token
            if waited + wait > patience or self._stopping:
                return None
            await self._wait(wait, chat, urgency)
            waited += wait

    def _ask(self, chat: int, token: Token, urgency: Urgency) -> float:
        if self._safety_waits and urgency > Urgency.SAFETY and token.sends:
            return OUTRANKED
        return self._limits.take(token.at, chat, token.urgent, edit=not token.sends)

    async def _wait(self, seconds: float, chat: int, urgency: Urgency) -> None:
        """While words of safety wait nothing else takes a token, unless it is for their own chat that they wait."""
        first = urgency == Urgency.SAFETY and self._limits.is_free(now(), chat)
        self._safety_waits += first
        try:
            await asyncio.sleep(seconds)
        finally:
            self._safety_waits -= first

    def give_back(self, token: Token) -> None:
        """No message was sent for it."""
        if token.sends:
            self._limits.give_back(token.at, urgent=token.urgent)

    async def room(self) -> None:
        """Waits until this second has room for one more message.

        Tokens come evenly, claims do not: after a database has stood still, many are through with theirs at once.
        """
        while (wait := self._limits.begin(now())) > 0:  # noqa: ASYNC110 - a new wait each time
            await asyncio.sleep(wait)

    def is_paused(self, chat: int) -> bool:
        """Whether a pause has begun since the token was taken."""
        return self._limits.is_paused(now(), chat)

    def hold(self, chat: int, seconds: float) -> None:
        """Others have written to this chat: nothing more for so many seconds."""
        self._limits.hold(now(), chat, seconds)

    def share(self, standing: Standing) -> None:
        """This worker's part of the rate, and the pause that Telegram wants of all workers."""
        self._workers = standing.workers
        self._limits.divide(standing.workers)
        self.pause(None, standing.pause)

    def pause(self, chat: int | None, seconds: float) -> None:
        """No call to this chat (None: to any) for so many seconds."""
        if seconds > 0:
            self._limits.pause(chat, now() + seconds)


def now() -> float:
    """The clock of the limits: that of the event loop."""
    return asyncio.get_running_loop().time()
