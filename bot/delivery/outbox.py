"""The only writer of outbox rows. Every row has a dedupe key: writing it again does nothing.

A row's life: open -> sending -> one of
    sent      the call was taken (`close_claimed`)
    open      surely not sent, or perhaps and of a kind that may come twice (`postpone`); no call was made (`unclaim`)
    later     waits for a better hour and holds up nothing behind it, then open again (`rest`, `wake_rested`)
    parked    refused for good, or five times without an answer; whoever runs the bot can try it again
    dropped   nothing to say any more, too late, its person cannot be reached, or a nudge that was perhaps sent
Besides, `hold`: of a restored backup, until that is released.

A chat's rows go in the order of their ids. The first that is in `sending`, or open and not due, holds up those behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    func,
    select,
    update,
)

from bot.db.models import ChatMessage, Outbox
from bot.db.prepared import Prepared, either, put_new
from bot.errors import KeyMissing, SealBroken
from bot.log import log
from bot.vault import Vault

_rows = Outbox
_messages = ChatMessage
MAX_ATTEMPTS = 5
KEEP_CLOSED = timedelta(days=2)
DELETABLE = timedelta(hours=47, minutes=30)  # Telegram lets a bot delete for 48 hours
KEEP_PARKED = timedelta(days=30)
KEEP_IN_SLOTS = timedelta(days=400)
QUESTION = "question:"  # slots of the questions of dialogs begin so
_NEW = ("dedupe_key", "person_id", "chat_id", "urgency", "kind", "slot", "payload", "created_at", "next_at", "drop_at")
_put = put_new(_rows, *_NEW, "state", conflict=["dedupe_key"])
_this = _rows.c.id == bindparam("row_id")
_first = (
    select(_rows)
    .where(_rows.c.chat_id == bindparam("chat_id"), either(_rows.c.state, "open", "sending"))
    .order_by(_rows.c.id)
    .limit(1)
)
# On PostgreSQL it waits: to skip a message that another worker claims would overtake it.
_next = Prepared(_first, _first.with_for_update())
_take = Prepared(
    update(_rows)
    .where(_this)
    .values(
        state="sending",
        attempts=bindparam("attempt"),
        next_at=bindparam("now"),
        worker_id=bindparam("worker"),
        stalled=False,
    )
)
_claimed = select(_rows.c.state, _rows.c.worker_id).where(_this, _rows.c.attempts == bindparam("attempt"))
_standing = Prepared(_claimed, _claimed.with_for_update())
_closed: dict[str, Any] = {"state": bindparam("to"), "sent_at": bindparam("at")}
_close = Prepared(update(_rows).where(_this).values(_closed | {"payload": None}))
_close_claimed = Prepared(
    update(_rows)
    .where(_this, _rows.c.attempts == bindparam("attempt"), either(_rows.c.state, "sending", "open"))
    .values(_closed | {"payload": None})
)
_park = Prepared(update(_rows).where(_this).values(_closed))
_hers = _messages.c.person_id == bindparam("owner")
_leave_slot = Prepared(
    update(_messages)
    .where(_hers, _messages.c.slot == bindparam("left"), _messages.c.message_id != bindparam("but"))
    .values(slot=bindparam("to"))
)
_remember = put_new(_messages, "chat_id", "message_id", "person_id", "ours", "slot", "at")
_in_slot = Prepared(select(_messages.c.message_id).where(_hers, _messages.c.slot == bindparam("slot")))
_slots = select(_messages.c.message_id).where(_hers).limit(100)
_under = Prepared(  # a range of the index; PostgreSQL sorts by the rules of a language
    _slots.where(_messages.c.slot >= bindparam("under"), _messages.c.slot < bindparam("beyond")),
    _slots.where(func.starts_with(_messages.c.slot, bindparam("under"))),
)
_last_of_ours = Prepared(select(func.max(_messages.c.message_id)).where(_hers, _messages.c.ours))


class Urgency(IntEnum):
    """Classes in the order in which they go out when there is a queue."""

    SAFETY = 0
    ANSWER = 1
    LETTER = 2
    APPOINTMENT = 3
    NUDGE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A claimed message. `attempt` counts from 1; `worker_id` is who claimed it, None with SQLite."""

    id: int
    person_id: int
    chat_id: int
    urgency: Urgency
    kind: str
    slot: str | None
    payload: Mapping[str, Any]
    attempt: int
    worker_id: int | None = None


