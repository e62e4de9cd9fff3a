"""What is said while the database does not answer: fixed texts straight from intake. The one exception to the sender.

A cry for help gets the help text; everybody else hears once in an outage that an answer comes later. All of it may
repeat after a restart or from another worker: nothing is kept but numbers, and these in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.clock import steady
from bot.content.library import Library
from bot.delivery.limits import Limits
from bot.engine.answers import interrupt_word
from bot.log import log

SECONDS = 10  # for one message, with the wait for the limits
ALL_SECONDS = 25  # for all that one failure leads to
REMEMBERED = 1000
LOOK = 1.0
HELP_WITHIN = 10.0  # seconds that a cry may wait in the inbox
AN_OUTAGE = 10.0  # seconds of trouble before anybody hears that an answer comes later
SAID_BEFORE = 3600.0  # seconds before it is said again in another outage
Asked = tuple[int, int, str, str]  # chat, message id, language and text
Raw = Mapping[str, Any]
Reading = Callable[[Iterable[Raw]], Iterable[Asked]]


class Emergency:
    """Answers what could not be kept, and cries for help that are kept and not handled. `reading` reads updates."""

    def __init__(self, bot: Bot, library: Library, limits: Limits, reading: Reading) -> None:
        self._bot = bot
        self._library = library
        self._limits = limits
        self._reading = reading
        self._answered: dict[tuple[int, int], None] = {}
        self._since: float | None = None
        self._told: dict[int, float] = {}
        self._kept: dict[int, list[tuple[float, Raw]]] = {}

    # -- what could not be kept

    async def instead(self, updates: Iterable[Raw]) -> None:
        """These updates could not be kept; Telegram has them still and brings them again."""
        self._since = self._since or steady()
        messages = list(self._reading(updates))
        try:
            async with asyncio.timeout(ALL_SECONDS):
                await self.help(messages)
                if steady() - self._since >= AN_OUTAGE:
                    await self._say_later(messages)
        except TimeoutError:
            log.warning("help_not_sent", error=TimeoutError)

    def over(self) -> None:
        """The database takes updates again."""
        if self._since is not None:
            self._since = None
            self._told = {chat: at for chat, at in self._told.items() if steady() - at < SAID_BEFORE}

    async def _say_later(self, messages: Iterable[Asked]) -> None:
        for chat_id, message_id, lang, _ in messages:
            if chat_id not in self._told and (chat_id, message_id) not in self._answered:
                self._told[chat_id] = steady()
                await self._send(chat_id, "interface.answer_later", lang)

    # -- what is kept and not handled

    def listen(self, sender: int, update: Raw) -> None:
        """This update was kept; it is read only if it is not handled soon."""
        self._kept.setdefault(sender, []).append((steady(), update))

    def settled(self, sender: int, upto: int | None = None) -> None:
        """This sender's updates up to this one, or all, were handled, here or elsewhere."""
        kept = self._kept.pop(sender, None)
        if kept is not None and upto is not None and (left := [one for one in kept if one[1]["update_id"] > upto]):
            self._kept[sender] = left

    async def run(self) -> None:
        """Looks for cries that wait too long, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            await self.help(self._too_old(steady() - HELP_WITHIN))

    def _too_old(self, before: float) -> list[Asked]:
        late = [update for kept in self._kept.values() for at, update in kept if at <= before]
        young = {sender: [one for one in kept if one[0] > before] for sender, kept in self._kept.items()}
        self._kept = {sender: kept for sender, kept in young.items() if kept}
        return list(self._reading(late))

    # -- saying

    async def help(self, asked: Iterable[Asked]) -> None:
        """Answers the cries for help among these messages, each once."""
        for chat_id, message_id, lang, text in asked:
            new = (chat_id, message_id) not in self._answered
            if new and self._is_cry(text) and await self._send(chat_id, "interface.emergency_help", lang):
                self._remember(chat_id, message_id)

    def _is_cry(self, text: str) -> bool:
        book = self._library.book
        if text.strip().split("@")[0].lower() == "/help" or interrupt_word(book, text) == "help":
            return True
        danger = book.danger(text)
        return danger is not None and danger.hard

    def _remember(self, chat_id: int, message_id: int) -> None:
        self._answered[chat_id, message_id] = None
        while len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]

    async def _send(self, chat_id: int, message: str, lang: str) -> bool:
        """Whether Telegram took it."""
        try:
            async with asyncio.timeout(SECONDS):
                await self._token(chat_id)
                await self._bot.send_message(chat_id, self._library.catalogue.text(message, lang))
        except (TelegramError, TimeoutError) as error:
            if isinstance(error, RetryAfter):
                self._limits.pause(chat_id, _monotonic() + _seconds(error))
            log.warning("help_not_sent", error=type(error))
            return False
        return True

    async def _token(self, chat_id: int) -> None:
        while (wait := self._limits.take(_monotonic(), chat_id, urgent=True)) > 0:  # noqa: ASYNC110 - a new wait each time
            await asyncio.sleep(wait)
        while (wait := self._limits.begin(_monotonic())) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)


def _monotonic() -> float:
    return asyncio.get_running_loop().time()


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after if isinstance(after, int) else after.total_seconds()
