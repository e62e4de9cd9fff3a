"""When nudges come: the slowing pace, and one a local day at the chosen time, never in quiet hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import in_quiet_hours, local_day, minute_of_day
from bot.nudges.rules import Ask, Every, Silence, next_gap, next_nudge_at, nudge_on, shift_of

DAY = timedelta(days=1)
QUIET = (22 * 60, 8 * 60)
ALICE = 7001
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

moments = st.integers(1_100_000_000, 2_100_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
minutes = st.integers(0, 1439)
persons = st.integers(1, 2**63 - 1)
weekdays = st.none() | st.frozensets(st.integers(0, 6), min_size=1)


def planned(
    after: datetime,
    zone: ZoneInfo = BERLIN,
    *,
    minute: int = 540,
    days: frozenset[int] | None = None,
    quiet: tuple[int, int] = QUIET,
    person_id: int = ALICE,
    last_on: date | None = None,
    gap_days: int = 1,
) -> datetime | None:
    return next_nudge_at(
        after=after,
        zone=zone,
        minute=minute,
        days=days,
        quiet_from=quiet[0],
        quiet_to=quiet[1],
        person_id=person_id,
        last_on=last_on,
        gap_days=gap_days,
    )


def test_silence_slows_nudges_down_step_by_step_and_then_stops_them() -> None:
    paces = [next_gap(ignored) for ignored in range(12)]
    assert paces == [Every(1)] * 3 + [Every(2)] * 3 + [Every(7)] * 3 + [Ask(7)] + [Silence()] * 2


@given(moments, zones, minutes, minutes, minutes, weekdays, persons, st.integers(1, 7))
def test_a_nudge_is_later_on_an_allowed_day_outside_quiet_hours_and_not_too_early(
    after: datetime,
    zone: ZoneInfo,
    minute: int,
    quiet_from: int,
    quiet_to: int,
    days: frozenset[int] | None,
    person_id: int,
    gap_days: int,
) -> None:
    last_on = local_day(after, zone)
    at = planned(
        after,
        zone,
        minute=minute,
        days=days,
        quiet=(quiet_from, quiet_to),
        person_id=person_id,
        last_on=last_on,
        gap_days=gap_days,
    )
    if at is None:
        pytest.fail(f"no moment after {after} in {zone}")
    assert at > after
    assert not in_quiet_hours(at, zone, quiet_from, quiet_to)
    assert days is None or local_day(at, zone).weekday() in days
    assert local_day(at, zone) >= last_on + gap_days * DAY


@given(moments, zones, persons)
def test_days_in_a_row_have_one_nudge_each_within_five_minutes_of_the_hour(
    start: datetime, zone: ZoneInfo, person_id: int
) -> None:
    after, last_on = start, local_day(start, zone)
    for _ in range(60):
        at = planned(after, zone, minute=720, person_id=person_id, last_on=last_on)
        assert at is not None
        day = local_day(at, zone)
        assert day == last_on + DAY or str(zone) in ("Pacific/Apia", "Pacific/Fakaofo")
        assert abs(minute_of_day(at, zone) - 720) <= 5
        after, last_on = at, day


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Nuuk", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_forty_eight_times_of_day_over_two_years_skip_no_day(zone: str) -> None:
    wall = ZoneInfo(zone)
    for minute in range(0, 1440, 30):
        for n in range(730):
            day = date(2026, 1, 1) + n * DAY
            at = nudge_on(day, zone=wall, minute=minute, quiet_from=QUIET[0], quiet_to=QUIET[1], person_id=ALICE)
            assert at is not None, (minute, day)
            assert local_day(at, wall) == day
            assert not in_quiet_hours(at, wall, *QUIET)


@given(st.lists(st.tuples(zones, st.integers(0, 200)), min_size=2, max_size=8), minutes, persons)
def test_moving_between_zones_never_brings_two_for_one_local_date(
    journey: list[tuple[ZoneInfo, int]], minute: int, person_id: int
) -> None:
    now, last_on, dates = NOON, None, []
    for zone, hours in journey:
        at = planned(now, zone, minute=minute, quiet=(0, 0), person_id=person_id, last_on=last_on)
        assert at is not None
        if at <= now + timedelta(hours=hours):
            last_on = local_day(at, zone)
            dates.append(last_on)
        now += timedelta(hours=hours)
    assert len(set(dates)) == len(dates)
    assert dates == sorted(dates)


def test_a_wish_inside_quiet_hours_gives_way_to_their_end_on_the_same_day() -> None:
    at = planned(NOON, minute=23 * 60)
    assert at is not None
    assert local_day(at, BERLIN) == date(2026, 11, 21)
    assert 480 <= minute_of_day(at, BERLIN) <= 485


def test_a_shift_never_leaves_the_day_nor_enters_quiet_hours() -> None:
    for person in range(60):
        midnight = nudge_on(date(2026, 5, 5), zone=BERLIN, minute=0, quiet_from=60, quiet_to=480, person_id=person)
        edge = nudge_on(date(2026, 5, 5), zone=BERLIN, minute=1319, quiet_from=1320, quiet_to=480, person_id=person)
        assert midnight is not None
        assert edge is not None
        assert local_day(midnight, BERLIN) == local_day(edge, BERLIN) == date(2026, 5, 5)
        assert minute_of_day(midnight, BERLIN) <= 5
        assert 1314 <= minute_of_day(edge, BERLIN) < 1320


def test_a_change_of_clocks_that_leaves_only_quiet_hours_gives_no_nudge_that_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")  # 23:00 to 24:00 do not exist on this Saturday
    assert nudge_on(date(2026, 3, 28), zone=nuuk, minute=1410, quiet_from=1320, quiet_to=1410, person_id=1) is None


def test_the_day_that_never_was_has_no_nudge() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert nudge_on(date(2011, 12, 30), zone=apia, minute=600, quiet_from=0, quiet_to=0, person_id=1) is None


def test_a_nudge_that_is_due_now_is_not_the_next_one() -> None:
    due = planned(NOON)
    assert due is not None
    following = planned(due)
    assert following is not None
    assert following - due > timedelta(hours=23)


def test_no_allowed_weekday_means_no_nudge() -> None:
    assert planned(NOON, days=frozenset()) is None


def test_every_other_day_is_every_other_day_although_the_shift_differs() -> None:
    after, last_on = NOON, date(2026, 11, 20)
    seen = []
    for _ in range(20):
        at = planned(after, last_on=last_on, gap_days=2)
        assert at is not None
        after, last_on = at, local_day(at, BERLIN)
        seen.append(last_on)
    assert seen == [date(2026, 11, 22) + 2 * n * DAY for n in range(20)]


def test_a_clock_that_jumped_ten_years_ahead_silences_nobody_for_ten_years() -> None:
    at = planned(NOON, last_on=date(2036, 11, 20))
    assert at is not None
    assert at - NOON < DAY
    east = planned(NOON, last_on=date(2026, 11, 22))
    assert east is not None
    assert local_day(east, BERLIN) == date(2026, 11, 23)


def test_shifts_are_steady_for_a_person_and_spread_over_people() -> None:
    day = date(2026, 11, 20)
    shifts = [shift_of(person, day) for person in range(2000)]
    assert shifts == [shift_of(person, day) for person in range(2000)]
    assert -300 <= min(shifts) < -290
    assert -10 < max(shifts) <= 0
    assert abs(sum(shifts) / len(shifts) + 150) < 20