# -- writing


def put(
    connection: Connection,
    vault: Vault,
    *,
    key: str,
    person_id: int,
    chat_id: int | None,
    urgency: Urgency,
    kind: str,
    payload: Mapping[str, Any],
    now: datetime,
    slot: str | None = None,
    not_before: datetime | None = None,
    drop_at: datetime | None = None,
) -> None:
    """Adds a message unless one with this key exists; a person without a chat gets none."""
    if chat_id is None:
        return
    _put.run(
        connection,
        dedupe_key=key,
        person_id=person_id,
        chat_id=chat_id,
        urgency=int(urgency),
        kind=kind,
        slot=slot,
        payload=vault.seal_service(orjson.dumps(payload), key),
        state="open",
        created_at=now,
        next_at=not_before or now,
        drop_at=drop_at,
    )


def put_since(connection: Connection, person_id: int, prefix: str, *, since: datetime) -> bool:
    """Whether a message of this person whose key begins so was added after this moment."""
    keyed = (_rows.c.person_id == person_id) & _rows.c.dedupe_key.startswith(prefix, autoescape=True)
    return connection.execute(select(_rows.c.id).where(keyed, _rows.c.created_at > since).limit(1)).first() is not None


# -- one message: claimed, then one way or the other out of `sending`


def claim(
    connection: Connection, vault: Vault, *, chat_id: int, now: datetime, worker_id: int | None = None
) -> Row | None:
    """Takes a chat's next message, in order. None when the next one is not due or is being sent.

    On the way those are closed whose time is over, or which cannot be opened.
    """
    row = _next.first(connection, chat_id=chat_id)
    if row is None or row.state == "sending" or row.next_at > now:
        return None
    if row.drop_at is not None and row.drop_at <= now:
        close(connection, row.id, "dropped", now=now)
        return claim(connection, vault, chat_id=chat_id, now=now, worker_id=worker_id)
    try:
        payload = orjson.loads(vault.open_service(row.payload, row.dedupe_key))
    except (SealBroken, KeyMissing, ValueError) as error:
        log.error("not_opened", id=row.id, kind=row.kind, error=type(error))
        if isinstance(error, KeyMissing) and row.attempts < MAX_ATTEMPTS:  # another worker has the key, perhaps
            _try_later(connection, row, now=now)
            return None
        close(connection, row.id, "parked", now=now)
        return claim(connection, vault, chat_id=chat_id, now=now, worker_id=worker_id)
    _take.run(connection, row_id=row.id, attempt=row.attempts + 1, now=now, worker=worker_id)
    return _row(row, payload, attempt=row.attempts + 1, worker_id=worker_id)


def _try_later(connection: Connection, row: Any, *, now: datetime) -> None:
    values = {"attempts": row.attempts + 1, "next_at": now + timedelta(seconds=2.0**row.attempts)}
    connection.execute(update(_rows).where(_rows.c.id == row.id).values(values))


def _row(row: Any, payload: Mapping[str, Any], *, attempt: int, worker_id: int | None) -> Row:
    return Row(
        id=row.id,
        person_id=row.person_id,
        chat_id=row.chat_id,
        urgency=Urgency(row.urgency),
        kind=row.kind,
        slot=row.slot,
        payload=payload,
        attempt=attempt,
        worker_id=worker_id,
    )


def standing(connection: Connection, row: Row) -> str | None:
    """The state of a message since this claim of it, locked until the end of the unit; None once claimed anew.

    An attempt that did not count has the number of the next one: then the worker tells the two apart.
    """
    found = _standing.first(connection, row_id=row.id, attempt=row.attempt)
    return found.state if found is not None and found.worker_id == row.worker_id else None


def close(connection: Connection, row_id: int, state: str, *, now: datetime) -> None:
    """The message is sent, parked or dropped; its words go from the row at once, but for a parked one's."""
    done = _park if state == "parked" else _close  # a parked one can be tried again by whoever runs the bot
    done.run(connection, row_id=row_id, to=state, at=now if state == "sent" else None)


def close_claimed(connection: Connection, row: Row, state: str, *, now: datetime) -> None:
    """The same by the one who made the call. Also where others took the row back meanwhile, but not once it was claimed
    anew: whoever did that has a call of their own on its way.
    """
    at = now if state == "sent" else None
    _close_claimed.run(connection, row_id=row.id, attempt=row.attempt, to=state, at=at)


