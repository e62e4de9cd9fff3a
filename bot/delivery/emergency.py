"""Help while the database does not answer: fixed texts straight from intake. The one exception to the one sender."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from telegram import Bot
from telegram.error import TelegramError

from bot.content.library import Library
from bot.engine.answers import interrupt_word
from bot.log import log

SECONDS = 10
REMEMBERED = 1000


class Emergency:
    """Answers cries for help that could not be kept. May repeat; keeps nothing but the ids it has answered."""

    def __init__(self, bot: Bot, library: Library) -> None:
        self._bot = bot
        self._library = library
        self._answered: dict[tuple[int, int], None] = {}

    async def help(self, asked: Iterable[tuple[int, int, str, str]]) -> None:
        """`asked`: chat, message id, language and text of each message that could not be kept."""
        for chat_id, message_id, lang, text in asked:
            if (chat_id, message_id) not in self._answered and self._is_cry(text):
                await self._send(chat_id, message_id, lang)

    def _is_cry(self, text: str) -> bool:
        book = self._library.book
        if text.strip().split("@")[0].lower() == "/help" or interrupt_word(book, text) == "help":
            return True
        danger = book.danger(text)
        return danger is not None and danger.hard

    async def _send(self, chat_id: int, message_id: int, lang: str) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                await self._bot.send_message(chat_id, self._library.catalogue.text("interface.emergency_help", lang))
        except (TelegramError, TimeoutError) as error:
            log.warning("help_not_sent", error=type(error))
            return
        self._answered[chat_id, message_id] = None
        while len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
