"""A year without a sign: one warning, and a month later everything goes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.conversation import housekeeping, patience
from bot.db import people, service_state
from bot.db.people import PersonRow
from bot.delivery.turn import Desk
from bot.nudges import service as nudges
from bot.ticks import housekeep
from tests.support.units import Phone, World

YEAR = 366


def look(world: World) -> list[int]:
    """The days until now have been seen."""
    service_state.keep(world.connection, patience.NAME, f"{world.now.isoformat()} {world.now.isoformat()}")
    return look_at_once(world)


def look_at_once(world: World) -> list[int]:
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


def test_who_was_warned_is_not_in_the_way_of_others(world: World, ana: Phone, ben: Phone) -> None:
    world.passes(days=YEAR)
    warned = [
        chat
        for _ in range(2)
        for chat in housekeeping.forget_silent(world.connection, world.desk, now=world.now, limit=1)
    ]
    assert sorted(warned) == [101, 102]


def rounds(world: World, count: int) -> list[int]:
    """Whom so many looks warn that have room for one person each."""
    looks = (housekeeping.forget_silent(world.connection, world.desk, now=world.now, limit=1) for _ in range(count))
    return [chat for chats in looks for chat in chats]


def test_the_longest_silent_come_first(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    for phone, days in ((ana, 1), (ben, 3), (cem, 2)):
        people.change(world.connection, phone.row.id, seen_at=world.now - timedelta(days=days))
    world.passes(days=YEAR)
    assert rounds(world, 3) == [102, 103, 101]


def test_who_sleeps_is_in_nobodys_way(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    people.change(world.connection, ana.row.id, seen_at=world.now - timedelta(days=1), quiet_from=660, quiet_to=780)
    world.passes(days=YEAR)
    assert sorted(rounds(world, 5)) == [102, 103]
    world.now += timedelta(hours=2)
    assert rounds(world, 1) == [101]


def test_who_cannot_be_dealt_with_is_in_nobodys_way(
    world: World, ana: Phone, ben: Phone, cem: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.change(world.connection, ana.row.id, seen_at=world.now - timedelta(days=1))
    world.passes(days=YEAR)
    plain, broken = nudges.take_day, ana.row.id

    def fails_for_ana(connection: Connection, desk: Desk, person: PersonRow, *, now: datetime) -> str | None:
        if person.id == broken:
            raise ValueError
        return plain(connection, desk, person, now=now)

    monkeypatch.setattr(nudges, "take_day", fails_for_ana)
    assert sorted(rounds(world, 5)) == [102, 103]
    monkeypatch.undo()
    assert rounds(world, 1) == [101]


def test_the_warning_waits_for_the_end_of_quiet_hours(world: World, ana: Phone) -> None:
    world.passes(days=YEAR, hours=11)  # from noon to 23:00
    assert look(world) == []
    world.passes(hours=9)
    assert look(world) == [ana.row.telegram_id]


def test_the_warning_waits_for_a_day_without_another_message(world: World, ana: Phone) -> None:
    world.passes(days=YEAR).passes(hours=20, minutes=58)  # to 8:58, when the daily message has just come
    assert ana.said
    assert look(world) == []
    world.passes(hours=23)
    assert look(world) == [ana.row.telegram_id]
    ana.looks_away()
    world.passes(days=5)
    assert ana.said == ""


def test_who_comes_back_after_the_warning_has_the_daily_message_again(world: World, ana: Phone) -> None:
    world.passes(days=YEAR)
    look(world)
    assert ana.row.next_nudge_at is None
    ana.writes("still here")
    assert ana.row.next_nudge_at is not None


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
    housekeeping.erase_keys(world.connection, world.desk.vault, housekeeping.erasable(world.connection))
    assert len(ana.said) == heard
    gone = world.connection.exec_driver_sql(f"SELECT telegram_id, name FROM person WHERE id = {person_id}").one()
    assert tuple(gone) == (None, None)


def hours(world: World, count: int) -> list[int]:
    """The hourly beats of so many hours, and who is warned in them."""
    chats: list[int] = []
    for _ in range(count):
        housekeep(world.connection, now=world.now)
        chats += look_at_once(world)
        world.now += timedelta(hours=1)
    return chats


@pytest.mark.parametrize("years", [2, 10, -10])
def test_a_clock_that_is_years_off_for_a_day_warns_and_forgets_nobody(
    world: World, ana: Phone, ben: Phone, couple: int, years: int
) -> None:
    letter = world.delivers(ana, "I miss our Sundays.")
    world.taps_letter(ben, letter, "open")
    draft = world.drafts(ana, "Not yet.")
    hours(world, 2)
    world.now += timedelta(days=365 * years)
    assert hours(world, 24) == []
    ana.writes("still here")
    world.now -= timedelta(days=365 * years)
    assert hours(world, 24) == []
    assert (world.letter(letter)["state"], world.letter(draft)["state"]) == ("opened", "draft")
    assert world.letter(letter)["reader_key"] is not None
    assert (ana.row.gone_at, ana.row.silent_until, ben.row.silent_until) == (None, None, None)


def test_whoever_was_warned_has_a_month_that_the_service_has_seen(world: World, ana: Phone) -> None:
    world.passes(days=YEAR)
    look(world)
    hours(world, 1)
    world.now += timedelta(days=3650)
    hours(world, 12)
    assert ana.row.gone_at is None
    world.now -= timedelta(days=3650)
    hours(world, 24 * 31)
    assert people.by_telegram(world.connection, ana.id) is None


def test_after_an_outage_forgetting_catches_up(world: World, ana: Phone) -> None:
    hours(world, 1)
    world.now += timedelta(days=20)
    hours(world, 24 * 20 // 5 + 2)
    assert patience.seen(world.connection, now=world.now) >= world.now - timedelta(hours=2)