def postpone(connection: Connection, row_id: int, *, until: datetime, counted: bool, stalled: bool = False) -> None:
    """The message is tried again at `until`; `counted` as an attempt unless it was no fault of its own.

    `stalled` where it is tried as soon as Telegram answers anybody.
    """
    values: dict[str, Any] = {"state": "open", "next_at": until, "stalled": stalled}
    if not counted:
        values["attempts"] = _rows.c.attempts - 1
    connection.execute(update(_rows).where(_rows.c.id == row_id).values(values))


def hasten(connection: Connection, *, now: datetime, limit: int) -> bool:
    """Messages that have stalled are due now, at most `limit` of them. Whether there may be more."""
    ids = select(_rows.c.id).where(_rows.c.stalled, _rows.c.state == "open").order_by(_rows.c.id).limit(limit)
    if _is_shared(connection):
        ids = ids.with_for_update(skip_locked=True)
    found = connection.execute(ids).scalars().all()
    connection.execute(update(_rows).where(_rows.c.id.in_(found)).values(next_at=now, stalled=False))
    return len(found) >= limit


def rest(connection: Connection, row_id: int, *, until: datetime, counted: bool) -> None:
    """The message waits for a better hour; what comes after it in its chat does not wait for it."""
    values: dict[str, Any] = {"state": "later", "next_at": until}
    if not counted:
        values["attempts"] = _rows.c.attempts - 1
    connection.execute(update(_rows).where(_rows.c.id == row_id).values(values))


def wake_rested(connection: Connection, *, now: datetime) -> list[int]:
    """Messages whose better hour has come. Returns their chats."""
    due = (_rows.c.state == "later") & _rows.c.urgency.in_(tuple(Urgency)) & (_rows.c.next_at <= now)
    woken = update(_rows).where(due).values(state="open").returning(_rows.c.chat_id)
    return list(connection.execute(woken).scalars())


# -- what was left in the middle


def interrupted(connection: Connection, whose: ColumnElement[bool] | None = None) -> list[Row]:
    """Messages in the middle of sending whose sender has died (`whose` tells), without what they say.

    What became of them is unknown.
    """
    query = select(_rows).where(_rows.c.state == "sending").order_by(_rows.c.id)
    if whose is not None:
        query = query.where(whose)
    if _is_shared(connection):
        query = query.with_for_update()
    return [_row(row, {}, attempt=row.attempts, worker_id=row.worker_id) for row in connection.execute(query)]


def unclaim(connection: Connection, *, chat_id: int, worker_id: int | None) -> None:
    """Gives back what this worker has claimed in a chat without having made a call for it."""
    mine = (_rows.c.worker_id == worker_id) if worker_id is not None else _rows.c.worker_id.is_(None)
    claimed = (_rows.c.chat_id == chat_id) & (_rows.c.state == "sending") & mine
    connection.execute(update(_rows).where(claimed).values(state="open", attempts=_rows.c.attempts - 1))


# -- many at once


def drop_for(connection: Connection, person_id: int, *, now: datetime, keep: str | None = None) -> None:
    """Nothing more is sent to this person, but for what the unit with the key `keep` has written."""
    waiting = [_rows.c.person_id == person_id, _rows.c.state.in_(("open", "later", "parked", "hold"))]
    if keep is not None:
        waiting.append(~_rows.c.dedupe_key.startswith(f"{keep}:", autoescape=True))
    _drop(connection, waiting, now=now)


def _drop(connection: Connection, waiting: Sequence[ColumnElement[bool]], *, now: datetime) -> None:
    """Rows are locked in the order of their ids, as the sender does it: two units never wait for each other."""
    ids = select(_rows.c.id).where(*waiting).order_by(_rows.c.id)
    which = connection.execute(ids.with_for_update()).scalars().all() if _is_shared(connection) else ids
    connection.execute(update(_rows).where(_rows.c.id.in_(which)).values(state="dropped", payload=None, sent_at=now))


