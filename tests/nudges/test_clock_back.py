"""A clock that was ahead and came back silences nobody, and repeats no day."""

from datetime import timedelta

import pytest

from bot.clock import local_day, zone_of
from bot.db import people
from bot.nudges import clock_back
from bot.nudges import service as nudges
from tests.support.units import Phone, World


@pytest.mark.parametrize("ahead", [timedelta(hours=30), timedelta(days=5), timedelta(days=3650)])
def test_after_an_hour_ahead_the_daily_message_comes_as_before(world: World, ana: Phone, ahead: timedelta) -> None:
    world.ticks()
    assert ana.row.next_nudge_at is not None
    world.now = today = ana.row.next_nudge_at
    world.ticks()
    ana.taps("Done")
    for hours in range(3):
        world.now = today + ahead + timedelta(hours=hours)
        world.ticks()
        nudges.expire_old(world.connection, before=(world.now - timedelta(days=400)).date())
    world.now = today + timedelta(hours=1)
    ana.looks_away()
    world.ticks()
    assert ana.new == []
    assert ana.row.next_nudge_at is not None
    assert ana.row.next_nudge_at - world.now < timedelta(days=4)
    days = []
    for _ in range(8):
        world.now = ana.row.next_nudge_at
        ana.looks_away()
        world.ticks()
        days += [local_day(world.now, zone_of(ana.row.zone))] if ana.new else []
        if "Done" in ana.buttons:
            ana.taps("Done")
    assert len(days) == len(set(days))
    assert len(days) >= 5


@pytest.mark.parametrize("ahead", [timedelta(days=9), timedelta(days=3650)])
def test_a_clock_that_is_ahead_for_seconds_between_two_looks_is_noticed(
    world: World, ana: Phone, ahead: timedelta
) -> None:
    world.ticks()
    world.now += ahead
    nudges.plan_due(world.connection, world.desk, now=world.now)
    world.now -= ahead
    assert ana.row.next_nudge_at is not None
    assert ana.row.next_nudge_at - world.now > timedelta(days=8)
    clock_back.mend(world.connection, world.desk, now=world.now)
    assert ana.row.next_nudge_at - world.now < timedelta(days=2)


def test_everybody_is_looked_after_in_pieces(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    clock_back.mend(world.connection, world.desk, now=world.now + timedelta(days=400))
    for phone in (ana, ben, cem):
        people.change(world.connection, phone.row.id, next_nudge_at=world.now + timedelta(days=400))
    for number in range(1, 5):
        clock_back.mend(world.connection, world.desk, now=world.now, limit=1)
        near = [phone for phone in (ana, ben, cem) if (phone.row.next_nudge_at or world.now) < world.now + timedelta(2)]
        assert len(near) == min(number, 3)


def test_a_clock_that_goes_on_changes_nothing(world: World, ana: Phone) -> None:
    for _ in range(3):
        world.now += timedelta(seconds=60)
        clock_back.mend(world.connection, world.desk, now=world.now)
    far = world.now + timedelta(days=20)
    people.change(world.connection, ana.row.id, next_nudge_at=far)
    world.now -= timedelta(minutes=5)  # as time servers do
    clock_back.mend(world.connection, world.desk, now=world.now)
    assert ana.row.next_nudge_at == far
