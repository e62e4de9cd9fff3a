"""Which chats have something to be sent, and what a chat has next. Only reads; `outbox.claim` has the last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, Integer, Select, bindparam, select, union_all

from bot.db.models import Outbox
from bot.db.prepared import Prepared, either
from bot.delivery.outbox import Urgency

_rows = Outbox
AHEAD = 10  # messages of a chat that are looked at for the most urgent one
_ahead = Prepared(
    select(_rows.c.urgency, _rows.c.kind, _rows.c.next_at, _rows.c.state)
    .where(_rows.c.chat_id == bindparam("chat_id"), either(_rows.c.state, "open", "sending"))
    .order_by(_rows.c.id)
    .limit(AHEAD)
)


class Next(NamedTuple):
    """What a chat has next: the class of the most urgent message that is due there, and the kind of the first.

    As far as is known: the kind may be that of one behind it. `outbox.claim` tells.
    """

    urgency: Urgency
    kind: str


def open_chats(
    connection: Connection,
    *,
    now: datetime,
    busy: Sequence[int],
    limit: int,
    most: Urgency = Urgency.SAFETY,
    least: Urgency = Urgency.NUDGE,
    share: tuple[int, int] = (1, 0),
) -> list[tuple[int, Next]]:
    """Chats with a message that is due, the most urgent first, each with what it has next.

    Classes above `most` or below `least` are passed over, and chats whose next message is under way or waits for
    another try. Of `share` (workers, place) are the chats in which more than answers is looked for.
    """
    workers, place = share
    values = {"now": now, "limit": limit + len(busy)} | ({"workers": workers, "place": place} if workers > 1 else {})
    rows = connection.execute(_open(most, least, shared=workers > 1), values).all()
    found: dict[int, Next] = {}
    for chat_id, urgency, kind in sorted(rows, key=lambda row: row.urgency):
        if chat_id not in busy and len(found) < limit:
            found.setdefault(chat_id, Next(Urgency(urgency), kind))
    return list(found.items())


@cache
def _open(most: Urgency, least: Urgency, *, shared: bool) -> CompoundSelect[Any]:
    return union_all(*(_open_of(urgency, shared=shared) for urgency in Urgency if most <= urgency <= least))


def _open_of(urgency: Urgency, *, shared: bool) -> Select[Any]:
    """The oldest due rows of a class by its index alone, so that a long queue costs no more than a short one.

    Of a chat only the first one is found: a chat with a long queue of its own hides no other.
    """
    now = bindparam("now", type_=_rows.c.next_at.type)
    before = _rows.alias()
    first = (before.c.next_at > now) | (before.c.urgency == int(urgency))
    waits = (before.c.state == "sending") | ((before.c.state == "open") & first)
    held = select(before.c.id).where(before.c.chat_id == _rows.c.chat_id, before.c.id < _rows.c.id, waits).exists()
    query = (
        select(_rows.c.chat_id, _rows.c.urgency, _rows.c.kind)
        .where(_rows.c.state == "open", _rows.c.urgency == int(urgency), _rows.c.next_at <= now, ~held)
        .order_by(_rows.c.next_at, _rows.c.id)
        .limit(bindparam("limit", type_=Integer))
    )
    if shared and urgency > Urgency.ANSWER:
        query = query.where(_rows.c.chat_id % bindparam("workers", type_=Integer) == bindparam("place", type_=Integer))
    return select(query.subquery())


def head(connection: Connection, *, chat_id: int, now: datetime) -> Next | None:
    """What a chat has next; None when its first message is being sent or not due.

    A nudge is as urgent as the answer behind it, which would otherwise wait as long as the nudge does.
    """
    rows = _ahead.all(connection, chat_id=chat_id)
    if not rows or rows[0].state == "sending" or rows[0].next_at > now:
        return None
    return Next(Urgency(min(row.urgency for row in rows if row.next_at <= now)), rows[0].kind)
