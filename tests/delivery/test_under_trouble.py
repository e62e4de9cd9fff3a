"""Delivery while something holds it up: quiet hours, waves of nudges, an outage that is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.content.library import Library
from bot.conversation import housekeeping
from bot.conversation.incoming import Wrote
from bot.db import people
from bot.db.keystore import KeyStore
from bot.delivery import outcomes
from bot.delivery.limits import Limits
from bot.delivery.outbox import Urgency
from bot.letters import service as letters
from bot.nudges import service as nudges
from tests.support.flaky import Telegram, opened, put, sending, states, until
from tests.support.units import Phone, World, a_desk


def asleep(world: World, phone: Phone) -> None:
    """Everybody's noon is the middle of this person's night."""
    people.change(world.connection, phone.row.id, quiet_from=11 * 60, quiet_to=13 * 60)


def sends_what_is_due(world: World, phone: Phone) -> list[str]:
    """Kinds of the messages that the sender's own unit takes for this chat now."""
    kinds = []
    while (taken := outcomes.take(world.connection, world.desk, chat_id=phone.id, now=world.now)) is not None:
        row, call = taken
        outcomes.settle(world.connection, row, call=call, message_id=1000 + row.id, now=world.now)
        kinds.append(row.kind)
    return kinds


def test_a_notice_held_up_into_quiet_hours_waits_for_their_end(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    world.seals(ana, "We walked along the river.")
    letters.release_due(world.connection, world.desk, now=world.now)
    asleep(world, ben)  # as if the outage had lasted until his night
    assert sends_what_is_due(world, ben) == []
    ben.commands("menu")
    assert ben.said, "what he asks for does not wait behind it"
    assert world.words("letter_notice", partner="Ana") not in ben.shown
    world.now += timedelta(minutes=59)
    assert housekeeping.wake_rested(world.connection, world.desk, now=world.now) == []
    world.now += timedelta(minutes=1)
    assert housekeeping.wake_rested(world.connection, world.desk, now=world.now) == [ben.id]
    assert sends_what_is_due(world, ben) == ["notice"]


def test_a_letter_taken_back_while_its_notice_rests_leaves_nothing(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter = world.seals(ana, "We walked along the river.")
    letters.release_due(world.connection, world.desk, now=world.now)
    asleep(world, ben)
    assert sends_what_is_due(world, ben) == []
    world.taps_letter(ana, letter, "withdraw")
    world.now += timedelta(hours=2)
    housekeeping.wake_rested(world.connection, world.desk, now=world.now)
    ben.looks_away()
    world.deliver()
    assert ben.said == ""


def test_a_nudge_held_up_for_three_hours_is_dropped_and_none_comes_in_quiet_hours(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, next_nudge_at=world.now)
    assert nudges.plan_due(world.connection, world.desk, now=world.now) == [ana.id]
    world.now += timedelta(hours=3)
    assert sends_what_is_due(world, ana) == []
    assert world.open_rows(ana.row.id) == []


# -- the end of an outage


def writes_late(world: World, phone: Phone, text: str, late: timedelta) -> str:
    """A message of so long ago comes in now. What the bot says."""
    phone.looks_away()
    world._update += 1
    from bot.conversation import service  # noqa: PLC0415 - the world's own way knows no moment of writing

    incoming = Wrote(phone.sender, 5000 + world._update, text)
    key = f"u:7:{world._update}"
    service.handle(world.connection, world.desk, incoming, key=key, now=world.now, written_at=world.now - late)
    world.deliver()
    return phone.said


def test_after_an_outage_whoever_wrote_meanwhile_hears_so_once_and_first(world: World, ana: Phone, ben: Phone) -> None:
    sorry = world.words("was_away")
    assert writes_late(world, ana, "hello", timedelta(minutes=20)).startswith(sorry)
    assert sorry not in writes_late(world, ana, "hello?", timedelta(minutes=16))
    assert sorry not in ben.shown
    assert sorry not in writes_late(world, ben, "hello", timedelta(minutes=14))
    assert sorry not in writes_late(world, ben, "hello", timedelta(days=20000)), "a date of nonsense"


# -- a wave


@pytest.mark.asyncio
@pytest.mark.parametrize("woken", [True, False])
async def test_a_reply_is_sent_in_the_middle_of_a_wave(
    woken: bool, sqlite_url: str, shelf: Library, key_store: KeyStore
) -> None:
    desk, telegram = a_desk(shelf, key_store), Telegram()
    async with opened(sqlite_url) as database:
        for chat in range(200, 400):
            await database.run(put, desk, f"wave{chat}", chat=chat, urgency=Urgency.NUDGE)
        async with sending(database, desk, telegram, limits=Limits(30, 1), at_once=20) as sender:
            async with asyncio.timeout(60):
                while len(telegram.taken) < 8:
                    telegram.came.clear()
                    await telegram.came.wait()
            before = len(telegram.taken)
            await database.run(put, desk, "reply", chat=399)
            if woken:
                sender.wake([399])

            async def is_sent() -> bool:
                return (await database.run(states))["reply"] == "sent"

            await until(is_sent)
            between = telegram.place("reply") - before
        assert (await database.run(states))["wave399"] == "sent", "order within the chat is kept"
        # A look every half second, 25 a second for the wave, the two of this chat, and a busy machine's second or two;
        # behind the whole wave it would be 200.
        assert between <= (60 if woken else 90)
