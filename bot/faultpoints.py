"""Named places where a test lets the process die at once, as by kill -9. Not armed they cost a comparison.

The names say what has happened: `...ing` stands inside of a unit, before its commit, the others after it.
"""

from __future__ import annotations

import os
import signal

from bot.errors import SettingsError

POINTS = (
    "fetched",  # an update is here, in memory only
    "keeping",
    "kept",  # it is committed, and Telegram does not know
    "handling",
    "handled",
    "claiming",
    "claimed",  # a message is marked as on its way, and the call is not made
    "called",  # Telegram has taken it, and we have not noted that
    "settling",
    "settled",
    "ticking",
    "ticked",
    "erasing",  # a key is destroyed in its own store, and that is not noted here
)

_armed = ""
_left = 0


def arm(setting: str) -> None:
    """`name` or `name:count`: die when that point is reached for the count-th time. Raises SettingsError."""
    global _armed, _left
    name, colon, count = setting.partition(":")
    times = count if colon else "1"
    if setting and (name not in POINTS or not times.isdecimal() or int(times) == 0):
        raise SettingsError(f"FAULT_POINT must be one of {', '.join(POINTS)}, with :count behind it or without.")
    _armed, _left = name, int(times)


def reach(point: str) -> None:
    """Dies here if this is the point."""
    if point == _armed:
        _die_perhaps()


def _die_perhaps() -> None:
    global _left  # noqa: PLW0603
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
