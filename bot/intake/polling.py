"""The poller: commit a batch to the inbox, and only then let Telegram forget it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.clock import Clock
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.turn import Desk
from bot.errors import DatabaseUnusable, PollingConflict, TokenRefused
from bot.intake import inbox
from bot.intake.translate import ALLOWED_UPDATES, asked
from bot.log import log

HOLD = 25  # seconds that Telegram holds an empty poll
CONFLICT_SECONDS = 60
BATCH = 100


class Poller:
    """Asks for updates one batch after the other. `polled_at` is the loop time of the last good answer."""

    def __init__(
        self,
        *,
        bot: Bot,
        database: Database,
        desk: Desk,
        clock: Clock,
        emergency: Emergency,
        wake: Callable[[Iterable[int], Iterable[inbox.Raw]], None],
        no_webhook: Callable[[], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._database = database
        self._desk = desk
        self._clock = clock
        self._emergency = emergency
        self._wake = wake
        self._no_webhook = no_webhook
        self._offset: int | None = None  # never from the inbox: after a quiet week Telegram counts from elsewhere
        self._conflict_since: float | None = None
        self._pause = 0.25
        self.polled_at = 0.0

    async def run(self) -> None:
        """Polls until cancelled. Raises PollingConflict after a minute of nothing but 409, TokenRefused on 401."""
        while True:
            try:
                await self._poll()
                self._pause = 0.25
            except (PollingConflict, TokenRefused):
                raise
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error))
            except Exception as error:  # noqa: BLE001 - an edge: nothing that fails here may end the intake
                await self._trouble(error)

    async def _poll(self) -> None:
        updates = await self._ask()
        self._conflict_since = None
        self.polled_at = asyncio.get_running_loop().time()
        if not updates:
            return
        try:
            senders = await self._database.run(
                inbox.receive, self._desk.vault, updates, bot_id=self._desk.bot_id, now=self._clock.now()
            )
        except DatabaseUnusable:
            await self._emergency.help(asked(updates))
            raise
        self._offset = int(updates[-1]["update_id"]) + 1
        self._wake(senders, updates)

    async def _ask(self) -> list[dict[str, Any]]:
        query = {"timeout": HOLD, "limit": BATCH, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._offset is not None:
            query["offset"] = self._offset
        answer = await self._bot.request.post(
            f"{self._bot.base_url}/getUpdates?{urlencode(query)}", read_timeout=HOLD + 10
        )
        return answer if isinstance(answer, list) else []

    async def _trouble(self, error: Exception) -> None:
        log.warning("poll_failed", error=type(error))
        now = asyncio.get_running_loop().time()
        if isinstance(error, Conflict):
            self._conflict_since = self._conflict_since or now
            if now - self._conflict_since >= CONFLICT_SECONDS:
                raise PollingConflict(
                    "Another process polls with the same TELEGRAM_BOT_TOKEN, or a webhook is set. Stop the other one."
                )
            await self._no_webhook()
        else:
            self._conflict_since = None
        if isinstance(error, InvalidToken):
            await self._check_token()
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, 15.0)

    async def _check_token(self) -> None:
        try:
            await self._bot.get_me()
        except InvalidToken:
            raise TokenRefused("Telegram refuses TELEGRAM_BOT_TOKEN. Copy it again from @BotFather.") from None
        except TelegramError:
            return


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after if isinstance(after, int) else after.total_seconds()
