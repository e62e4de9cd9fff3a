"""Of a letter nobody learns in another way than by its notice: it is not given up because no answer comes."""

from datetime import timedelta

import pytest

from bot.app import unreachable
from bot.conversation import housekeeping
from bot.delivery import outbox, outcomes
from bot.delivery.failures import Failure, Reason, Refused, Unknown
from bot.letters import service as letters
from tests.support.flaky import states
from tests.support.units import Phone, World


def fails(world: World, ben: Phone, failure: Failure) -> None:
    """As often as a message is tried at this time."""
    while (row := outbox.claim(world.connection, world.desk.vault, chat_id=ben.id, now=world.now)) is not None:
        outcomes.fail(
            world.connection,
            row,
            failure,
            idempotent=False,
            until=world.now,
            now=world.now,
            on_unreachable=unreachable,
        )


def no_answer_comes(world: World, ben: Phone) -> None:
    fails(world, ben, Unknown(Reason.NO_ANSWER))


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_notice_without_an_answer_steps_aside_and_comes_later(
    world: World, ana: Phone, ben: Phone, couple: int, rounds: int
) -> None:
    world.seals(ana, "I miss our Sundays.")
    letters.release_due(world.connection, world.desk, now=world.now)
    for _ in range(rounds):
        no_answer_comes(world, ben)
        world.deliver()
        ben.commands("menu")
        assert "A letter from Ana." not in ben.shown
        assert "What would you like to do?" in ben.shown
        world.now += timedelta(minutes=15)
        assert housekeeping.wake_rested(world.connection, world.desk, now=world.now) == [ben.id]
    world.deliver()
    assert ben.shown.count("A letter from Ana.") == 1


def test_an_answer_is_given_up_as_before(world: World, ben: Phone) -> None:
    ben.turn.tell("apology")
    no_answer_comes(world, ben)
    assert outbox.claim(world.connection, world.desk.vault, chat_id=ben.id, now=world.now) is None
    assert world.open_rows(ben.row.id) == []


def test_a_notice_that_telegram_refuses_is_tried_for_an_hour_and_then_left_to_whoever_runs_the_bot(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    world.seals(ana, "I miss our Sundays.")
    letters.release_due(world.connection, world.desk, now=world.now)
    for _ in range(outbox.MAX_ATTEMPTS - 1):
        fails(world, ben, Refused(Reason.BAD_REQUEST, benign=False))
        world.now += timedelta(minutes=15)
        assert housekeeping.wake_rested(world.connection, world.desk, now=world.now) == [ben.id]
    fails(world, ben, Refused(Reason.BAD_REQUEST, benign=False))
    world.now += timedelta(minutes=15)
    assert housekeeping.wake_rested(world.connection, world.desk, now=world.now) == []
    assert "parked" in states(world.connection).values()
