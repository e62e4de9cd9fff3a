"""The emulator's virtual clock: real time plus an offset that a person or a test may move.

The only module of the emulator that asks the machine for the time.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Clock:
    """Seconds since 1970, moved by `offset`; the offset is mirrored into a file so that the bot can follow."""

    def __init__(self, *, real: Callable[[], float] | None = None, file: Path | None = None) -> None:
        self._real = real or time.time  # noqa: TID251 - the emulator has no access to the bot's clock
        self._file = file
        self.listeners: list[Callable[[], None]] = []
        self.offset = _read_offset(file)
        self._write()

    def now(self) -> float:
        """The virtual moment, in seconds since 1970."""
        return self._real() + self.offset

    def advance(self, seconds: float) -> None:
        """Move by that many seconds; negative goes back."""
        self.move_to_offset(self.offset + seconds)

    def move_to_offset(self, offset: float) -> None:
        """Set the distance to real time and tell everybody who waits for a virtual moment."""
        self.offset = offset
        self._write()
        for listener in list(self.listeners):
            listener()

    def until_local(self, wall: str, zone: str) -> float:
        """Seconds until the next time a clock in `zone` shows `wall` ("HH:MM"); ValueError for nonsense."""
        hour, minute = (int(part) for part in wall.split(":"))
        here = datetime.fromtimestamp(self.now(), UTC).astimezone(ZoneInfo(zone))
        target = here.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
        if target <= here:
            target = (target.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
        return target.timestamp() - self.now()

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_name(self._file.name + ".new")
        beside.write_text(f"{self.offset:.3f}\n", encoding="ascii")
        beside.replace(self._file)


def _read_offset(file: Path | None) -> float:
    """A clock file that exists is continued: a bot's rows must not find themselves in the future."""
    try:
        return float(file.read_text(encoding="ascii")) if file else 0.0
    except (OSError, ValueError):
        return 0.0


def seconds_of(span: float | str) -> float:
    """`"1d"`, `"90m"`, `"2h30m"`, `"-1h"` or a number as seconds; ValueError for anything else."""
    if isinstance(span, int | float):
        return float(span)
    text = span.strip()
    sign, body = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if re.fullmatch(r"\d+(\.\d+)?", body):
        return sign * float(body)
    parts = re.findall(r"(\d+)([smhdw])", body)
    if not parts or "".join(number + unit for number, unit in parts) != body:
        raise ValueError(f"not a span of time: {span!r}")
    return float(sign * sum(int(number) * _UNITS[unit] for number, unit in parts))
