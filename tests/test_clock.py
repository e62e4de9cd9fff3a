"""Time: the offset file, local days, quiet hours, and one firing a local day in every zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import (
    Clock,
    ZoneUnknown,
    end_of_quiet,
    in_quiet_hours,
    known_zone,
    local_day,
    local_time,
    minute_of_day,
    moment_on,
    next_local_time,
    offset_name,
    zone_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
NUUK = ZoneInfo("America/Nuuk")
APIA = ZoneInfo("Pacific/Apia")
TAXING = ("Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk", "Pacific/Apia", "Asia/Kathmandu")
HALF_HOURS = range(0, 24 * 60, 30)
DAY = timedelta(days=1)

minutes = st.integers(0, 1439)
moments = st.integers(1_100_000_000, 2_100_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_the_clock_tells_the_time_in_utc() -> None:
    before = Clock().now()
    assert before.tzinfo is UTC
    assert before <= Clock().now()


def test_the_offset_file_moves_the_clock_at_every_reading(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = Clock(file)
    near = timedelta(seconds=30)
    assert abs(clock.now() - Clock().now()) < near
    for written, seconds in (("3600", 3600), ("-86400\n", -86400), (" +1.5 ", 1.5), ("315576000", 315576000)):
        file.write_text(written)
        assert abs(clock.now() - Clock().now() - timedelta(seconds=seconds)) < near


@pytest.mark.parametrize(
    "garbage", ["", "  ", "tomorrow", "12 34", "nan", "inf", "1e5", "9" * 12, "-99999999999", "1_0", "7" * 70]
)
def test_a_garbled_offset_keeps_the_last_good_one(tmp_path: Path, garbage: str) -> None:
    file = tmp_path / "clock"
    file.write_text("7200")
    clock = Clock(file)
    clock.now()
    file.write_text(garbage)
    assert timedelta(hours=1) < clock.now() - Clock().now() < timedelta(hours=3)
    file.unlink()
    assert timedelta(hours=1) < clock.now() - Clock().now() < timedelta(hours=3)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "America", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000])
def test_an_unknown_zone_is_refused_by_name_and_never_stops_a_stored_row(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        known_zone(name)
    assert zone_of(name) == ZoneInfo("UTC")


def test_a_known_zone_is_found_both_ways() -> None:
    assert known_zone("Asia/Kathmandu") is zone_of("Asia/Kathmandu") is ZoneInfo("Asia/Kathmandu")


def test_the_local_day_and_time_are_those_on_the_wall() -> None:
    late = utc(2026, 6, 30, 22, 30)
    assert (local_day(late, BERLIN), local_time(late, BERLIN)) == (date(2026, 7, 1), time(0, 30))
    assert minute_of_day(late, BERLIN) == 30


def test_an_offset_is_named_as_it_is_on_that_day() -> None:
    names = ("Asia/Kathmandu", "Europe/London", "America/St_Johns", "America/Sao_Paulo", "Pacific/Marquesas")
    assert [offset_name(utc(2026, 1, 10), ZoneInfo(name)) for name in names] == [
        "UTC+5:45",
        "UTC",
        "UTC-3:30",
        "UTC-3",
        "UTC-9:30",
    ]
    assert offset_name(utc(2026, 7, 10), ZoneInfo("Europe/London")) == "UTC+1"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2026, 1, 1), BERLIN)  # noqa: DTZ001 - the mistake itself


def test_quiet_hours_wrap_over_midnight() -> None:
    quiet = (22 * 60, 8 * 60)
    shown = [hour for hour in range(24) if in_quiet_hours(utc(2026, 1, 5, hour), ZoneInfo("UTC"), *quiet)]
    assert shown == [0, 1, 2, 3, 4, 5, 6, 7, 22, 23]
    assert end_of_quiet(utc(2026, 1, 5, 23, 10), BERLIN, *quiet) == utc(2026, 1, 6, 7)
    assert end_of_quiet(utc(2026, 1, 5, 12), BERLIN, *quiet) == utc(2026, 1, 5, 12)


def test_quiet_hours_that_repeat_in_autumn_end_with_the_hour_that_is_running() -> None:
    second_time_ten_past_two = utc(2026, 10, 25, 1, 10)
    assert end_of_quiet(second_time_ten_past_two, BERLIN, 22 * 60, 150) == utc(2026, 10, 25, 1, 30)


def test_an_end_that_spring_moves_into_quiet_hours_is_no_end() -> None:
    assert end_of_quiet(utc(2026, 3, 29, 0), BERLIN, 165, 150) == utc(2026, 3, 30, 0, 30)


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not any(in_quiet_hours(utc(2026, 1, 5, hour), BERLIN, 480, 480) for hour in range(24))


@given(moments, zones, minutes, minutes)
def test_quiet_hours_end_outside_of_themselves_within_two_days(
    moment: datetime, zone: ZoneInfo, quiet_from: int, quiet_to: int
) -> None:
    end = end_of_quiet(moment, zone, quiet_from, quiet_to)
    assert not in_quiet_hours(end, zone, quiet_from, quiet_to)
    assert moment <= end <= moment + 3 * DAY
    assert (end == moment) == (not in_quiet_hours(moment, zone, quiet_from, quiet_to))


def test_a_time_skipped_in_spring_comes_right_after_the_gap() -> None:
    assert moment_on(date(2026, 3, 29), BERLIN, 150) == utc(2026, 3, 29, 1)
    assert moment_on(date(2026, 10, 4), ZoneInfo("Australia/Lord_Howe"), 135) == utc(2026, 10, 3, 15, 30)


def test_a_time_repeated_in_autumn_is_the_first_of_the_two() -> None:
    first = utc(2026, 10, 25, 0, 30)
    assert moment_on(date(2026, 10, 25), BERLIN, 150) == first
    assert next_local_time(first, BERLIN, 150) == utc(2026, 10, 26, 1, 30)


def test_a_gap_up_to_midnight_keeps_the_time_on_its_own_day() -> None:
    moved = moment_on(date(2026, 3, 28), NUUK, 23 * 60 + 30)
    assert moved is not None
    assert (local_day(moved, NUUK), local_time(moved, NUUK)) == (date(2026, 3, 28), time(22, 59))


def test_the_day_that_apia_never_had_has_no_moment() -> None:
    assert all(moment_on(date(2011, 12, 30), APIA, minute) is None for minute in HALF_HOURS)
    before = moment_on(date(2011, 12, 29), APIA, 600)
    assert before is not None
    assert local_day(next_local_time(before, APIA, 600), APIA) == date(2011, 12, 31)
    friday = next_local_time(before, APIA, 600, frozenset({4}))
    assert local_day(friday, APIA) == date(2012, 1, 6)


def test_only_allowed_weekdays_are_chosen() -> None:
    sunday = next_local_time(utc(2026, 11, 20, 12), BERLIN, 540, frozenset({6}))
    assert sunday == utc(2026, 11, 22, 8)
    assert next_local_time(sunday, BERLIN, 540, frozenset({6})) == utc(2026, 11, 29, 8)


def test_no_allowed_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="weekday"):
        next_local_time(utc(2026, 1, 1), BERLIN, 540, frozenset())


@given(moments, zones, minutes, st.none() | st.frozensets(st.integers(0, 6), min_size=1))
def test_the_next_local_time_is_later_on_an_allowed_day_and_none_is_passed_over(
    after: datetime, zone: ZoneInfo, minute: int, days: frozenset[int] | None
) -> None:
    found = next_local_time(after, zone, minute, days)
    assert found > after
    assert days is None or local_day(found, zone).weekday() in days
    assert next_local_time(after, zone, minute, days) == next_local_time(
        found - timedelta(seconds=1), zone, minute, days
    )


@cache
def offset_changes(name: str, first: date, last: date) -> tuple[date, ...]:
    """Local days in whose neighbourhood the offset differs."""
    zone = ZoneInfo(name)
    noons = [datetime.combine(first + n * DAY, time(12), UTC) for n in range((last - first).days)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    return tuple(noons[i].date() for i in range(1, len(noons)) if offsets[i] != offsets[i - 1])


def test_every_zone_has_exactly_one_firing_a_local_day_around_every_change_of_two_years() -> None:
    seen: set[tuple[object, ...]] = set()
    checked = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for change in offset_changes(name, date(2026, 1, 1), date(2028, 1, 1)):
            noon = datetime.combine(change, time(12), UTC)
            offsets = tuple((noon + n * timedelta(minutes=30)).astimezone(zone).utcoffset() for n in range(-72, 73))
            if (change, offsets) in seen:
                continue
            seen.add((change, offsets))
            for minute in HALF_HOURS:
                for n in range(-2, 2):
                    day = change + n * DAY
                    fired, following = moment_on(day, zone, minute), moment_on(day + DAY, zone, minute)
                    assert fired is not None, (name, day, minute)
                    assert local_day(fired, zone) == day, (name, day, minute)
                    assert next_local_time(fired, zone, minute) == following, (name, day, minute)
                    checked += 1
    assert checked > 10_000


@pytest.mark.parametrize("name", TAXING)
def test_a_walk_through_two_years_meets_every_local_day_once(name: str) -> None:
    zone = ZoneInfo(name)
    expected = [date(2026, 1, 1) + n * DAY for n in range(730)]
    for minute in HALF_HOURS:
        fired = moment_on(date(2025, 12, 31), zone, minute)
        assert fired is not None
        for day in expected:
            fired = next_local_time(fired, zone, minute)
            assert local_day(fired, zone) == day
