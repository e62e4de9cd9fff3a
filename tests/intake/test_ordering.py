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
from telegram import Bot

from bot.clock import Clock, steady
from bot.content.library import Library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.delivery.sender import Sender
from bot.intake import inbox, ordering
from bot.intake.ordering import Ordering
from bot.intake.translate import asked
from tests.support.units import a_desk

PATIENCE = 60


class Answers:
    """What the sender is asked to do, for waiting on."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str | None]] = []
        self.came = asyncio.Event()
        self.newest_release = 1

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
    emergency = Emergency(cast("Bot", answers), shelf, Limits(0, 0), asked)
    work = Ordering(database=database, desk=desk, clock=Clock(), sender=cast("Sender", answers), emergency=emergency)
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
async def test_a_tap_is_answered_once_with_its_toast(
    tmp_path: Path, shelf: Library, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "SPINNER", 60.0)
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


@pytest.mark.asyncio
async def test_a_tap_that_comes_again_is_not_answered_again(
    tmp_path: Path, shelf: Library, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "SPINNER", 0.0)
    async with at_work(tmp_path, shelf, key_store) as (database, work, answers):
        await arrives(database, work, shelf, key_store, tap(1, "first"))
        async with asyncio.timeout(PATIENCE):
            await answers.came.wait()
        await arrives(database, work, shelf, key_store, tap(1, "first"))
        await arrives(database, work, shelf, key_store, tap(2, "second"))
        async with asyncio.timeout(PATIENCE):
            while len(answers.given) < 2:
                answers.came.clear()
                await answers.came.wait()
    assert sorted(query for query, _ in answers.given) == ["first", "second"]


@pytest.mark.asyncio
async def test_taps_that_are_never_handled_are_not_remembered_for_ever(
    tmp_path: Path, shelf: Library, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "SPINNER", 0.0)
    monkeypatch.setattr(ordering, "REMEMBERED", 3)
    async with at_work(tmp_path, shelf, key_store) as (_, work, answers):
        work.wake([2**51 + 1], [tap(number, f"dropped-{number}") for number in range(10)])
        async with asyncio.timeout(PATIENCE):
            while len(answers.given) < 10:
                answers.came.clear()
                await answers.came.wait()
        assert len(work._blank) == 3


@pytest.mark.asyncio
async def test_a_cry_behind_an_update_that_is_tried_again_later_is_still_listened_for(
    tmp_path: Path, shelf: Library, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five tries take a quarter of a minute, and whoever cries for help hears something within ten seconds."""

    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(inbox.service, "handle", fails)
    async with at_work(tmp_path, shelf, key_store) as (database, work, _):
        await arrives(database, work, shelf, key_store, tap(1, "poison"))
        await rests(work)
        cry = {**tap(2, "")["callback_query"]["message"], "from": tap(2, "")["callback_query"]["from"], "text": "/help"}
        await arrives(database, work, shelf, key_store, {"update_id": 2, "message": cry})
        await rests(work)
        assert [text for *_, text in work._emergency._too_old(steady() + 1)] == ["/help"]


async def rests(work: Ordering) -> None:
    """Waits until nobody is worked for."""
    async with asyncio.timeout(PATIENCE):
        while work._busy:  # noqa: ASYNC110 - tasks of its own end
            await asyncio.sleep(0)
