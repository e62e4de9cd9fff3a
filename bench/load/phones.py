"""A simulated person's phone inside of the emulated Telegram: sees what comes, taps and types like a person would.

Everything here runs in the loop of `bench.load.house`.
"""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from emulator import people
from emulator.model import Bot, Chat, Message, User
from emulator.world import World

T = TypeVar("T")


class Stuck(Exception):
    """What this person waits for has not come."""


@dataclass
class Phone:
    """One person's phone. `patience`: seconds until they give up; `waits`: of each act until the bot showed it."""

    world: World
    bot: Bot
    user: User
    patience: float = 180.0
    read: int = 0
    aim: tuple[Message, str] | None = None
    waits: list[tuple[float, float]] = field(default_factory=list)  # when it was done, and the seconds
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _acted: float | None = None

    @property
    def chat(self) -> Chat:
        """What stands on it."""
        return self.bot.chats.get(self.user.id) or Chat(self.user.id)

    def hear(self) -> None:
        """The bot has sent or changed something here."""
        if self._acted is not None:
            self.waits.append((self._acted, _now() - self._acted))
            self._acted = None
        self._news.set()

    def newest(self) -> list[Message]:
        """The bot's messages that are not older than what was read last, newest first."""
        found = []
        for message in reversed(self.chat.messages.values()):
            if message.id < self.read:
                break
            if message.from_bot:
                found.append(message)
        return found

    # -- seeing

    async def sees(self, text: str) -> Message:
        """Waits for a message with this text."""
        found = await self._until(lambda: self._with_text(text), repr(text))
        self.read = max(self.read, found.id)
        return found

    async def answered(self) -> None:
        """Waits until the bot has shown something since the last act."""
        await self._until(lambda: self._acted is None or None, "an answer")

    def _with_text(self, text: str) -> Message | None:
        return next((one for one in self.newest() if text in str(one.content.get("text") or "")), None)

    def _button(self, label: str, kind: str) -> tuple[Message, str] | None:
        """Questions are looked for among what is new, buttons of another `kind` wherever they stand."""
        everything = reversed(self.chat.messages.values())
        for message in everything if kind else self.newest():
            for row in (message.markup or {}).get("inline_keyboard", []):
                for button in row:
                    data = str(button.get("callback_data", ""))
                    if button["text"].startswith(label) and data.startswith(kind):
                        return message, data
        return None

    async def link(self) -> str:
        """The code of the newest link on this phone."""
        return await self._until(self._link, "a link")

    def _link(self) -> str | None:
        for message in self.newest():
            for row in (message.markup or {}).get("inline_keyboard", []):
                for button in row:
                    address = urllib.parse.unquote(button.get("url", ""))
                    if "start=" in address:
                        return address.partition("start=")[2].partition("&")[0]
        return None

    async def _until(self, look: Callable[[], T | None], what: str) -> T:
        """The first value found; looks again whenever something has come."""
        try:
            async with asyncio.timeout(self.patience):
                while (found := look()) is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise Stuck(f"{what} does not come; there is: {self.tail()}") from None
        return found

    def tail(self) -> str:
        """The last of what stands here."""
        last = list(self.chat.messages.values())[-4:]
        return " | ".join(f"{'bot' if m.from_bot else 'me'}: {str(m.content.get('text'))[:70]}" for m in last)

    # -- acting

    def says(self, text: str) -> int:
        """Types a text; its message id."""
        self._acted = _now()
        return people.say(self.world, self.bot, self.user, text).id

    def starts(self, payload: str = "") -> None:
        """Presses START."""
        self._acted = _now()
        people.start(self.world, self.bot, self.user, payload)

    async def finds(self, label: str, kind: str = "") -> tuple[Message, str]:
        """Waits for a button whose label begins so."""
        return await self._until(lambda: self._button(label, kind), f"[{label}]")

    async def taps(self, label: str, kind: str = "") -> None:
        """Taps a button as soon as it is there."""
        self.presses(*await self.finds(label, kind))

    def presses(self, message: Message, data: str) -> None:
        """Taps this button, which may have gone since it was seen."""
        self._acted = _now()
        people.tap(self.world, self.bot, self.user, message.id, data)
        if data.startswith("s."):
            self.read = max(self.read, message.id + 1)

    def blocks(self) -> None:
        """Shuts the bot out."""
        people.block(self.world, self.bot, self.user)

    def unblocks(self) -> None:
        """Lets it in."""
        people.unblock(self.world, self.bot, self.user)


def _now() -> float:
    return asyncio.get_running_loop().time()
