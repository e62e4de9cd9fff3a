"""The durable inbox: an update is committed before Telegram may forget it, and done in the unit that handles it.

A row's life: open -> done, in one transaction with all effects and messages (`process_next`); or, after a failure, open
again for a later try, five in all, then parked (`failed`). Of a flood the rest is dropped as it comes (`receive`). One
person's rows go in the order of their ids: one that waits for another try holds up those behind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from bot import faultpoints
from bot.conversation import service
from bot.conversation.incoming import InGroup, Tapped
from bot.conversation.service import Handled
from bot.db.models import Inbox
from bot.db.prepared import Prepared, put_new
from bot.delivery.turn import Desk
from bot.intake.translate import kind_of, sender_of, translate, written_at
from bot.log import log
from bot.vault import Vault

_rows = Inbox

MAX_TRIES = 5
MAX_OPEN = 200  # rows of one person that wait; a flood beyond is confirmed and dropped
ANY_RELEASE = 2**31 - 1
_COLUMNS = ("bot_id", "update_id", "sender_id", "kind", "received_at", "payload", "state", "next_try_at")
_its = (_rows.c.bot_id == bindparam("this_bot")) & (_rows.c.update_id == bindparam("this_update"))
_open_of = (_rows.c.sender_id == bindparam("sender")) & (_rows.c.state == "open")
# Asked for by RETURNING whether it is new: a row that was there already is not returned.
_keep = put_new(_rows, *_COLUMNS, returning="update_id")
_count = Prepared(select(func.count()).where(_open_of, _rows.c.bot_id == bindparam("bot_id")))
_first = (
    select(_rows.c.bot_id, _rows.c.update_id, _rows.c.tries, _rows.c.payload, _rows.c.release, _rows.c.next_try_at)
    .where(_open_of)
    .order_by(_rows.c.update_id)
    .limit(1)
)
# On PostgreSQL it waits: to skip an update that another worker handles would overtake it.
_head = Prepared(_first, _first.with_for_update())
_another = Prepared(select(_rows.c.update_id).where(_open_of, _rows.c.next_try_at <= bindparam("now")).limit(1))
_any = Prepared(select(_rows.c.update_id).where(_open_of).limit(1))
_done = Prepared(update(_rows).where(_its).values(state="done", payload=None))
_parked = Prepared(update(_rows).where(_its).values(state="parked"))
Raw = Mapping[str, Any]


def receive(connection: Connection, vault: Vault, updates: Iterable[Raw], *, bot_id: int, now: datetime) -> list[int]:
    """Keeps a batch; an update that is here already is passed over. Returns the senders with something new."""
    waiting: dict[int, int] = {}
    fresh: dict[int, None] = {}
    flooding: set[int] = set()
    for raw in updates:
        sender = sender_of(raw)
        if sender not in waiting:
            waiting[sender] = _open_count(connection, bot_id, sender)
        state = "dropped" if waiting[sender] >= MAX_OPEN else "open"
        if _insert(connection, vault, raw, bot_id=bot_id, sender=sender, state=state, now=now):
            waiting[sender] += 1
            fresh[sender] = None
            flooding.update([sender] if state == "dropped" else [])
    for sender in flooding:
        service.say_flooded(connection, vault, sender, now=now)
    faultpoints.reach("keeping")
    return list(fresh)


def _open_count(connection: Connection, bot_id: int, sender: int) -> int:
    count: int = _count.scalar(connection, sender=sender, bot_id=bot_id)
    return count


def _insert(
    connection: Connection, vault: Vault, raw: Raw, *, bot_id: int, sender: int, state: str, now: datetime
) -> bool:
    update_id = int(raw["update_id"])
    payload = vault.seal_service(_packed(raw, update_id), f"inbox:{bot_id}:{update_id}") if state == "open" else None
    new = _keep.first(
        connection,
        bot_id=bot_id,
        update_id=update_id,
        sender_id=sender,
        kind=kind_of(raw),
        received_at=now,
        payload=payload,
        state=state,
        next_try_at=now,
    )
    return new is not None


def _packed(raw: Raw, update_id: int) -> bytes:
    """An update as bytes. One that no JSON can hold must not keep back those that came with it."""
    try:
        return orjson.dumps(raw)
    except TypeError:  # halves of a character, or too deep
        try:
            return json.dumps(raw).encode()
        except (TypeError, ValueError, RecursionError):
            log.error("update_not_packed", update=update_id)
            return orjson.dumps({"update_id": update_id})


def _unpacked(payload: bytes) -> Raw:
    try:
        found: Raw = orjson.loads(payload)
    except orjson.JSONDecodeError:
        found = json.loads(payload)
    return found


def waiting(connection: Connection, *, now: datetime, release: int = ANY_RELEASE, limit: int = 500) -> list[int]:
    """Senders with rows that are due, but for those that are left to workers of a newer release than this."""
    due = (_rows.c.state == "open") & (_rows.c.next_try_at <= now) & (_rows.c.release <= release)
    query = select(_rows.c.sender_id).where(due).distinct().limit(limit)
    return list(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Done:
    """What the worker does after the commit: the tap to answer, the group to leave, the chats to wake.

    `more` is whether the sender has another update that is due.
    """

    update_id: int
    handled: Handled
    query: str | None = None
    group: int | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The next row of a sender. `release`: it was left to workers of that release or a newer one."""

    bot_id: int
    update_id: int
    tries: int
    payload: bytes
    release: int = 0


