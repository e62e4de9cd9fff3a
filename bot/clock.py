"""Time's one home: the only caller of datetime.now, and pure functions between UTC and a person's wall clock."""

import re
import time as machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

_OFFSET = re.compile(rb"\s*([+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?)\s*", re.ASCII)
_OFFSET_BYTES = 64
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
# A whole week may lie between two allowed weekdays, and the date line can swallow the first of them.
_DAYS_AHEAD = 16


class ZoneUnknown(ValueError):  # not in bot.errors: modules of the lowest layer do not import each other
    """The tz database has no zone of this name."""


class Clock:
    """The current moment in UTC, moved by the seconds that stand in `file` (CLOCK_FILE), if there is one.

    The file holds a signed number and is read again at every call; while it is missing, empty or garbled the
    last good offset (at first 0) stays in force.
    """

    __slots__ = ("_file", "_offset")

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = timedelta()

    def now(self) -> datetime:
        """The aware moment in UTC."""
        moment = datetime.now(UTC)  # noqa: TID251 - this is the one place
        if self._file is None:
            return moment
        offset = _read_offset(self._file)
        if offset is not None and _reaches(moment, offset):
            self._offset = offset
        return moment + self._offset


def steady() -> float:
    """Seconds that only ever go forward, also while the process is stopped or the machine asleep. For leases."""
    boot: int | None = getattr(machine, "CLOCK_BOOTTIME", None)
    return machine.monotonic() if boot is None else machine.clock_gettime(boot)


def _read_offset(file: Path) -> timedelta | None:
    try:
        with file.open("rb") as opened:
            found = _OFFSET.fullmatch(opened.read(_OFFSET_BYTES))
    except OSError:
        return None
    return None if found is None else timedelta(seconds=float(found[1]))


def _reaches(moment: datetime, offset: timedelta) -> bool:
    try:
        moved = moment + offset
    except OverflowError:
        return False
    # Wall clocks a few days around the moment must still fit into a date.
    return 1 < moved.year < 9999


def known_zone(name: str) -> ZoneInfo:
    """The zone called `name`, for names that a person or a file gives. Raises ZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, "../x", and "America", which is a folder
        raise ZoneUnknown(f"there is no time zone {name!r}") from None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of a stored name; UTC when the tz database has lost it, since a row must never stop a tick.

    For names already checked with `known_zone`; never for new input.
    """
    try:
        return known_zone(name)
    except ZoneUnknown:
        return ZoneInfo("UTC")


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is not a moment")
    return moment.astimezone(zone)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the wall in `zone`."""
    return _local(moment, zone).date()


def local_month(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Year and month on the wall calendar there."""
    day = local_day(moment, zone)
    return day.year, day.month


def local_time(moment: datetime, zone: ZoneInfo) -> time:
    """The naive time on the wall in `zone`."""
    return _local(moment, zone).time()


def minute_of_day(moment: datetime, zone: ZoneInfo) -> int:
    """Minutes since midnight on the wall in `zone`, 0 to 1439."""
    local = _local(moment, zone)
    return local.hour * 60 + local.minute


def offset_name(moment: datetime, zone: ZoneInfo) -> str:
    """The offset that `zone` has at `moment`, for a label: UTC+5:30, UTC-3, UTC."""
    minutes = int((_local(moment, zone).utcoffset() or timedelta()) / _MINUTE)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}" if hours else "UTC"


def is_quiet(minute: int, quiet_from: int, quiet_to: int) -> bool:
    """Whether a minute of the day lies in quiet hours: from included, to excluded; equal ends mean none."""
    if quiet_from <= quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to


def in_quiet_hours(moment: datetime, zone: ZoneInfo, quiet_from: int, quiet_to: int) -> bool:
    """Whether the wall clock of `zone` shows quiet hours (minutes of the day, may wrap over midnight)."""
    return is_quiet(minute_of_day(moment, zone), quiet_from, quiet_to)


def end_of_quiet(moment: datetime, zone: ZoneInfo, quiet_from: int, quiet_to: int) -> datetime:
    """When (UTC) the quiet hours around `moment` end; `moment` itself when it is outside of them."""
    moment = _local(moment, zone).astimezone(UTC)
    if not in_quiet_hours(moment, zone, quiet_from, quiet_to):
        return moment
    today = local_day(moment, zone)
    ends = (
        end
        for ahead in range(_DAYS_AHEAD)
        for end in _ends_on(today + ahead * _DAY, zone, quiet_to)
        if end > moment and not in_quiet_hours(end, zone, quiet_from, quiet_to)
    )
    return next(ends)


def _ends_on(day: date, zone: ZoneInfo, minute: int) -> Iterator[datetime]:
    """When the wall shows `minute` on `day`: once, twice in autumn, or the end of the gap that swallowed it."""
    for fold in (0, 1):
        moment = _at(day, minute, zone, fold=fold)
        if minute_of_day(moment, zone) == minute:
            yield moment
        elif fold == 0:
            yield _end_of_gap(day, minute, zone)


def moment_on(day: date, zone: ZoneInfo, minute: int) -> datetime | None:
    """The one moment (UTC) that stands for minute `minute` of local day `day`.

    A repeated time is the first of the two. A time skipped in spring is the first minute after the gap, or, where
    the gap ends on the next day (Nuuk, 23:00 to 24:00), the last minute before it, so that each local day has
    exactly one. None for a day that never was (Apia, 30 December 2011).
    """
    moment = _at(day, minute, zone)
    wall = moment.astimezone(zone)
    if wall.date() == day and wall.hour * 60 + wall.minute == minute:
        return moment
    after = _end_of_gap(day, minute, zone)
    for nearest in (after, after - _MINUTE):
        if local_day(nearest, zone) == day:
            return nearest
    return None


def _at(day: date, minute: int, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone, fold=fold)
    return wall.astimezone(UTC)


def _end_of_gap(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The change of offset that swallowed this time, by bisection: PEP 495 puts the two folds on either side."""
    before, after = _at(day, minute, zone, fold=1), _at(day, minute, zone, fold=0)
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def next_local_time(
    after: datetime, zone: ZoneInfo, minute_of_day: int, days: frozenset[int] | None = None
) -> datetime:
    """The first moment (UTC) strictly after `after` that stands for this minute of an allowed local day.

    `days` are weekdays, Monday is 0; None allows all. What happens when the clocks change: see `moment_on`.
    Raises ValueError when no weekday is allowed.
    """
    if days is not None and not days & frozenset(range(7)):
        raise ValueError("no weekday is allowed")
    start = local_day(after, zone)
    ahead = (start + n * _DAY for n in range(_DAYS_AHEAD))
    moments = (moment_on(day, zone, minute_of_day) for day in ahead if days is None or day.weekday() in days)
    return next(moment for moment in moments if moment is not None and moment > after)
