"""The poller: commit a batch to the inbox, and only then let Telegram forget it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter

from bot import faultpoints, meters
from bot.clock import Clock
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.turn import Desk
from bot.errors import DatabaseUnusable, PollingConflict, TokenRefused
from bot.intake import inbox
from bot.intake.refusals import check_token, seconds_of
from bot.intake.rivals import Rivals
from bot.intake.translate import ALLOWED_UPDATES
from bot.log import log

HOLD = 25  # seconds that Telegram holds an empty poll
BATCH = 100
KEEP_SECONDS = 6.0  # for a commit; a database that hangs says nothing by itself
LONGEST_PAUSE = 15.0
LONGEST_WITHOUT_DATABASE = 5.0  # so that a cry for help is seen


class Poller:
    """Asks for updates one batch after the other. `meters.polled` is the moment of the last good answer."""

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
        self._rivals = Rivals()
        self._hold = 0  # until an answer has come, so that a good start and an end of trouble show at once
        self._pause = 0.25

    async def run(self) -> None:
        """Polls until cancelled. Raises PollingConflict when another process polls, TokenRefused on 401."""
        while True:
            try:
                await self._poll()
                self._pause = 0.25
            except (PollingConflict, TokenRefused):
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except Exception as error:  # noqa: BLE001 - an edge: nothing that fails here may end the intake
                await self._trouble(error)

    async def _poll(self) -> None:
        updates = await self._ask()
        self._rivals.answer(asyncio.get_running_loop().time())
        self._hold = HOLD
        meters.polled.now()
        if not updates:
            return
        faultpoints.reach("fetched")
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                senders = await self._database.run(
                    inbox.receive, self._desk.vault, updates, bot_id=self._desk.bot_id, now=self._clock.now()
                )
        except Exception:
            await self._emergency.instead(updates)
            raise
        self._emergency.over()
        faultpoints.reach("kept")
        self._offset = int(updates[-1]["update_id"]) + 1
        self._wake(senders, updates)

    async def _ask(self) -> list[dict[str, Any]]:
        query = {"timeout": self._hold, "limit": BATCH, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._offset is not None:
            query["offset"] = self._offset
        answer = await self._bot.request.post(
            f"{self._bot.base_url}/getUpdates?{urlencode(query)}", read_timeout=HOLD + 10
        )
        return answer if isinstance(answer, list) else []

    async def _trouble(self, error: Exception) -> None:
        log.warning("poll_failed", error=type(error))
        self._hold = 0
        if isinstance(error, Conflict):
            if self._rivals.conflict(asyncio.get_running_loop().time()):
                raise PollingConflict(
                    "Another process polls with the same TELEGRAM_BOT_TOKEN, or a webhook is set. Stop the other one."
                )
            await self._no_webhook()
        else:
            self._rivals.trouble()
        if isinstance(error, InvalidToken):
            await check_token(self._bot)
        await asyncio.sleep(self._pause)
        no_database = isinstance(error, DatabaseUnusable | TimeoutError)
        self._pause = min(self._pause * 2, LONGEST_WITHOUT_DATABASE if no_database else LONGEST_PAUSE)
