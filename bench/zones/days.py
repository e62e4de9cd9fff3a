"""Two years of planned moments in one zone at one hour, looked at by rules that know nothing of the planner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from bot.nudges.rules import next_nudge_at

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
EARLY = timedelta(minutes=5)
HALF_HOURS = range(0, 1440, 30)
QUIET = ((1320, 420), (0, 0), (480, 960))
"""The usual quiet hours, none, and those of somebody who works at night."""


@dataclass(slots=True)
class Found:
    """What was counted, and each break of a promise as zone, hour and day."""

    figures: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def join(self, other: Found) -> None:
        """Those of another process."""
        self.figures.update(other.figures)
        self.broken += other.broken


def all_zones() -> list[str]:
    """Every name of the tz database that a person could have."""
    return sorted(available_timezones() - {"localtime", "Factory"})


def look(zone_name: str, *, start: date, days: int, minutes: range = HALF_HOURS) -> Found:
    """One zone: every one of these hours, each day, with each of the quiet hours in turn."""
    found = Found()
    zone = ZoneInfo(zone_name)
    there = list(_days_that_are(zone, start, days))
    for place, minute in enumerate(minutes):
        quiet = QUIET[(place + len(zone_name)) % len(QUIET)]
        seen = list(_planned(zone, minute, quiet, start, start + days * DAY, person=place + 1))
        found.figures["moments"] += len(seen)
        faults = [*_of_days(zone, seen, there), *_of_moments(zone, minute, quiet, seen, found.figures)]
        found.broken += [f"{zone_name} {minute // 60}:{minute % 60:02} quiet {quiet}: {fault}" for fault in faults]
    found.figures["zones"] += 1
    found.figures["days"] += len(there)
    found.figures["changes"] += _changes(zone, start, days)
    return found


def _planned(
    zone: ZoneInfo, minute: int, quiet: tuple[int, int], start: date, end: date, *, person: int
) -> Iterator[datetime]:
    """The moments of a planner that runs all the time, from one to the next."""
    after = datetime(start.year, start.month, start.day, tzinfo=zone).astimezone(UTC) - MINUTE * 6
    last_on = start - DAY
    while True:
        at = next_nudge_at(
            after=after, zone=zone, minute=minute, days=None, quiet_from=quiet[0], quiet_to=quiet[1],
            person_id=person, last_on=last_on,
        )  # fmt: skip
        if at is None or at.astimezone(zone).date() >= end:
            return
        yield at
        after, last_on = at, at.astimezone(zone).date()


def _days_that_are(zone: ZoneInfo, start: date, days: int) -> Iterator[date]:
    """The local days that the zone has: some have skipped one when they crossed the date line."""
    for number in range(days):
        day = start + number * DAY
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
        if noon.astimezone(zone).date() == day:
            yield day


def _changes(zone: ZoneInfo, start: date, days: int) -> int:
    offsets = [
        datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
        for day in (start + number * DAY for number in range(days))
    ]
    return sum(one != other for one, other in pairwise(offsets))


def _of_days(zone: ZoneInfo, seen: list[datetime], there: list[date]) -> Iterator[str]:
    counted = Counter(at.astimezone(zone).date() for at in seen)
    yield from (f"{number} on {day}" for day, number in counted.items() if number > 1)
    yield from (f"none on {day}" for day in there if day not in counted)


def _of_moments(
    zone: ZoneInfo, minute: int, quiet: tuple[int, int], seen: list[datetime], figures: Counter[str]
) -> Iterator[str]:
    wanted = quiet[1] if _is_within(minute, quiet) else minute
    figures["gave_way"] += len(seen) if wanted != minute else 0
    for at in seen:
        wall = at.astimezone(zone)
        if _is_within(wall.hour * 60 + wall.minute, quiet):
            yield f"in quiet hours at {wall}"
        aim = datetime(wall.year, wall.month, wall.day, wanted // 60, wanted % 60, tzinfo=zone)
        if aim.astimezone(UTC).astimezone(zone).replace(fold=0, tzinfo=None) != aim.replace(tzinfo=None):
            figures["moved_by_a_gap"] += 1  # the hour is not there on this day
            if abs(at - aim.astimezone(UTC)) > timedelta(hours=2, minutes=5):
                yield f"far from the hour that is not there: {wall}"
            continue
        early = min(aim.astimezone(UTC) - at, aim.replace(fold=1).astimezone(UTC) - at, key=abs)
        if not timedelta(0) <= early <= EARLY:
            yield f"{early} early at {wall}"


def _is_within(minute: int, quiet: tuple[int, int]) -> bool:
    """Quiet hours by counting: the minute is met on the way from their beginning to their end."""
    start, end = quiet
    return (minute - start) % 1440 < (end - start) % 1440