def _is_shared(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def drop_nudges(connection: Connection, person_id: int, *, now: datetime) -> None:
    """A nudge that has not gone out yet does not go out."""
    waiting = [_rows.c.person_id == person_id, _rows.c.state == "open", _rows.c.urgency == int(Urgency.NUDGE)]
    _drop(connection, waiting, now=now)


def purge(connection: Connection, *, now: datetime) -> None:
    """Forgets messages that were closed two days ago, and after a month those that nobody has looked at."""
    for states, kept in ((("sent", "dropped"), KEEP_CLOSED), (("parked", "hold"), KEEP_PARKED)):
        old = _rows.c.state.in_(states) & _rows.c.urgency.in_(tuple(Urgency)) & (_rows.c.next_at < now - kept)
        connection.execute(_rows.delete().where(old))


# -- what stands in a chat


def remember(
    connection: Connection,
    *,
    chat_id: int,
    message_id: int,
    person_id: int,
    ours: bool,
    slot: str | None,
    now: datetime,
) -> None:
    """Keeps the id of a message, and which slot it fills; an older message of the slot gives it up.

    Noted twice, it stands as noted once.
    """
    if slot is not None:
        to = left_by(slot) if slot.startswith(QUESTION) else None
        _leave_slot.run(connection, owner=person_id, left=slot, but=message_id, to=to)
    _remember.run(connection, chat_id=chat_id, message_id=message_id, person_id=person_id, ours=ours, slot=slot, at=now)


def left_by(slot: str) -> str:
    """Where the messages are whose question was pushed from its slot before anybody could take its buttons away."""
    return f"left:{slot}"


def move(connection: Connection, person_id: int, message_id: int, slot: str | None) -> None:
    """This message stands in another slot from now on, or in none."""
    connection.execute(
        update(_messages)
        .where(_messages.c.person_id == person_id, _messages.c.message_id == message_id)
        .values(slot=slot)
    )


def vacate(connection: Connection, person_id: int, slot: str) -> None:
    """The message of this slot is no more."""
    connection.execute(
        update(_messages).where(_messages.c.person_id == person_id, _messages.c.slot == slot).values(slot=None)
    )


def in_slot(connection: Connection, person_id: int, slot: str) -> int | None:
    """The message id that fills a slot of this person's chat."""
    found: int | None = _in_slot.scalar(connection, owner=person_id, slot=slot)
    return found


def in_slots(connection: Connection, person_id: int, *, under: str, exactly: bool) -> list[int]:
    """The message ids in this slot, or in every slot whose name begins so; at most 100."""
    if exactly:
        return _in_slot.scalars(connection, owner=person_id, slot=under)[:100]
    beyond = f"{under[:-1]}{chr(ord(under[-1]) + 1)}"
    return _under.scalars(connection, owner=person_id, under=under, beyond=beyond)


def slot_of(connection: Connection, person_id: int, message_id: int) -> str:
    """The slot that a message of this person's chat fills; empty for none."""
    query = select(_messages.c.slot).where(_messages.c.person_id == person_id, _messages.c.message_id == message_id)
    return connection.execute(query).scalar() or ""


def last_of_ours(connection: Connection, person_id: int) -> int | None:
    """The message of ours that stands lowest in this person's chat."""
    found: int | None = _last_of_ours.scalar(connection, owner=person_id)
    return found


def count_after(connection: Connection, person_id: int, message_id: int) -> int:
    """How many messages of either side stand below this one."""
    query = select(func.count()).where(_messages.c.person_id == person_id, _messages.c.message_id > message_id)
    return connection.execute(query).scalar_one()


def recent(connection: Connection, person_id: int, *, since: datetime) -> list[tuple[int, bool]]:
    """Ids of this person's messages since then, newest last, and whether each is ours."""
    query = (
        select(_messages.c.message_id, _messages.c.ours)
        .where(_messages.c.person_id == person_id, _messages.c.at >= since)
        .order_by(_messages.c.message_id)
    )
    return [(message_id, ours) for message_id, ours in connection.execute(query)]


def older_ours(connection: Connection, person_id: int, *, before: datetime, limit: int) -> list[int]:
    """Ids of our own messages that Telegram does not let us delete any more, newest first."""
    query = (
        select(_messages.c.message_id)
        .where(_messages.c.person_id == person_id, _messages.c.ours, _messages.c.at < before)
        .order_by(_messages.c.message_id.desc())
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def forget_messages(connection: Connection, *, now: datetime) -> None:
    """Ids of a person's messages are of use for two days, of ours for a month, of those in a slot for a year."""
    ours, slot = _messages.c.ours, _messages.c.slot
    for which, kept in (
        (~ours, KEEP_CLOSED),
        (ours & slot.is_(None), KEEP_PARKED),
        (ours & slot.is_not(None), KEEP_IN_SLOTS),
    ):
        connection.execute(_messages.delete().where(which, _messages.c.at < now - kept))
