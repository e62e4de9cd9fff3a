"""Decisions about letters. Pure: moments and values in, values out."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.clock import end_of_quiet, local_day, minute_of_day, moment_on, next_local_time

A_DAY = 3  # letters to the partner in one local day of the writer
KEEP_DRAFT = timedelta(days=30)
KEEP_OPENED = timedelta(days=180)  # the reader's copy, from opening
KEEP_OWN = timedelta(days=180)  # the writer's copy, from sealing: its end tells nothing of the reader
KEEP_AT_LEAST = timedelta(days=30)  # a copy that is no longer kept does not go at once
GOES_SOON = timedelta(days=30)
KEEP_SHARED = timedelta(days=30)  # after one of the two has left
KEEP_STOPPED = timedelta(days=30)  # unopened letters of a couple that has ended
FOLD_AFTER = timedelta(hours=24)
MORNING = 8 * 60
EVENING = 20 * 60
TOO_LATE_FOR_TONIGHT = 19 * 60 + 30
LOOK_AGAIN = timedelta(minutes=15)
ONE_BY_ONE = timedelta(hours=24)  # an exchange whose two readers are never reachable at once is given one by one
DAYS = {"tomorrow": 1, "two_days": 2, "three_days": 3, "week": 7}
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)

Rest = Literal["none", "two_hours", "overnight", "planned"]
Until = Literal["tonight", "tomorrow", "three_days", "week"]


def deliver_at(now: datetime, zone: ZoneInfo, rest: Rest, planned: datetime | None = None) -> datetime:
    """When a letter sealed now leaves: at once, in two hours, at eight of the next morning, or as it was planned."""
    if rest == "two_hours":
        return now + timedelta(hours=2)
    if rest == "overnight":
        return next_local_time(now + timedelta(hours=5), zone, MORNING, None)
    if rest == "planned" and planned is not None:
        return max(now, planned)
    return now


def planned_at(now: datetime, zone: ZoneInfo, day: str, minute: int) -> datetime:
    """The moment that a writer chose: `day` is a key of DAYS or a date as `MM-DD`, the next one of that name."""
    today = local_day(now, zone)
    found = _MONTH_DAY.fullmatch(day)
    if found is None:
        wanted = today + timedelta(days=DAYS.get(day, 1))
        return moment_on(wanted, zone, minute) or now
    years = range(today.year, today.year + 9)  # 29 February comes again within eight years
    dates = (named for year in years if (named := _named(year, int(found[1]), int(found[2]))) is not None)
    moments = (moment_on(one, zone, minute) for one in dates if one >= today)
    return next((moment for moment in moments if moment is not None and moment > now), now)


def _named(year: int, month: int, day: int) -> date | None:
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def remind_at(now: datetime, zone: ZoneInfo, until: Until, *, quiet_from: int, quiet_to: int) -> datetime:
    """When the reader wants to hear of the letter again: an evening of theirs, outside their quiet hours."""
    ahead = {"tonight": 0, "tomorrow": 1, "three_days": 3, "week": 7}[until]
    if until == "tonight" and minute_of_day(now, zone) >= TOO_LATE_FOR_TONIGHT:
        ahead = 1
    evening = moment_on(local_day(now, zone) + timedelta(days=ahead), zone, EVENING) or now + timedelta(days=ahead)
    return end_of_quiet(evening, zone, quiet_from, quiet_to)
