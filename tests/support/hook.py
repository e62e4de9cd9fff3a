"""The webhook receiver on a real port of the loopback, and raw requests to it: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.turn import Desk
from bot.intake import inbox
from bot.intake.webhook import Receiver, place, serve
from bot.settings import Listen

HOST = "127.0.0.1"
SECRET = "a-secret-of-tests_" + "x" * 25
PLACE = place(SECRET)
STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})", re.MULTILINE)
PATIENCE = 60.0


@dataclass(slots=True)
class Hook:
    """A receiver that listens. `woken` holds what it handed on after its commits."""

    host: str
    port: int = 0
    runner: web.AppRunner | None = None
    woken: list[list[int]] = field(default_factory=list)

    def wake(self, senders: Iterable[int], updates: Iterable[inbox.Raw]) -> None:  # noqa: ARG002
        """In place of the workers."""
        self.woken.append(list(senders))

    def requests(self) -> int:
        """How many requests have come to the receiver."""
        assert self.runner is not None
        assert self.runner.server is not None
        return self.runner.server.requests_count

    async def says(self, data: bytes, *, patience: float = PATIENCE, leaves: bool = False) -> bytes:
        """All that comes back until it closes, or `patience` seconds pass; nothing when we leave at once."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(data)
            await writer.drain()
            return b"" if leaves else await _all_of(reader, patience)
        except ConnectionError:  # closed while we still wrote
            return b""
        finally:
            writer.close()

    async def asks(self, data: bytes) -> int:
        """The one status that a request gets."""
        (status,) = statuses(await self.says(data))
        return status


async def _all_of(reader: asyncio.StreamReader, patience: float) -> bytes:
    said = b""
    try:
        async with asyncio.timeout(patience):
            while more := await reader.read(65_536):
                said += more
    except (TimeoutError, ConnectionError):
        pass
    return said


def statuses(said: bytes) -> list[int]:
    """The statuses in what came back."""
    return [int(found) for found in STATUS.findall(said)]


def text_update(update_id: int = 1, *, sender: int = 2**51 + 1, text: str = "hello") -> dict[str, Any]:
    """An update as Telegram sends it."""
    user = {"id": sender, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": sender, "type": "private", "first_name": "Ana"}
    message = {"message_id": update_id, "date": 1_790_000_000, "from": user, "chat": chat, "text": text}
    return {"update_id": update_id, "message": message}


def request(body: bytes | None = None, *, line: bytes | None = None, **headers: str | None) -> bytes:
    """A request as Telegram makes it, but for what is changed; a header of None is left out."""
    body = json.dumps(text_update()).encode() if body is None else body
    named: dict[str, str | None] = {
        "Host": "bot.example",
        "X-Telegram-Bot-Api-Secret-Token": SECRET,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in named.items() if value is not None
    ]
    return b"\r\n".join([line or f"POST /{PLACE} HTTP/1.1".encode(), *lines, b"", body])


@asynccontextmanager
async def listening(database: Database, desk: Desk, emergency: Emergency, *, host: str = HOST) -> AsyncIterator[Hook]:
    """The receiver with this database behind it."""
    hook = Hook(host)
    receiver = Receiver(
        url="https://bot.example",
        secret=SECRET,
        database=database,
        desk=desk,
        clock=Clock(),
        emergency=emergency,
        wake=hook.wake,
    )
    hook.runner = runner = await serve(receiver.application(), Listen(host, 0))
    hook.port = runner.addresses[0][1]
    try:
        yield hook
    finally:
        await runner.cleanup()
