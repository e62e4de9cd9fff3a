"""Our address at Telegram: set until it is taken, and looked at now and then, since others can change it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot import meters
from bot.intake.refusals import check_token, seconds_of
from bot.intake.translate import ALLOWED_UPDATES
from bot.log import log

MAX_CONNECTIONS = 40  # requests at a time: what waits for one commit is written by it together
RETRY_SECONDS = 3.0
LONGEST_RETRY = 60.0
LOOK_SECONDS = 300.0


class Registration:
    """Keeps Telegram's webhook at `url`. Whatever Telegram says, only a refused token ends it."""

    def __init__(self, *, bot: Bot, url: str, secret: str, look: float = LOOK_SECONDS) -> None:
        self._bot = bot
        self._url = url
        self._secret = secret
        self._look_seconds = look
        self._seen: datetime | None = None

    async def run(self) -> None:
        """Until cancelled. Raises TokenRefused."""
        await self._set()
        while True:
            await asyncio.sleep(self._look_seconds)
            await self._look()

    async def _set(self) -> None:
        pause = RETRY_SECONDS
        while not await self._is_taken(pause):
            pause = min(pause * 2, LONGEST_RETRY)

    async def _is_taken(self, pause: float) -> bool:
        """One try, and the pause after one that fails. What waits at Telegram is never dropped."""
        try:
            await self._bot.set_webhook(
                self._url,
                secret_token=self._secret,
                allowed_updates=list(ALLOWED_UPDATES),
                max_connections=MAX_CONNECTIONS,
                drop_pending_updates=False,
            )
        except RetryAfter as error:
            pause = seconds_of(error)
        except InvalidToken:
            await check_token(self._bot)
        except BadRequest:
            log.error("webhook_refused")  # also said when the name of our host cannot be found for a while
        except TelegramError as error:
            log.warning("telegram_not_reached", error=type(error))
        else:
            meters.hooked.now()
            return True
        await asyncio.sleep(pause)
        return False

    async def _look(self) -> None:
        try:
            info = await self._bot.get_webhook_info()
        except InvalidToken:
            await check_token(self._bot)
        except TelegramError as error:
            log.info("webhook_not_looked_at", error=type(error))
        else:
            await self._mend(info)

    async def _mend(self, info: WebhookInfo) -> None:
        """Sets the webhook again where it is not ours any more.

        The secret is not told; requests that we do not find say that it may have changed, and setting it again costs
        nothing where it has not.
        """
        failed = info.last_error_date if info.last_error_date != self._seen else None
        self._seen = info.last_error_date
        if failed is not None:
            log.warning("webhook_failed", waiting=info.pending_update_count)
        if not self._is_ours(info):
            log.warning("webhook_changed_by_others")
            meters.hooked.forget()
        elif failed is None or "404" not in (info.last_error_message or ""):
            meters.hooked.now()
            return
        await self._set()

    def _is_ours(self, info: WebhookInfo) -> bool:
        asked = (self._url, MAX_CONNECTIONS, set(ALLOWED_UPDATES))
        return (info.url, info.max_connections, set(info.allowed_updates or ())) == asked
