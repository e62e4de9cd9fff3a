"""One update a person at a time, and every tap answered exactly once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from bot.clock import Clock
from bot.content.library import Library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.delivery.sender import Sender
from bot.intake import inbox, ordering
from bot.intake.ordering import Ordering
from tests.support.units import a_desk

PATIENCE = 10


class Answers:
    """What the sender is asked to do, for waiting on."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str | None]] = []
        self.came = asyncio.Event()

    def wake(self, chats: Iterable[int]) -> None:
        """Nothing is sent here."""

    async def answer(self, query: str, text: str | None) -> None:
        """A tap's answer."""
        self.given.append((query, text))
        self.came.set()


def tap(update_id: int, query: str) -> dict[str, Any]:
    user = {"id": 2**51 + 1, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": 5, "date": 1, "chat": {"id": user["id"], "type": "private"}}
    asked = {"id": query, "from": user, "message": message, "chat_instance": "1", "data": "s.1.1.nothing"}
    return {"update_id": update_id, "callback_query": asked}


@asynccontextmanager
async def at_work(folder: Path, shelf: Library, keys: KeyStore) -> AsyncIterator[tuple[Database, Ordering, Answers]]:
    database, answers, desk = Database(f"sqlite:///{folder / 'bot.db'}"), Answers(), a_desk(shelf, keys)
    await database.run(migrate.upgrade)
    work = Ordering(database=database, desk=desk, clock=Clock(), sender=cast("Sender", answers))
    running = asyncio.create_task(work.run())
    try:
        yield database, work, answers
    finally:
        work.stop()
        await running
        await database.close()


async def arrives(database: Database, work: Ordering, shelf: Library, keys: KeyStore, update: dict[str, Any]) -> None:
    vault = a_desk(shelf, keys).vault
    senders = await database.run(inbox.receive, vault, [update], bot_id=7, now=Clock().now())
    work.wake(senders, [update])


@pytest.mark.asyncio
async def test_a_tap_is_answered_once_with_its_toast(tmp_path: Path, shelf: Library, key_store: KeyStore) -> None:
    async with at_work(tmp_path, shelf, key_store) as (database, work, answers):
        await arrives(database, work, shelf, key_store, tap(1, "first"))
        async with asyncio.timeout(PATIENCE):
            await answers.came.wait()
    assert answers.given == [("first", shelf.catalogue.text("interrupts.moved_on"))]


@pytest.mark.asyncio
async def test_a_tap_whose_unit_still_runs_is_answered_blank_and_not_again(
    tmp_path: Path, shelf: Library, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "SPINNER", 0.0)
    gate = threading.Event()

    def holds(_: Connection) -> None:
        gate.wait(PATIENCE)

    async with at_work(tmp_path, shelf, key_store) as (database, work, answers):
        update = tap(1, "slow")
        senders = await database.run(
            inbox.receive, a_desk(shelf, key_store).vault, [update], bot_id=7, now=Clock().now()
        )
        held = asyncio.create_task(database.run(holds))
        await asyncio.sleep(0)
        work.wake(senders, [update])
        async with asyncio.timeout(PATIENCE):
            await answers.came.wait()
        assert answers.given == [("slow", None)]
        gate.set()
        await held
        assert await database.run(inbox.waiting, now=Clock().now()) == []
    assert answers.given == [("slow", None)]
