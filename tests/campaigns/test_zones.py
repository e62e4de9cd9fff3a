"""The short form of `python -m bench.zones`, and proof that it notices a planner that is wrong."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from bench.zones import days
from bench.zones.days import Found, all_zones, look
from bench.zones.lives import a_life, live, summed
from bot.content.library import Library
from bot.db.keystore import KeyStore
from bot.nudges import clock_back, rules
from bot.nudges import service as nudges
from tests.support.units import a_desk

# Half an hour of summer time, summer time at midnight, in Ramadan, none, and a quarter of an hour off.
ODD = ("Australia/Lord_Howe", "America/Nuuk", "Africa/Casablanca", "Africa/Cairo", "Europe/Dublin", "Asia/Kathmandu")
HOURS = range(0, 1440, 210)


@pytest.fixture
def connection(migrated_sqlite: Engine) -> Iterator[Connection]:
    with migrated_sqlite.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("zone", ODD)
def test_a_year_in_an_odd_zone_has_one_a_day_at_its_hour(zone: str) -> None:
    found = look(zone, start=date(2026, 1, 1), days=365, minutes=HOURS)
    assert found.broken == []
    assert found.figures["moments"] == 365 * len(HOURS)
    assert found.figures["changes"] == (0 if zone == "Asia/Kathmandu" else 2)


def test_every_zone_keeps_its_hour_through_a_month_of_changes() -> None:
    found = Found()
    for zone in all_zones()[::4]:
        found.join(look(zone, start=date(2026, 3, 20), days=18, minutes=range(150, 1440, 600)))
    assert found.broken == []
    assert found.figures["changes"] >= 20


def test_the_day_that_samoa_never_had_is_no_skipped_day() -> None:
    found = look("Pacific/Apia", start=date(2011, 12, 1), days=60, minutes=HOURS)
    assert found.broken == []
    assert found.figures["days"] == 59


def lives(connection: Connection, shelf: Library, key_store: KeyStore, *, events: int) -> Found:
    desk = a_desk(shelf, key_store, seed=4711)
    return summed([live(a_life(connection, desk, 880_000 + seed), events=events) for seed in range(2)])


def test_clocks_that_jump_journeys_and_outages_bring_no_second_and_skip_none(
    connection: Connection, shelf: Library, key_store: KeyStore
) -> None:
    found = lives(connection, shelf, key_store, events=14)
    assert found.broken == []
    assert found.figures["nudges"] >= 60
    assert found.figures["quiet_days"] >= 15


def otherwise(**changed: Any) -> Callable[..., datetime | None]:
    """The planner, given something else than it was asked for."""
    return lambda **asked: rules.next_nudge_at(**{**asked, **changed})


WRONG: dict[str, tuple[Any, str, Any, str]] = {
    "always after 24 hours": (days, "next_nudge_at", lambda **asked: asked["after"] + timedelta(hours=24), "early"),
    "late": (rules, "shift_of", lambda *_: 240, "early"),
    "on Mondays only": (days, "next_nudge_at", otherwise(days=frozenset({0})), "none on"),
    "at night": (days, "next_nudge_at", otherwise(quiet_from=0, quiet_to=0), "in quiet hours"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_planner_that_is_wrong_is_noticed(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, instead, word = WRONG[wrong]
    monkeypatch.setattr(module, name, instead)
    found = look("Europe/Berlin", start=date(2026, 3, 1), days=60, minutes=HOURS)
    assert any(word in one for one in found.broken), found.broken[:3]


@pytest.mark.parametrize("without", ["going back", "asking for the day"])
def test_a_planner_without_its_guards_is_noticed(
    without: str, monkeypatch: pytest.MonkeyPatch, connection: Connection, shelf: Library, key_store: KeyStore
) -> None:
    if without == "going back":
        monkeypatch.setattr(clock_back, "mend", lambda *_, **__: [])
    else:
        monkeypatch.setattr(nudges, "_had_one", lambda *_: False)
    try:
        broken = lives(connection, shelf, key_store, events=14).broken
    except Exception as error:  # noqa: BLE001 - the database refuses a second row for the day
        broken = [type(error).__name__]
    assert broken
