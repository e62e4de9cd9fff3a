"""A bot's side of a webhook: keeps what arrives, and answers as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web


class Receiver:
    """The bot's side: keeps what arrives; `answer` decides what it says."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.answer: Callable[[dict[str, Any]], Awaitable[web.Response]] = self.accept
        self.url = ""

    async def accept(self, update: dict[str, Any]) -> web.Response:  # noqa: ARG002
        return web.Response()

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append(update)
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return await self.answer(update)

    def kinds(self) -> list[str]:
        return [next(k for k in update if k != "update_id") for update in self.got]

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
