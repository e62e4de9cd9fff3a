"""The only writer of outbox rows. Every row has a dedupe key: writing it again does nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import orjson
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.models import ChatMessage, Outbox, table
from bot.vault import Vault

_rows = table(Outbox)
_messages = table(ChatMessage)
MAX_ATTEMPTS = 5
KEEP_CLOSED = timedelta(days=2)
DELETABLE = timedelta(hours=47, minutes=30)  # Telegram lets a bot delete for 48 hours
KEEP_PARKED = timedelta(days=30)


class Urgency(IntEnum):
    """Classes in the order in which they go out when there is a queue."""

    SAFETY = 0
    ANSWER = 1
    LETTER = 2
    APPOINTMENT = 3
    NUDGE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A claimed message. `attempt` counts from 1."""

    id: int
    person_id: int
    chat_id: int
    urgency: Urgency
    kind: str
    slot: str | None
    payload: Mapping[str, Any]
    attempt: int


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
    values = {
        "dedupe_key": key,
        "person_id": person_id,
        "chat_id": chat_id,
        "urgency": int(urgency),
        "kind": kind,
        "slot": slot,
        "payload": vault.seal_service(orjson.dumps(payload), key),
        "state": "open",
        "attempts": 0,
        "created_at": now,
        "next_at": not_before or now,
        "drop_at": drop_at,
    }
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(_rows).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"]))


def put_since(connection: Connection, prefix: str, *, since: datetime) -> bool:
    """Whether a message whose key begins so was added after this moment."""
    keyed = _rows.c.dedupe_key.startswith(prefix, autoescape=True)
    return connection.execute(select(_rows.c.id).where(keyed, _rows.c.created_at > since).limit(1)).first() is not None


def open_chats(
    connection: Connection, *, now: datetime, busy: Sequence[int], limit: int
) -> list[tuple[int, tuple[Urgency, str]]]:
    """Chats with a message that is due, the most urgent first, each with the class and kind of what is found."""
    query = (
        select(_rows.c.chat_id, _rows.c.urgency, _rows.c.kind)
        .where(_rows.c.state == "open", _rows.c.next_at <= now)
        .order_by(_rows.c.urgency, _rows.c.id)
        .limit(limit * 4)
    )
    found: dict[int, tuple[Urgency, str]] = {}
    for chat_id, urgency, kind in connection.execute(query):
        if chat_id not in busy and len(found) < limit:
            found.setdefault(chat_id, (Urgency(urgency), kind))
    return list(found.items())


