"""A year without a sign: one warning, and a month later everything goes."""

from bot.conversation import housekeeping
from tests.support.units import Phone, World

YEAR = 366


def look(world: World) -> list[int]:
    chats = housekeeping.forget_silent(world.connection, world.desk, now=world.now)
    world.deliver()
    return chats


def test_nobody_is_warned_before_a_year_is_over(world: World, ana: Phone) -> None:
    world.passes(days=360)
    assert look(world) == []


def test_after_a_year_one_warning_comes_and_no_second(world: World, ana: Phone) -> None:
    world.passes(days=YEAR)
    assert look(world) == [ana.row.telegram_id]
    assert world.words("silence_warning") in ana.said
    world.passes(days=1)
    assert look(world) == []


def test_the_warning_waits_for_the_end_of_quiet_hours(world: World, ana: Phone) -> None:
    world.passes(days=YEAR, hours=11)  # from noon to 23:00
    assert look(world) == []
    world.passes(hours=10)
    assert look(world) == [ana.row.telegram_id]


def test_any_sign_keeps_everything(world: World, ana: Phone) -> None:
    world.passes(days=YEAR)
    look(world)
    ana.writes("still here")
    world.passes(days=40)
    assert look(world) == []
    assert ana.row.gone_at is None


def test_a_month_after_the_warning_everything_goes_without_a_word(world: World, ana: Phone) -> None:
    world.passes(days=YEAR)
    look(world)
    person_id, heard = ana.row.id, len(ana.said)
    world.passes(days=31)
    look(world)
    housekeeping.erase_keys(world.connection, world.desk, now=world.now)
    assert len(ana.said) == heard
    gone = world.connection.exec_driver_sql(f"SELECT telegram_id, name FROM person WHERE id = {person_id}").one()
    assert tuple(gone) == (None, None)
