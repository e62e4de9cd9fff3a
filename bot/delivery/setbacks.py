"""What a call that failed means: for its message (`outcomes.fail`), for its chat and for all others (a pause)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import meters
from bot.clock import Clock
from bot.delivery import outcomes, tokens
from bot.delivery.failures import Failure, NotSent, Reason, Refused, TokenTrouble, Unknown, Unreachable, classify
from bot.delivery.floods import TOGETHER, note_flood
from bot.delivery.noting import Notes
from bot.delivery.outbox import Row
from bot.delivery.outcomes import OnUnreachable
from bot.delivery.render import Call
from bot.delivery.tokens import Tokens
from bot.delivery.trouble import SELDOM, Trouble
from bot.delivery.waiting import Next
from bot.errors import TokenRefused
from bot.log import log

METERED: dict[type, str] = {
    NotSent: "not_sent",
    TokenTrouble: "not_sent",
    Refused: "refused",
    Unreachable: "unreachable",
    Unknown: "unknown",
}


class Setbacks:
    """Failures of this process's calls. `on_over` hears that Telegram answers again: what has stalled may go."""

    def __init__(
        self,
        *,
        bot: Bot,
        clock: Clock,
        tokens: Tokens,
        notes: Notes,
        on_unreachable: OnUnreachable,
        on_over: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._tokens = tokens
        self._notes = notes
        self._on_unreachable = on_unreachable
        self._on_over = on_over
        self._trouble = Trouble()
        self._flooded: dict[int, float] = {}  # chats that have just had a 429, and when

    async def note(self, row: Row, call: Call, error: BaseException, *, shared: bool) -> Next | None:
        """Notes a failed call; `shared` where other workers are to hear of a flood. Returns what the chat has next.

        Raises TokenRefused, and a cancellation again.
        """
        failure = classify(error)
        log.info("not_sent", id=row.id, kind=row.kind, outcome=type(failure), error=type(error))
        meters.sends.add(row.urgency.name.lower(), METERED[type(failure)])
        if isinstance(failure, TokenTrouble):
            await self._check_token()
            failure = NotSent(None, everywhere=True)
        ahead = await self._note_on_row(row, call, failure, until=self._until(row, failure))
        if isinstance(error, asyncio.CancelledError):
            raise error
        if shared and isinstance(failure, NotSent) and failure.retry_after is not None:
            self._tokens.pause(None, await self._notes.surely(note_flood, row.chat_id, failure.retry_after))
        return ahead

    async def _note_on_row(self, row: Row, call: Call, failure: Failure, *, until: datetime) -> Next | None:
        general = self._trouble.is_general
        ahead = await self._notes.outcome(
            row,
            outcomes.fail,
            row,
            failure,
            idempotent=call.idempotent,
            until=until,
            now=self._clock.now(),
            on_unreachable=self._on_unreachable,
            general=general,
        )
        if general and not self._trouble.is_general:
            self._on_over()  # it was over before this was noted
        return ahead

    async def _check_token(self) -> None:
        try:
            await self._bot.get_me()
        except InvalidToken:
            raise TokenRefused("Telegram refuses TELEGRAM_BOT_TOKEN: it was revoked. Set the new one.") from None
        except TelegramError:
            return

    # -- when to try again

    def _until(self, row: Row, failure: Failure) -> datetime:
        """When this message is tried again; others are paused, or hastened, as the failure tells."""
        match failure:
            case Unknown(reason=Reason.CANCELLED):  # by our own stop
                seconds = 0.0
            case Refused() | Unreachable():
                self.answered()
                seconds = 0.0
            case NotSent(retry_after=float(after)):
                self.answered()
                self._heed(row.chat_id, after)
                seconds = after
            case _:
                seconds = self._back_off(row, failure)
        return self._clock.now() + timedelta(seconds=seconds)

    def _heed(self, chat: int, seconds: float) -> None:
        """No call to this chat for so long; to nobody when several chats hear so at a time."""
        self._tokens.pause(chat, seconds)
        now = tokens.now()
        self._flooded = {other: at for other, at in self._flooded.items() if at > now - TOGETHER} | {chat: now}
        if len(self._flooded) > 1:
            self._tokens.pause(None, seconds)

    def _back_off(self, row: Row, failure: Failure) -> float:
        """Telegram has not answered: longer each time, and for all where it is the trouble of all."""
        self._trouble.failed(row.chat_id)
        together = self._trouble.is_general or (isinstance(failure, NotSent) and failure.everywhere)
        seconds = self._trouble.pause(together=together)
        if together:
            self._tokens.pause(None, seconds)
        if self._trouble.is_general and isinstance(failure, Unknown):
            return SELDOM
        return seconds

    # -- when it is over

    def answered(self) -> None:
        """Telegram answers: what waited for that goes at once."""
        if self._trouble.answered():
            self._on_over()
