"""The sender while the database fails at each of its units: every message once, in order, and nudges never again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData

from bot import meters
from bot.delivery import noting, outbox, outcomes, sender, tokens
from bot.delivery.failures import Unsent
from bot.delivery.limits import Limits
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk
from tests.support.flaky import Telegram, opened, put, sending, settled, states, until

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_long_pauses")]


def heard(telegram: Telegram) -> list[str]:
    """Which of the messages came, by the mark that each has."""
    return [mark for text in telegram.taken for mark in ("one", "two", "three") if mark in text]


@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("unit", ["recover", "open_chats", "take", "settle", "unclaim"])
async def test_a_database_away_at_any_unit_repeats_and_loses_nothing(
    unit: str, lost: str, sqlite_url: str, desk: Desk
) -> None:
    telegram = Telegram()
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", "two", "three")
        getattr(database, lost)[unit] = 3
        if unit == "unclaim":
            database.after["take"] = 1
        async with sending(database, desk, telegram):
            found = await settled(database)
        assert getattr(database, lost)[unit] == 0, "the unit never failed"
        assert set(found.values()) == {"sent"}
        assert heard(telegram) == ["one", "two", "three"]
        for number, slot in enumerate(("slot:one", "slot:two", "slot:three"), 1):
            assert await database.run(outbox.in_slot, 101, slot) == number


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_a_call_that_failed_while_the_database_is_away_is_made_again_once(
    lost: str, sqlite_url: str, desk: Desk
) -> None:
    telegram = Telegram()
    unsent = NetworkError("no connection")
    unsent.__cause__ = Unsent("ClientConnectorError")
    telegram.answers = [unsent]
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", "two")
        getattr(database, lost)["fail"] = 2
        async with sending(database, desk, telegram):
            found = await settled(database)
        assert getattr(database, lost)["fail"] == 0
        assert found == {"one": "sent", "two": "sent"}
        assert heard(telegram) == ["one", "one", "two"]


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_a_nudge_without_an_answer_is_never_sent_again(lost: str, sqlite_url: str, desk: Desk) -> None:
    telegram = Telegram()
    telegram.answers = [TimedOut()]
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", urgency=Urgency.NUDGE)
        await database.run(put, desk, "two")
        getattr(database, lost)["fail"] = 2
        async with sending(database, desk, telegram):
            found = await settled(database)
        assert getattr(database, lost)["fail"] == 0
        assert found == {"one": "dropped", "two": "sent"}
        assert heard(telegram) == ["one", "two"]


async def test_an_outcome_that_can_never_be_noted_parks_its_message_and_the_chat_goes_on(
    sqlite_url: str, desk: Desk
) -> None:
    telegram = Telegram()
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", "two")
        database.error = lambda: ZeroDivisionError("a defect")
        database.before["settle"] = noting.TRIES
        async with sending(database, desk, telegram):
            found = await settled(database)
        assert found == {"one": "parked", "two": "sent"}
        assert heard(telegram) == ["one", "two"]


async def test_a_message_that_cannot_be_opened_is_parked_and_the_next_one_goes(sqlite_url: str, desk: Desk) -> None:
    telegram = Telegram()
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", "two")
        await database.run(lambda c: c.exec_driver_sql("UPDATE outbox SET dedupe_key = 'x' WHERE dedupe_key = 'one'"))
        async with sending(database, desk, telegram):
            found = await settled(database)
        assert found == {"x": "parked", "two": "sent"}
        assert heard(telegram) == ["two"]


@pytest.mark.parametrize("urgency", [Urgency.NUDGE, Urgency.LETTER])
async def test_what_a_killed_process_had_on_its_way_is_settled_by_its_kind(
    urgency: Urgency, sqlite_url: str, desk: Desk
) -> None:
    telegram = Telegram()
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", urgency=urgency)
        await database.run(outcomes.take, desk, chat_id=101, now=sender.Clock().now())
        database.before["recover"] = 2
        async with sending(database, desk, telegram):
            found = await settled(database)
        again = urgency is not Urgency.NUDGE
        assert found == {"one": "sent" if again else "dropped"}
        assert heard(telegram) == ["one"] * again


class Slow(Telegram):
    """Answers nobody before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answers_now = asyncio.Event()

    async def post(self, method: str, data: RequestData) -> dict[str, Any]:
        """One call."""
        answer = await super().post(method, data)
        await self.answers_now.wait()
        return answer


async def test_a_queue_of_answers_that_never_ends_leaves_some_places_to_letters(sqlite_url: str, desk: Desk) -> None:
    telegram = Slow()
    async with opened(sqlite_url) as database:
        for chat in range(101, 101 + 2 * sender.AT_ONCE + 20):
            await database.run(put, desk, f"answer {chat}", chat=chat)
        await database.run(put, desk, "letter", chat=999, urgency=Urgency.LETTER)
        async with sending(database, desk, telegram):

            async def letter_is_on_its_way() -> bool:
                return (await database.run(states))["letter"] == "sending"

            await until(letter_is_on_its_way)
            telegram.answers_now.set()


async def a_round_was_made() -> bool:
    """Whether the sender has looked at everything once."""
    return meters.round_made.age() is not None


async def test_an_edit_before_an_answer_takes_no_token_from_others(
    sqlite_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rates count messages; whoever wakes the sender for an answer does not know that an edit goes before it."""
    monkeypatch.setattr(tokens, "now", lambda: 0.0)
    limits = Limits(5, 0, answers=5, burst=5)
    meters.round_made.forget()
    monkeypatch.setattr(sender, "LOOK", 60.0)  # nothing but the waking leads to these
    async with opened(sqlite_url) as database, sending(database, desk, Telegram(), limits=limits) as running:
        await until(a_round_was_made)
        for chat in (101, 102):
            await database.run(put, desk, f"edit {chat}", chat=chat, kind="unbutton", payload={"message_id": 5})
            await database.run(put, desk, f"answer {chat}", chat=chat)
        running.wake([101, 102])
        await settled(database)
    assert [limits.take(0.0, chat, urgent=True) > 0 for chat in range(4)] == [False, False, False, True]
