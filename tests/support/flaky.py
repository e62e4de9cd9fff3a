"""A database that fails at chosen units, a Bot API that answers as told, and a sender between the two."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from sqlalchemy import Connection, select
from telegram import Bot
from telegram.request import RequestData

from bot.app import unreachable
from bot.clock import Clock
from bot.db import migrate, people
from bot.db.models import Outbox
from bot.db.session import Database
from bot.delivery import outbox
from bot.delivery.limits import Limits
from bot.delivery.outbox import Urgency
from bot.delivery.sender import Sender
from bot.delivery.turn import Desk
from bot.delivery.workers import Workers
from bot.errors import DatabaseUnusable

PATIENCE = 60.0
_rows = Outbox


class Flaky(Database):
    """Fails at units by their name: `before` they are run, or after their commit, so that only the answer is lost."""

    def __init__(self, url: str, **more: Any) -> None:
        super().__init__(url, **more)
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.error: Callable[[], Exception] = lambda: DatabaseUnusable("It is away.")

    async def run(self, unit: Any, *args: Any, **kwargs: Any) -> Any:
        """As the database does it, but for the failures that are asked for."""
        name = unit.__name__
        if self.before[name]:
            self.before[name] -= 1
            raise self.error()
        found = await super().run(unit, *args, **kwargs)
        if self.after[name]:
            self.after[name] -= 1
            raise self.error()
        return found

    run_behind = run


class Telegram:
    """Takes messages; `answers` are errors to raise instead, in turn."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.answers: list[Exception | None] = []
        self.came = asyncio.Event()

    base_url = "http://telegram"

    def place(self, mark: str) -> int:
        """How many messages were taken before the one with this mark."""
        return next(place for place, text in enumerate(self.taken) if mark in text)

    @property
    def request(self) -> Telegram:
        """The client of its calls."""
        return self

    async def post(self, _: str, data: RequestData) -> dict[str, Any]:
        """One call."""
        self.taken.append(str(data.parameters.get("text", "")))
        self.came.set()
        error = self.answers.pop(0) if self.answers else None
        if error is not None:
            raise error
        return {"message_id": len(self.taken)}


def put(
    connection: Connection, desk: Desk, *texts: str, chat: int = 101, urgency: Urgency = Urgency.ANSWER, **more: Any
) -> None:
    """Messages to somebody, who is made where they are not known yet."""
    now = Clock().now()
    person = people.by_telegram(connection, chat)
    if person is None:
        person = people.create(connection, person_id=chat, telegram_id=chat, lang="en", now=now)
        people.change(connection, chat, quiet_from=0, quiet_to=0)  # at whatever hour this runs
    for text in texts:
        what: dict[str, Any] = {
            "kind": "say",
            "payload": {"message": "interface.letter_planned", "args": {"date": text, "time": ""}},
            "slot": f"slot:{text}",
        }
        outbox.put(
            connection,
            desk.vault,
            key=text,
            person_id=person.id,
            chat_id=chat,
            urgency=urgency,
            now=now,
            **(what | more),
        )


def states(connection: Connection) -> dict[str, str]:
    """What became of each message."""
    return {row.dedupe_key: row.state for row in connection.execute(select(_rows).order_by(_rows.c.id))}


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Flaky]:
    """A migrated database."""
    database = Flaky(url)
    await database.run(migrate.upgrade)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def sending(database: Database, desk: Desk, telegram: Telegram, **more: Any) -> AsyncIterator[Sender]:
    """A sender at work."""
    clock = Clock()
    workers = more.pop("workers", None) or Workers(database=database, own=None, clock=clock, release=1)
    sender = Sender(
        database=database,
        bot=cast("Bot", telegram),
        desk=desk,
        clock=clock,
        limits=more.pop("limits", None) or Limits(0, 0),
        workers=workers,
        on_unreachable=unreachable,
    )
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await running


async def until(condition: Callable[[], Any]) -> None:
    """Waits for a condition that awaits something itself."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - any condition at all
            await asyncio.sleep(0)


async def settled(database: Database) -> dict[str, str]:
    """Waits until nothing is open or under way. What became of each message."""

    async def look() -> bool:
        found = await database.run(states)
        return bool(found) and not {"open", "sending"} & set(found.values())

    await until(look)
    return await database.run(states)
