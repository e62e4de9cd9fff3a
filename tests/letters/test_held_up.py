"""A letter that an outage holds up: its writer hears so once, and never because of its reader."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import people
from bot.delivery import outbox, waiting
from bot.delivery.outbox import Urgency
from bot.letters import held_up
from bot.letters import service as letters
from tests.support.units import Phone, World

OUTAGE = held_up.OTHERS


def others_wait(world: World, count: int) -> None:
    """Answers to so many other people cannot be sent."""
    for number in range(count):
        outbox.put(
            world.connection,
            world.desk.vault,
            key=f"other:{number}",
            person_id=world.knows(world.phone("Someone", 900 + number)).row.id,
            chat_id=900 + number,
            urgency=Urgency.ANSWER,
            kind="say",
            payload={"message": "interface.withdrawn"},
            now=world.now,
        )


def is_given(world: World, writer: Phone, *, others: int) -> None:
    """A letter goes to its reader, whose notice is not sent, nor what is for so many others."""
    world.seals(writer, "I miss our Sundays.")
    others_wait(world, others)
    letters.release_due(world.connection, world.desk, now=world.now)


def told(world: World, phone: Phone, *, after: timedelta = timedelta(minutes=11)) -> int:
    """How often the writer reads it, when all that waits has gone out."""
    for _ in range(3):
        world.now += after
        held_up.tell_writers(world.connection, world.desk, now=world.now)
        after = timedelta(minutes=1)
    world.deliver()
    return phone.shown.count(world.words("letter_held_up"))


def test_in_an_outage_the_writer_hears_once_that_the_letter_waits(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    is_given(world, ana, others=OUTAGE)
    assert told(world, ana) == 1
    assert "held up" not in ben.shown
    assert "A letter from Ana." in ben.shown


def test_it_is_the_first_thing_that_the_writer_hears(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    is_given(world, ana, others=OUTAGE)
    world.now += timedelta(minutes=11)
    (chat,) = held_up.tell_writers(world.connection, world.desk, now=world.now)
    order = [found for found, _ in waiting.open_chats(world.connection, now=world.now, busy=(), limit=10)]
    assert order.index(chat) < order.index(ben.id)


@pytest.mark.parametrize("minutes", [1, 5])
def test_a_short_wait_is_not_worth_a_word(world: World, ana: Phone, ben: Phone, couple: int, minutes: int) -> None:
    is_given(world, ana, others=OUTAGE)
    assert told(world, ana, after=timedelta(minutes=minutes)) == 0


def test_what_only_one_reader_does_not_get_is_no_outage(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    is_given(world, ana, others=OUTAGE - 1)
    assert told(world, ana) == 0


@pytest.mark.parametrize("why", ["muted", "unreachable", "asleep"])
def test_a_reader_who_gets_nothing_is_no_outage_either(
    world: World, ana: Phone, ben: Phone, couple: int, why: str
) -> None:
    changes = {
        "muted": {"letters_muted": True},
        "unreachable": {"unreachable_at": world.now},
        "asleep": {"quiet_from": 0, "quiet_to": 1439},
    }
    people.change(world.connection, ben.row.id, **changes[why])
    is_given(world, ana, others=OUTAGE)
    assert told(world, ana) == 0


def test_nobody_is_woken_for_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    is_given(world, ana, others=OUTAGE)
    people.change(world.connection, ana.row.id, quiet_from=0, quiet_to=1439)
    assert told(world, ana) == 0
