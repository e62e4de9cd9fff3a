"""Persons and couples as rows: reading, locking, creating. No decisions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.db.models import Couple, Person
from bot.db.prepared import Prepared
from bot.db.types import SealedBytes

_people = Person
_couples = Couple


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as stored. Sealed fields are opened through `access` and `vault` only."""

    id: int
    telegram_id: int | None
    name: SealedBytes | None
    lang: str
    created_at: datetime
    known_at: datetime | None
    seen_at: datetime
    unreachable_at: datetime | None
    gone_at: datetime | None
    silent_until: datetime | None
    path: str
    zone: str
    country: str | None
    focus: SealedBytes | None
    nudge_minute: int
    nudge_days: int
    quiet_from: int
    quiet_to: int
    effort_max: int
    next_nudge_at: datetime | None
    last_nudge_on: date | None
    nudges_ignored: int
    nudges_off: bool
    paused_until: datetime | None
    resting_until: datetime | None
    letters_muted: bool
    letters_guarded: bool | None
    couple_id: int | None
    parted: bool
    gestures_off: SealedBytes | None
    steps_done: SealedBytes | None
    recheck_on: date | None


_row_of = select(*(_people.c[field.name] for field in fields(PersonRow)))
_by_telegram = Prepared(_row_of.where(_people.c.telegram_id == bindparam("telegram_id")))
_by_id = Prepared(_row_of.where(_people.c.id == bindparam("person_id")))


def _row(found: tuple[Any, ...] | None) -> PersonRow | None:
    return None if found is None else PersonRow(*found)


@cache
def _held(column: str, **how: Any) -> Prepared:
    query = _row_of.where(_people.c[column] == bindparam("value"))
    return Prepared(query, query.with_for_update(**how))


def held(connection: Connection, column: str, value: int, **how: Any) -> PersonRow | None:
    """One person, on PostgreSQL locked until the end of the unit; `how` as SQLAlchemy's with_for_update."""
    return _row(_held(column, **how).first(connection, value=value))


def by_telegram(connection: Connection, telegram_id: int) -> PersonRow | None:
    """The person of this Telegram user, not locked: see `locks`."""
    return _row(_by_telegram.first(connection, telegram_id=telegram_id))


def by_id(connection: Connection, person_id: int) -> PersonRow | None:
    """A person, not locked: see `locks`."""
    return _row(_by_id.first(connection, person_id=person_id))


def create(connection: Connection, *, person_id: int, telegram_id: int, lang: str, now: datetime) -> PersonRow:
    """A newcomer: no name, no consent, alone."""
    values = {"id": person_id, "telegram_id": telegram_id, "lang": lang, "created_at": now, "seen_at": now}
    connection.execute(_people.insert().values(values))
    found = by_id(connection, person_id)
    assert found is not None  # noqa: S101 - just inserted
    return found


@cache
def _change(*columns: str) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return Prepared(update(_people).where(_people.c.id == bindparam("this_person")).values(values))


def change(connection: Connection, person_id: int, **values: Any) -> None:
    """Sets columns of a person."""
    _change(*values).run(connection, this_person=person_id, **values)


def partner_id(connection: Connection, person: PersonRow) -> int | None:
    """The other one of a couple that has not ended."""
    if person.couple_id is None:
        return None
    query = select(_couples).where(_couples.c.id == person.couple_id, _couples.c.ended_at.is_(None))
    couple = connection.execute(query).mappings().first()
    if couple is None:
        return None
    other: int = couple["invitee_id"] if couple["inviter_id"] == person.id else couple["inviter_id"]
    return other


def was_joined(connection: Connection, person: PersonRow) -> bool:
    """Whether this person is of a couple or was, as long as it is remembered."""
    either = (_couples.c.inviter_id == person.id) | (_couples.c.invitee_id == person.id)
    return connection.execute(select(_couples.c.id).where(either).limit(1)).first() is not None


def reachable_partner(connection: Connection, person: PersonRow) -> PersonRow | None:
    """The partner when messages reach them: joined, neither gone nor blocking the bot."""
    other = partner_id(connection, person)
    partner = None if other is None else by_id(connection, other)
    if partner is None or partner.gone_at is not None or partner.unreachable_at is not None:
        return None
    return partner


def is_together(connection: Connection, person: PersonRow, couple_id: int | None) -> bool:
    """Whether this is the person's couple and the other one can be reached: who has left looks like one who blocks."""
    return couple_id == person.couple_id and reachable_partner(connection, person) is not None


def join(connection: Connection, *, couple_id: int, inviter_id: int, invitee_id: int, now: datetime) -> None:
    """Two yeses: a couple."""
    values = {"id": couple_id, "inviter_id": inviter_id, "invitee_id": invitee_id, "joined_at": now}
    connection.execute(_couples.insert().values(values))
    ids = sorted((inviter_id, invitee_id))
    connection.execute(update(_people).where(_people.c.id.in_(ids)).values(couple_id=couple_id, parted=False))


def part(connection: Connection, person: PersonRow, *, now: datetime) -> int | None:
    """Ends this person's couple; the other one is marked and told at their own next act. Returns the other's id."""
    other = partner_id(connection, person)
    if person.couple_id is None:
        return None
    connection.execute(update(_couples).where(_couples.c.id == person.couple_id).values(ended_at=now))
    change(connection, person.id, couple_id=None)
    if other is not None:
        change(connection, other, couple_id=None, parted=True)
    return other
