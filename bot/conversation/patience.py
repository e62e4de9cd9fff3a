"""The time for what cannot be undone: it follows the clock, and never faster than six hours in an hour.

A clock that is years ahead for a while would otherwise warn everybody, erase letters and forget which updates were
handled. After a time in which the bot did not run, forgetting is late by a fraction of that time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.db import service_state

NAME = "patience"
STEP = timedelta(hours=6)
PACE = timedelta(minutes=50)  # several workers tidy, each once an hour: only one of them takes the step


def advance(connection: Connection, *, now: datetime) -> datetime:
    """The patient moment after one more step; called once an hour."""
    moment, stepped_at = _read(connection) or (now, now)
    if now <= moment:
        moment = stepped_at = now
    elif abs(now - stepped_at) >= PACE:
        moment, stepped_at = min(now, moment + STEP), now
    service_state.keep(connection, NAME, f"{moment.isoformat()} {stepped_at.isoformat()}")
    return moment


def seen(connection: Connection, *, now: datetime) -> datetime:
    """The patient moment as it stands."""
    found = _read(connection)
    return now if found is None else min(now, found[0])


def _read(connection: Connection) -> tuple[datetime, datetime] | None:
    kept = service_state.read(connection, NAME)
    if kept is None:
        return None
    moment, _, stepped_at = kept.partition(" ")
    return datetime.fromisoformat(moment), datetime.fromisoformat(stepped_at)
