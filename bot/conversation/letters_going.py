"""Somebody is told, a fortnight before, that letters of theirs go: in place of a day's nudge, once in four weeks.

Which letters are one's own half year from sealing or opening; what the other one does has no part in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, union

from bot.clock import in_quiet_hours, zone_of
from bot.db import locks, people
from bot.db.each import each
from bot.db.models import Letter, Person
from bot.delivery.buttons import act
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Button, Desk, Turn
from bot.letters.queries import going_own, going_received
from bot.nudges import service as nudges

_people = Person
_letters = Letter
AHEAD = timedelta(days=14)
AGAIN = timedelta(days=28)


def tell_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Tells whoever may be told at this hour. Returns the chats."""
    by = now + AHEAD
    theirs = union(
        select(_letters.c.reader_id).where(going_received(by)), select(_letters.c.writer_id).where(going_own(by))
    )
    query = (
        select(_people.c.id)
        .where(_people.c.id.in_(theirs), _may_be_told(now))
        .order_by(_people.c.last_nudge_on.is_not(None), _people.c.last_nudge_on)  # whose day is free comes first
        .limit(limit)
    )
    return each(connection, connection.execute(query).scalars().all(), lambda one: _tell(connection, desk, one, now))


def _may_be_told(now: datetime) -> ColumnElement[bool]:
    quiet = (
        or_(_people.c.paused_until.is_(None), _people.c.paused_until <= now),
        or_(_people.c.resting_until.is_(None), _people.c.resting_until <= now),
        or_(_people.c.letters_told_at.is_(None), _people.c.letters_told_at <= now - AGAIN),
    )
    here = _people.c.known_at.is_not(None) & _people.c.gone_at.is_(None) & _people.c.unreachable_at.is_(None)
    here &= _people.c.nudges_off.is_(False)
    for one in quiet:
        here &= one
    return here


def _tell(connection: Connection, desk: Desk, person_id: int, now: datetime) -> list[int]:
    person = locks.free(connection, person_id)
    if person is None or person.telegram_id is None or nudges.is_silent(person, now):
        return []
    if people.reachable_partner(connection, person) is None:
        return []  # one who has left must look like one who blocks, and of that nothing goes
    if in_quiet_hours(now, zone_of(person.zone), person.quiet_from, person.quiet_to):
        return []
    key = nudges.take_day(connection, desk, person, now=now)
    if key is None:
        return []
    people.change(connection, person.id, letters_told_at=now)
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key=key)
    buttons: list[list[Button]] = [[("show_going", act("b", person.id, "going"))]]
    turn.tell("letters_go_soon", buttons=buttons, urgency=Urgency.NUDGE, key=key)
    return [person.telegram_id]
