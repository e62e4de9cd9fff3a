"""What one worker hears from Telegram the others keep to: a pause for all, as a row. On PostgreSQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Float, cast, func, select, update

from bot.db.models import ServiceState
from bot.db.upsert import insert

_facts = ServiceState

FLOOD, PAUSE = "flood_seen", "flood_until"
TOGETHER = 5.0  # seconds within which two chats that are refused mean: all chats


def _seconds() -> ColumnElement[float]:
    return cast(func.extract("epoch", func.clock_timestamp()), Float)


def pause_left(connection: Connection) -> float:
    """Seconds for which Telegram wants nothing of us, by the database's clock."""
    until = select(_facts.c.value).where(_facts.c.name == PAUSE).scalar_subquery()
    left: float | None = connection.execute(select(cast(until, Float) - _seconds())).scalar_one()
    return max(0.0, left or 0.0)


def note_flood(connection: Connection, chat_id: int, seconds: float) -> float:
    """A chat was refused for so many seconds. Returns for how long all are to wait: 0 until a second one is."""
    connection.execute(insert(connection, _facts).values(name=FLOOD, value="0 0").on_conflict_do_nothing())
    query = select(_facts.c.value, _seconds()).where(_facts.c.name == FLOOD).with_for_update()
    value, now = connection.execute(query).one()
    chat, at = value.split()
    seen = {"value": f"{chat_id} {now}"}
    connection.execute(update(_facts).where(_facts.c.name == FLOOD).values(seen))
    if int(chat) in (0, chat_id) or now - float(at) > TOGETHER:
        return 0.0
    longest = max(seconds, pause_left(connection))
    pause = insert(connection, _facts).values(name=PAUSE, value=str(now + longest))
    connection.execute(pause.on_conflict_do_update(index_elements=["name"], set_={"value": pause.excluded.value}))
    return longest
