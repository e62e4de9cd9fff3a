"""Narrow places of the sender: what happens between two of its steps, and a chat that must not stand in others' way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select
from telegram.error import RetryAfter, TimedOut
from telegram.request import RequestData

from bot.clock import Clock
from bot.db.models import Outbox
from bot.delivery import noting, outbox, outcomes, render, tokens, waiting, workers
from bot.delivery.failures import Failure, NotSent, Reason, Refused, Unknown
from bot.delivery.limits import Limits
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk
from bot.delivery.workers import Workers
from bot.errors import DatabaseUnusable
from tests.support.flaky import Telegram, opened, put, sending, settled, states, until

pytestmark = pytest.mark.usefixtures("no_long_pauses")


@pytest.fixture
def connection(migrated_sqlite: Engine) -> Iterator[Connection]:
    with migrated_sqlite.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.asyncio
async def test_what_was_claimed_while_the_lease_could_not_be_renewed_is_given_back(
    postgres_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease lives on, so nobody would ever bury this worker and take the message over."""
    telegram = Telegram()
    async with opened(postgres_url) as database:
        one = Workers(database=database, own=database, clock=Clock(), release=1)
        await database.run(put, desk, "one", "two")
        holds, asked = one.holds, 0

        async def unsure_once(worker_id: int | None) -> bool:
            nonlocal asked
            asked += 1
            if asked == 1:
                one._renewed -= workers.SURE + 1
                database.before["renew"] = 1
            return await holds(worker_id)

        monkeypatch.setattr(one, "holds", unsure_once)
        async with sending(database, desk, telegram, workers=one):
            assert await settled(database) == {"one": "sent", "two": "sent"}
        assert len(telegram.taken) == 2


def test_noting_a_failure_again_leaves_another_workers_claim_alone(connection: Connection, desk: Desk) -> None:
    """A commit whose answer was lost is done again; meanwhile another worker may have the message in hand."""
    put(connection, desk, "one")
    now = Clock().now()
    mine = outbox.claim(connection, desk.vault, chat_id=101, now=now, worker_id=1)
    assert mine is not None
    note: dict[str, Any] = {"idempotent": False, "until": now, "now": now, "on_unreachable": lambda *_: None}
    outcomes.fail(connection, mine, NotSent(None, everywhere=True), **note)
    theirs = outbox.claim(connection, desk.vault, chat_id=101, now=now, worker_id=2)
    assert theirs is not None
    outcomes.fail(connection, mine, NotSent(None, everywhere=True), **note)
    assert states(connection) == {"one": "sending"}


@pytest.mark.parametrize("before", [Unknown(Reason.NO_ANSWER), NotSent(None, everywhere=True)])
def test_a_message_that_was_deleted_is_sent_anew_also_when_the_first_try_to_edit_it_failed(
    connection: Connection, desk: Desk, before: Failure
) -> None:
    """A letter opens in the place of its notice: where that is gone its words come all the same."""
    put(connection, desk, "one", slot="letter")
    outbox.remember(connection, chat_id=101, message_id=5, person_id=101, ours=True, slot="letter", now=Clock().now())
    for failure in (before, Refused(Reason.NOTHING_TO_EDIT, benign=False)):
        now = Clock().now()
        row = outbox.claim(connection, desk.vault, chat_id=101, now=now)
        assert row is not None
        outcomes.fail(connection, row, failure, idempotent=True, until=now, now=now, on_unreachable=lambda *_: None)
    assert states(connection) == {"one": "open"}
    assert outbox.in_slot(connection, 101, "letter") is None


def test_a_chat_with_a_long_queue_hides_no_other_one(connection: Connection, desk: Desk) -> None:
    put(connection, desk, *(f"{number}" for number in range(60)), chat=101)
    put(connection, desk, "other", chat=102)
    now = Clock().now()
    found = waiting.open_chats(connection, now=now, busy=(), limit=10)
    assert [chat for chat, _ in found] == [101, 102]
    assert [chat for chat, _ in waiting.open_chats(connection, now=now, busy=(101,), limit=1)] == [102]


