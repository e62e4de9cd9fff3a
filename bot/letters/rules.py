"""Decisions about letters. Pure: moments and values in, values out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import next_local_time

A_DAY = 3  # letters to the partner in one local day of the writer
KEEP_DRAFT = timedelta(days=30)
KEEP_OPENED = timedelta(days=180)
KEEP_SHARED = timedelta(days=30)  # after one of the two has left
KEEP_STOPPED = timedelta(days=30)  # unopened letters of a couple that has ended
FOLD_AFTER = timedelta(hours=24)
MORNING = 8 * 60
LOOK_AGAIN = timedelta(minutes=15)


def deliver_at(now: datetime, zone: ZoneInfo, rest: str) -> datetime:
    """When a letter sealed now may leave: at once, in two hours, or at eight the next morning of its writer."""
    if rest == "two_hours":
        return now + timedelta(hours=2)
    if rest == "overnight":
        return next_local_time(now + timedelta(hours=5), zone, MORNING, None)
    return now
