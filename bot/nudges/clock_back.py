"""After the clock of the machine went back: next times that it had put too far ahead are worked out anew, in pieces.

Without this, an hour with a clock ten years ahead would leave everybody without a nudge for ten years.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.db import locks, service_state
from bot.db.models import Person
from bot.delivery.turn import Desk
from bot.nudges import service

_people = Person

PLACE = "nudges_clock_back"
A_JUMP = timedelta(minutes=10)
FAR = timedelta(days=30)  # nobody's next time is so far ahead, however seldom they want one


def mend(connection: Connection, desk: Desk, *, now: datetime, limit: int = 500) -> list[int]:  # noqa: ARG001
    """Notices a clock that went back, and then goes through everybody, at most `limit` at a time. Wakes nobody.

    Also one that was ahead for less time than lies between two looks: something was planned then, or a time is so far
    ahead as no rule sets one.
    """
    seen = service_state.read(connection, service.CLOCK_SEEN)
    if seen is None or now.isoformat() != seen:
        service_state.keep(connection, service.CLOCK_SEEN, now.isoformat())
    if (seen is not None and datetime.fromisoformat(seen) - now > A_JUMP) or _is_far_ahead(connection, now):
        service_state.keep(connection, PLACE, "0")
    place = service_state.read(connection, PLACE)
    if place is not None:
        _next_piece(connection, int(place), now=now, limit=limit)
    return []


def _is_far_ahead(connection: Connection, now: datetime) -> bool:
    far = select(_people.c.id).where(_people.c.next_nudge_at > now + FAR).limit(1)
    return service_state.read(connection, PLACE) is None and connection.execute(far).first() is not None


def _next_piece(connection: Connection, place: int, *, now: datetime, limit: int) -> None:
    ahead = (_people.c.id > place) & (_people.c.next_nudge_at > now)
    ids = connection.execute(select(_people.c.id).where(ahead).order_by(_people.c.id).limit(limit)).scalars().all()
    for person_id in ids:
        person = locks.free(connection, person_id)
        if person is None:  # busy: from here on at the next beat
            service_state.keep(connection, PLACE, str(person_id - 1))
            return
        service.schedule(connection, person, now=now)
    if len(ids) < limit:
        service_state.forget(connection, PLACE)
    else:
        service_state.keep(connection, PLACE, str(ids[-1]))