@pytest.mark.asyncio
async def test_a_key_store_that_is_away_while_a_message_is_worded_parks_nothing(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram, tries = Telegram(), 0
    words = render.RENDERERS["say"]

    def away_twice(page: render.Page) -> render.Call | None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise DatabaseUnusable("The key store does not answer.")
        return words(page)

    monkeypatch.setitem(render.RENDERERS, "say", away_twice)
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", "two")
        async with sending(database, desk, telegram):
            assert await settled(database) == {"one": "sent", "two": "sent"}


@pytest.mark.asyncio
async def test_a_message_behind_an_edit_that_cannot_be_worded_takes_a_token_of_its_own(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "now", lambda: 0.0)
    limits = Limits(5, 0, answers=5, burst=5)
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "edit", kind="unbutton", payload={})
        await database.run(put, desk, "answer")
        async with sending(database, desk, Telegram(), limits=limits):
            assert await settled(database) == {"edit": "parked", "answer": "sent"}
    assert [limits.take(0.0, chat, urgent=True) > 0 for chat in range(5)] == [False] * 4 + [True]


@pytest.mark.asyncio
async def test_what_was_put_off_goes_at_once_though_the_outage_ended_before_that_was_noted(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram answers another chat while it is being noted that this one has to wait for that."""
    telegram = Telegram()
    async with opened(sqlite_url) as database:
        run = database.run

        async def slowly(unit: Any, *args: Any, **kwargs: Any) -> Any:
            if unit is outcomes.fail:
                running._setbacks.answered()
                for _ in range(200):
                    await asyncio.sleep(0)
                await run(lambda _: None)
            return await run(unit, *args, **kwargs)

        monkeypatch.setattr(database, "run", slowly)
        monkeypatch.setattr(database, "run_behind", slowly)
        telegram.answers = [TimedOut()]
        async with sending(database, desk, telegram) as running:
            for chat in (1, 2, 3):
                running._setbacks._trouble.failed(chat)
            await database.run(put, desk, "one")
            assert await settled(database) == {"one": "sent"}


@pytest.mark.asyncio
async def test_what_stalled_in_a_life_before_goes_with_the_first_answer_and_a_flooded_chat_waits(
    sqlite_url: str, desk: Desk
) -> None:
    def leave(connection: Connection) -> None:
        rows = connection.execute(select(Outbox.c.id, Outbox.c.chat_id)).all()
        for row_id, chat in rows:
            later = Clock().now() + timedelta(minutes=2)
            outbox.postpone(connection, row_id, until=later, counted=False, stalled=chat == 1)

    async with opened(sqlite_url) as database:
        await database.run(put, desk, "stalled", chat=1)
        await database.run(put, desk, "flooded", chat=2)
        await database.run(leave)
        await database.run(put, desk, "another", chat=3)

        async def is_over() -> bool:
            return await database.run(states) == {"stalled": "sent", "flooded": "open", "another": "sent"}

        async with sending(database, desk, Telegram()):
            await until(is_over)


@pytest.mark.asyncio
async def test_a_defect_while_waiting_messages_are_hastened_ends_no_sender(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as database:
        database.error = lambda: ZeroDivisionError("a defect")
        database.before["hasten"] = noting.TRIES
        async with sending(database, desk, Telegram()):
            await database.run(put, desk, "one")
            assert await settled(database) == {"one": "sent"}

            async def tried() -> bool:
                return database.before["hasten"] == 0

            await until(tried)
            await database.run(put, desk, "two")
            assert await settled(database) == {"one": "sent", "two": "sent"}


@pytest.mark.asyncio
async def test_an_answer_does_not_wait_where_a_nudge_of_its_chat_waits_for_the_rate(
    sqlite_url: str, desk: Desk
) -> None:
    """Every chat of the wave has a place; the nudge before the answer goes as urgently as that."""
    telegram = Telegram()
    async with opened(sqlite_url) as database:
        for chat in range(200, 250):
            await database.run(put, desk, f"wave{chat}", chat=chat, urgency=Urgency.NUDGE)
        async with sending(database, desk, telegram, limits=Limits(30, 1)) as running:
            async with asyncio.timeout(60):
                while len(telegram.taken) < 8:
                    telegram.came.clear()
                    await telegram.came.wait()
            found = await database.run(states)
            chat = next(chat for chat in range(249, 199, -1) if found[f"wave{chat}"] == "open")
            await database.run(put, desk, "reply", chat=chat)
            before = len(telegram.taken)
            running.wake([chat])

            async def is_sent() -> bool:
                return (await database.run(states))["reply"] == "sent"

            await until(is_sent)
            assert (await database.run(states))[f"wave{chat}"] == "sent"
            assert telegram.place("reply") - before <= 20  # of the 40 or so that wait


@pytest.mark.asyncio
async def test_a_pause_for_all_holds_also_for_what_has_its_token_already(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = Telegram()
    telegram.answers = [RetryAfter(30), RetryAfter(30)]
    async with opened(sqlite_url) as database:
        claims, goes_on = asyncio.Event(), asyncio.Event()
        run = database.run

        async def holds_up_the_third(unit: Any, *args: Any, **kwargs: Any) -> Any:
            if unit is outcomes.take and kwargs["chat_id"] == 103:
                claims.set()
                await goes_on.wait()
            return await run(unit, *args, **kwargs)

        monkeypatch.setattr(database, "run", holds_up_the_third)
        async with sending(database, desk, telegram) as running:
            await database.run(put, desk, "third", chat=103)
            await claims.wait()
            for chat in (101, 102):
                await database.run(put, desk, f"{chat}", chat=chat)

            async def is_paused() -> bool:
                await asyncio.sleep(0)
                return running._tokens.is_paused(0)

            await until(is_paused)
            goes_on.set()

            async def is_back() -> bool:
                return not running._busy and "sending" not in (await database.run(states)).values()

            await until(is_back)
            assert len(telegram.taken) == 2
            assert set((await database.run(states)).values()) == {"open"}


@pytest.mark.asyncio
async def test_a_database_that_stood_still_lets_no_second_hold_more_than_the_rate(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens are taken while the claims wait; then all these calls could be made at once, and the next ones too."""
    at: list[float | None] = []

    class Noted(Limits):
        """Knows when it let the last call begin: a moment later the machine may stand still itself."""

        begun: float | None = None

        def begin(self, now: float) -> float:
            wait = super().begin(now)
            self.begun = None if wait > 0 else now
            return wait

    class Watched(Telegram):
        async def post(self, method: str, data: RequestData) -> dict[str, Any]:
            at.append(limits.begun)
            limits.begun = None
            return await super().post(method, data)

    limits = Noted(20, 1)

    async with opened(sqlite_url) as database:
        goes_on = asyncio.Event()
        run = database.run

        async def stands_still(unit: Any, *args: Any, **kwargs: Any) -> Any:
            if unit is outcomes.take:
                await goes_on.wait()
            return await run(unit, *args, **kwargs)

        monkeypatch.setattr(database, "run", stands_still)
        for chat in range(200, 240):
            await database.run(put, desk, f"answer{chat}", chat=chat)
        async with sending(database, desk, Watched(), limits=limits):
            asyncio.get_running_loop().call_later(0.9, goes_on.set)
            await settled(database)
    begun = [one for one in at if one is not None]
    assert len(begun) == len(at) == 40, "a call that nobody let begin"
    assert max(sum(begin <= one < begin + 1 - 1e-6 for one in begun) for begin in begun) <= 20