def head(connection: Connection, sender: int, *, now: datetime) -> Head | None:
    """A sender's oldest open row; None when there is none or it is not due for another try."""
    row = _head.first(connection, sender=sender)
    return None if row is None or row.next_try_at > now else Head(*row[:-1])


def has_open(connection: Connection, sender: int) -> bool:
    """Whether a sender has anything that is not done, due or not."""
    return _any.first(connection, sender=sender) is not None


def process_next(connection: Connection, desk: Desk, sender: int, *, now: datetime) -> Done | None:
    """Handles a sender's next update: its effects, its messages and its being done are one transaction."""
    row = head(connection, sender, now=now)
    if row is None or desk.library.book.release < row.release <= desk.newest:
        return None
    finish(connection, row.bot_id, row.update_id, "done")
    raw = _unpacked(desk.vault.open_service(row.payload, f"inbox:{row.bot_id}:{row.update_id}"))
    incoming = translate(raw, bot_username=desk.bot_username)
    key = f"u:{row.bot_id}:{row.update_id}"
    handled = service.handle(connection, desk, incoming, key=key, now=now, written_at=written_at(raw))
    faultpoints.reach("handling")
    return Done(
        row.update_id,
        handled,
        query=incoming.query if isinstance(incoming, Tapped) else None,
        group=incoming.chat_id if isinstance(incoming, InGroup) and incoming.joined else None,
        more=_another.first(connection, sender=sender, now=now) is not None,
    )


def leave_to(connection: Connection, sender: int, *, release: int, now: datetime) -> None:
    """The sender's next update is for workers of this release or a newer one."""
    row = head(connection, sender, now=now)
    if row is not None:
        its = (_rows.c.bot_id == row.bot_id) & (_rows.c.update_id == row.update_id)
        connection.execute(update(_rows).where(its).values(release=release))


def finish(connection: Connection, bot_id: int, update_id: int, state: Literal["done", "parked"]) -> None:
    """The row is done or parked; what the person wrote is emptied from a done one."""
    (_done if state == "done" else _parked).run(connection, this_bot=bot_id, this_update=update_id)


def failed(connection: Connection, desk: Desk, sender: int, *, now: datetime) -> tuple[bool, tuple[int, ...]]:
    """A try of the sender's oldest row has failed: it is tried later, or after five tries parked with one apology.

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
