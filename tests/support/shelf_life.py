"""Letters that stand in a list, and the time after which they go."""

from datetime import timedelta

from bot.conversation import housekeeping
from tests.support.units import Phone, World


def lines(phone: Phone) -> list[str]:
    """What /letters shows, a line a letter."""
    return list(list(phone.commands("letters").screen.values())[-1].labels)


def time_goes_by(world: World, **time: float) -> None:
    """The hourly tidying, without the daily messages of all these days."""
    world.now += timedelta(**time)
    housekeeping.forget_old(world.connection, now=world.now)
