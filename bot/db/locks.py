"""The one order of locks on PostgreSQL: the couple, then persons, then all that is theirs. SQLite has one writer.

A unit waits only for the couple and the person that it begins with. A second person is taken at once or the unit is
run again; ticks pass over whoever is busy. So no two units ever wait for each other.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.db import people
from bot.db.models import Couple, Person
from bot.db.people import PersonRow
from bot.db.prepared import Prepared
from bot.errors import Busy

_people = Person
_couples = Couple


def _is_shared(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def begin(connection: Connection, telegram_id: int) -> PersonRow | None:
    """The person of this Telegram user, with their couple, until the end of the unit."""
    return _hold(connection, "telegram_id", telegram_id)


def begin_with(connection: Connection, person_id: int) -> PersonRow | None:
    """The same for a person known by id."""
    return _hold(connection, "id", person_id)


def second(connection: Connection, person_id: int) -> PersonRow | None:
    """Another person, in a unit that holds one already."""
    return _hold(connection, "id", person_id, nowait=True)


def free(connection: Connection, person_id: int) -> PersonRow | None:
    """A person for a tick; None while another unit holds them or their couple. The next beat looks again."""
    try:
        return _hold(connection, "id", person_id, skip_locked=True)
    except Busy:
        return None


@cache
def _couple(column: str, **how: Any) -> Prepared:
    its = select(_couples.c.id).join(_people, _people.c.couple_id == _couples.c.id)
    return Prepared(its.where(_people.c[column] == bindparam("value")).with_for_update(of=_couples, **how))


def _hold(connection: Connection, column: str, value: int, **how: Any) -> PersonRow | None:
    if not _is_shared(connection):
        return people.held(connection, column, value)
    held = _couple(column, **how).scalar(connection, value=value)
    person = people.held(connection, column, value, **how)
    if person is not None and person.couple_id != held:
        raise Busy("They are in another couple than a moment ago, or their couple is busy.")
    return person


def alone(connection: Connection, key: int) -> bool:
    """Whether this unit is the only one of its kind at this moment, among all workers."""
    if not _is_shared(connection):
        return True
    taken: bool = connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s)", (key,)).scalar_one()
    return taken
