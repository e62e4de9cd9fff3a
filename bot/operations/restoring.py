"""A restored backup sends nothing twice (G10): what it holds was perhaps done already, in the time that is lost.

Until `release-held`, open rows of the inbox and the outbox stand on hold, and beats that begin something rest
(`bot/ticks.py`). What people write after the restore is answered as always.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from sqlalchemy import Connection, select, update

from bot.conversation import leaving
from bot.db import locks, service_state
from bot.db.keystore import KeyStore
from bot.db.models import Inbox, Nudge, Outbox, Person
from bot.db.session import Database
from bot.delivery.turn import Desk, Turn
from bot.nudges import service as nudges
from bot.operations import office, parked
from bot.settings import load_settings

_inbox = Inbox
_outbox = Outbox
_people = Person
_nudges = Nudge
BATCH = 500


def hold(connection: Connection, *, now: datetime) -> tuple[int, int]:
    """Puts every open row on hold and lets the beats rest. Again: only what is new. How many updates, messages."""
    if service_state.read(connection, service_state.RESTORED) is None:
        service_state.keep(connection, service_state.RESTORED, now.isoformat())
    updates = connection.execute(update(_inbox).where(_inbox.c.state == "open").values(state="hold")).rowcount
    open_states = _outbox.c.state.in_(("open", "sending", "later"))
    messages = connection.execute(update(_outbox).where(open_states).values(state="hold")).rowcount
    return updates, messages


def let_go(connection: Connection, *, now: datetime, drop: bool) -> tuple[int, int]:
    """What is on hold is open again, once, or dropped; the beats go on. How many updates, messages."""
    counts = []
    for rows in (_inbox, _outbox):
        held = rows.c.state == "hold"
        erased = rows.c.payload.is_(None)
        connection.execute(update(rows).where(held & erased).values(parked.values_of(rows, "drop", now=now)))
        values = parked.values_of(rows, "drop" if drop else "retry", now=now)
        counts.append(connection.execute(update(rows).where(held).values(values)).rowcount)
    service_state.forget(connection, service_state.RESTORED)
    return counts[0], counts[1]


def skip_overdue_nudges(connection: Connection, *, now: datetime, limit: int = BATCH) -> int:
    """Daily messages whose time came in the lost days were perhaps sent: the next one is after now. How many."""
    if service_state.read(connection, service_state.RESTORED) is None:
        return 0
    late = _people.c.next_nudge_at <= now
    ids = connection.execute(select(_people.c.id).where(late).order_by(_people.c.id).limit(limit)).scalars().all()
    for person_id in ids:
        person = locks.second(connection, person_id)
        if person is not None:
            nudges.schedule(connection, person, now=now)
    connection.execute(update(_nudges).where(_nudges.c.snoozed_until <= now).values(snoozed_until=None))
    return len(ids)


def erase_keyless(connection: Connection, desk: Desk, ids: Iterable[int], *, now: datetime) -> int:
    """People who left in the lost time: their keys are gone, and with them everything of theirs. How many."""
    count = 0
    for person_id in ids:
        person = locks.second(connection, person_id)
        if person is not None and person.gone_at is None:
            key = f"restored:{person_id}"
            leaving.erase(Turn(connection=connection, desk=desk, person=person, now=now, key=key))
            count += 1
    return count


def restored(*, erase: bool, out: TextIO) -> int:
    """The verb, after putting a backup in place. 1 when there are persons without a key and `erase` does not stand."""
    settings = load_settings(required=("SECRET_KEYS",))
    now = office.now_of(settings)
    with office.open_database(settings) as database, office.open_vault(settings) as (vault, keys):
        updates, messages = database.run_sync(hold, now=now)
        out.write(
            f"On hold: {updates} updates, {messages} messages. Nothing of before goes out until they are let go.\n"
        )
        out.write(
            "See them: python -m bot parked. Let them go: python -m bot release-held, or forget them with --drop.\n"
        )
        keyless = _keyless(database, keys)
        if erase and keyless:
            database.run_sync(erase_keyless, office.desk_of(settings, vault), keyless, now=now)
    if not keyless:
        return 0
    out.write(f"Persons without a key: {len(keyless)}{', erased again' if erase else ''}.\n")
    out.write("" if erase else "They left in the lost time; say --erase-keyless. Or KEYS_URL is not its key store.\n")
    return 0 if erase else 1


def _keyless(database: Database, keys: KeyStore) -> list[int]:
    """Persons of the database whose key is no more."""
    found: list[int] = []
    last = 0
    while ids := database.run_sync(_people_after, last):
        found += keys.without(ids)
        last = ids[-1]
    return found


def _people_after(connection: Connection, last: int) -> list[int]:
    known = (_people.c.id > last) & _people.c.gone_at.is_(None)
    return list(connection.execute(select(_people.c.id).where(known).order_by(_people.c.id).limit(BATCH)).scalars())


def release(*, drop: bool, out: TextIO) -> int:
    """The verb: what is held goes out, each row once, or is forgotten."""
    settings = load_settings(required=())
    now = office.now_of(settings)
    with office.open_database(settings) as database:
        while database.run_sync(skip_overdue_nudges, now=now) == BATCH:  # in pieces: a bot may be running
            pass
        updates, messages = database.run_sync(let_go, now=now, drop=drop)
    done = "Dropped" if drop else "Released"
    out.write(f"{done}: {updates} updates, {messages} messages.\n")
    return 0