def head(connection: Connection, *, chat_id: int, now: datetime) -> tuple[Urgency, str] | None:
    """Class and kind of a chat's next message, if it is due."""
    query = (
        select(_rows.c.urgency, _rows.c.kind, _rows.c.next_at, _rows.c.state)
        .where(_rows.c.chat_id == chat_id, _rows.c.state.in_(("open", "sending")))
        .order_by(_rows.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None or row.state == "sending" or row.next_at > now:
        return None
    return Urgency(row.urgency), row.kind


def claim(connection: Connection, vault: Vault, *, chat_id: int, now: datetime) -> Row | None:
    """Takes a chat's next message, in order. None when the next one is not due or is being sent."""
    query = (
        select(_rows)
        .where(_rows.c.chat_id == chat_id, _rows.c.state.in_(("open", "sending")))
        .order_by(_rows.c.id)
        .limit(1)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()  # waits: to skip a message that another worker claims would overtake it
    row = connection.execute(query).mappings().first()
    if row is None or row["state"] == "sending" or row["next_at"] > now:
        return None
    if row["drop_at"] is not None and row["drop_at"] <= now:
        close(connection, row["id"], "dropped", now=now)
        return claim(connection, vault, chat_id=chat_id, now=now)
    connection.execute(
        update(_rows).where(_rows.c.id == row["id"]).values(state="sending", attempts=row["attempts"] + 1, next_at=now)
    )
    return Row(
        id=row["id"],
        person_id=row["person_id"],
        chat_id=row["chat_id"],
        urgency=Urgency(row["urgency"]),
        kind=row["kind"],
        slot=row["slot"],
        payload=orjson.loads(vault.open_service(row["payload"], row["dedupe_key"])),
        attempt=row["attempts"] + 1,
    )


def close(connection: Connection, row_id: int, state: str, *, now: datetime) -> None:
    """The message is sent, parked or dropped; its words go from the row at once."""
    sent_at = now if state == "sent" else None
    connection.execute(update(_rows).where(_rows.c.id == row_id).values(state=state, sent_at=sent_at, payload=None))


def postpone(connection: Connection, row_id: int, *, until: datetime, counted: bool) -> None:
    """The message was not sent and is tried again at `until`; uncounted when it was no fault of its own."""
    values: dict[str, Any] = {"state": "open", "next_at": until}
    if not counted:
        values["attempts"] = _rows.c.attempts - 1
    connection.execute(update(_rows).where(_rows.c.id == row_id).values(values))


def interrupted(connection: Connection, vault: Vault) -> list[Row]:
    """The messages that a killed process left in the middle of sending; what became of them is unknown."""
    found = connection.execute(select(_rows).where(_rows.c.state == "sending").order_by(_rows.c.id)).mappings().all()
    return [
        Row(
            id=row["id"],
            person_id=row["person_id"],
            chat_id=row["chat_id"],
            urgency=Urgency(row["urgency"]),
            kind=row["kind"],
            slot=row["slot"],
            payload=orjson.loads(vault.open_service(row["payload"], row["dedupe_key"])),
            attempt=row["attempts"],
        )
        for row in found
    ]


def drop_for(connection: Connection, person_id: int, *, now: datetime, keep: str | None = None) -> None:
    """Nothing more is sent to this person, but for what the unit with the key `keep` has written."""
    waiting = [_rows.c.person_id == person_id, _rows.c.state.in_(("open", "parked", "hold"))]
    if keep is not None:
        waiting.append(~_rows.c.dedupe_key.startswith(f"{keep}:", autoescape=True))
    connection.execute(update(_rows).where(*waiting).values(state="dropped", payload=None, sent_at=now))


def drop_nudges(connection: Connection, person_id: int, *, now: datetime) -> None:
    """A nudge that has not gone out yet does not go out."""
    waiting = (_rows.c.person_id == person_id) & (_rows.c.state == "open") & (_rows.c.urgency == int(Urgency.NUDGE))
    connection.execute(update(_rows).where(waiting).values(state="dropped", payload=None, sent_at=now))


def purge(connection: Connection, *, now: datetime) -> None:
    """Forgets messages that were closed two days ago, and after a month those that nobody has looked at."""
    closed = _rows.c.state.in_(("sent", "dropped")) & (_rows.c.created_at < now - KEEP_CLOSED)
    parked = (_rows.c.state == "parked") & (_rows.c.created_at < now - KEEP_PARKED)
    connection.execute(_rows.delete().where(or_(closed, parked)))


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
    """Keeps the id of a message, and which slot it fills; an older message of the slot gives it up."""
    if slot is not None:
        connection.execute(
            update(_messages).where(_messages.c.person_id == person_id, _messages.c.slot == slot).values(slot=None)
        )
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {
        "chat_id": chat_id,
        "message_id": message_id,
        "person_id": person_id,
        "ours": ours,
        "slot": slot,
        "at": now,
    }
    connection.execute(insert(_messages).values(values).on_conflict_do_nothing())


def vacate(connection: Connection, person_id: int, slot: str) -> None:
    """The message of this slot is no more."""
    connection.execute(
        update(_messages).where(_messages.c.person_id == person_id, _messages.c.slot == slot).values(slot=None)
    )


def in_slot(connection: Connection, person_id: int, slot: str) -> int | None:
    """The message id that fills a slot of this person's chat."""
    query = select(_messages.c.message_id).where(_messages.c.person_id == person_id, _messages.c.slot == slot)
    found: int | None = connection.execute(query).scalar()
    return found


def in_slots(connection: Connection, person_id: int, *, under: str, exactly: bool) -> list[int]:
    """The message ids in this slot, or in every slot whose name begins so; at most 100."""
    named = _messages.c.slot == under if exactly else _messages.c.slot.startswith(under, autoescape=True)
    query = select(_messages.c.message_id).where(_messages.c.person_id == person_id, named).limit(100)
    return list(connection.execute(query).scalars())


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
    theirs = ~_messages.c.ours & (_messages.c.at < now - KEEP_CLOSED)
    ours = _messages.c.slot.is_(None) & (_messages.c.at < now - KEEP_PARKED)
    in_slots = _messages.c.at < now - timedelta(days=400)
    connection.execute(_messages.delete().where(or_(theirs, ours, in_slots)))
