"""The durable inbox: an update is committed before Telegram may forget it, and done in the unit that handles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversation import service
from bot.conversation.incoming import InGroup, Tapped
from bot.conversation.service import Handled
from bot.db.models import Inbox, table
from bot.delivery.turn import Desk
from bot.intake.translate import kind_of, sender_of, translate
from bot.vault import Vault

_rows = table(Inbox)

MAX_TRIES = 5
MAX_OPEN = 200  # rows of one person that wait; a flood beyond is confirmed and dropped
Raw = Mapping[str, Any]


def receive(connection: Connection, vault: Vault, updates: Iterable[Raw], *, bot_id: int, now: datetime) -> list[int]:
    """Keeps a batch; an update that is here already is passed over. Returns the senders with something new."""
    senders: dict[int, int] = {}
    flooding: set[int] = set()
    for raw in updates:
        sender = sender_of(raw)
        if sender not in senders:
            senders[sender] = _open_count(connection, bot_id, sender)
        state = "dropped" if senders[sender] >= MAX_OPEN else "open"
        if _insert(connection, vault, raw, bot_id=bot_id, sender=sender, state=state, now=now):
            senders[sender] += 1
            flooding.update([sender] if state == "dropped" else [])
    for sender in flooding:
        service.say_flooded(connection, vault, sender, now=now)
    return list(senders)


def _open_count(connection: Connection, bot_id: int, sender: int) -> int:
    query = select(func.count()).where(_rows.c.sender_id == sender, _rows.c.state == "open", _rows.c.bot_id == bot_id)
    return connection.execute(query).scalar_one()


def _insert(
    connection: Connection, vault: Vault, raw: Raw, *, bot_id: int, sender: int, state: str, now: datetime
) -> bool:
    update_id = int(raw["update_id"])
    payload = vault.seal_service(orjson.dumps(raw), f"inbox:{bot_id}:{update_id}") if state == "open" else None
    values = {
        "bot_id": bot_id,
        "update_id": update_id,
        "sender_id": sender,
        "kind": kind_of(raw),
        "received_at": now,
        "payload": payload,
        "state": state,
        "next_try_at": now,
    }
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # Asked for by RETURNING: of an INSERT, psycopg's rowcount is not handed on.
    new = insert(_rows).values(values).on_conflict_do_nothing().returning(_rows.c.update_id)
    return connection.execute(new).first() is not None


def waiting(connection: Connection, *, now: datetime, limit: int = 500) -> list[int]:
    """Senders with rows that are due."""
    query = select(_rows.c.sender_id).where(_rows.c.state == "open", _rows.c.next_try_at <= now).distinct().limit(limit)
    return list(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Done:
    """What the worker does after the commit: the tap to answer, the group to leave, the chats to wake."""

    update_id: int
    handled: Handled
    query: str | None = None
    group: int | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The next row of a sender."""

    bot_id: int
    update_id: int
    tries: int
    payload: bytes


def head(connection: Connection, sender: int, *, now: datetime) -> Head | None:
    """A sender's oldest open row; None when there is none or it is not due for another try."""
    query = (
        select(_rows).where(_rows.c.sender_id == sender, _rows.c.state == "open").order_by(_rows.c.update_id).limit(1)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()  # waits: to skip an update that another worker handles would overtake it
    row = connection.execute(query).mappings().first()
    if row is None or row["next_try_at"] > now:
        return None
    return Head(row["bot_id"], row["update_id"], row["tries"], row["payload"])


def process_next(connection: Connection, desk: Desk, sender: int, *, now: datetime) -> Done | None:
    """Handles a sender's next update: its effects, its messages and its being done are one transaction."""
    row = head(connection, sender, now=now)
    if row is None:
        return None
    finish(connection, row.bot_id, row.update_id, "done")
    raw = orjson.loads(desk.vault.open_service(row.payload, f"inbox:{row.bot_id}:{row.update_id}"))
    incoming = translate(raw, bot_username=desk.bot_username)
    handled = service.handle(connection, desk, incoming, key=f"u:{row.bot_id}:{row.update_id}", now=now)
    return Done(
        row.update_id,
        handled,
        query=incoming.query if isinstance(incoming, Tapped) else None,
        group=incoming.chat_id if isinstance(incoming, InGroup) and incoming.joined else None,
    )


def finish(connection: Connection, bot_id: int, update_id: int, state: str) -> None:
    """The row is done or parked; what the person wrote is emptied from a done one."""
    values: dict[str, Any] = {"state": state}
    if state == "done":
        values["payload"] = None
    connection.execute(update(_rows).where(_rows.c.bot_id == bot_id, _rows.c.update_id == update_id).values(values))


def failed(connection: Connection, desk: Desk, sender: int, *, now: datetime) -> tuple[bool, tuple[int, ...]]:
    """Another try of the sender's oldest row has failed: later, or after five parked with one apology.

    Returns whether it was parked, and the chats to wake.
    """
    row = head(connection, sender, now=now)
    if row is None:
        return False, ()
    tries = row.tries + 1
    if tries < MAX_TRIES:
        later = now + timedelta(seconds=0.5 * 2**tries)
        values = {"tries": tries, "next_try_at": later}
        connection.execute(
            update(_rows).where(_rows.c.bot_id == row.bot_id, _rows.c.update_id == row.update_id).values(values)
        )
        return False, ()
    finish(connection, row.bot_id, row.update_id, "parked")
    return True, service.apologise(connection, desk, sender, key=f"u:{row.bot_id}:{row.update_id}:sorry", now=now)
