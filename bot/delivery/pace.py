"""The pace of a chat among several workers: what the others have written to it counts. A unit, on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from bot.db.models import Outbox
from bot.db.prepared import Prepared
from bot.delivery.limits import REMEMBERED, Pace

_rows = Outbox
_calls = Prepared(
    select(_rows.c.next_at)
    .where(_rows.c.chat_id == bindparam("chat"), _rows.c.state == "sent")
    .order_by(_rows.c.id.desc())
    .limit(REMEMBERED)
)
ASKEW = timedelta(seconds=1)  # by which clocks of workers may differ; one that was moved further holds up nobody


def wait_for(connection: Connection, chat_id: int, pace: Pace, *, now: datetime) -> float:
    """Seconds until the next call to this chat may be made, by the calls that were claimed for it and made."""
    if not pace.gap:
        return 0.0
    made = [row.next_at for row in _calls.all(connection, chat=chat_id)]
    ages = [(at - now).total_seconds() for at in made if at <= now + ASKEW]
    return max(0.0, pace.ready_at(age for age in ages if age > -pace.memory))
