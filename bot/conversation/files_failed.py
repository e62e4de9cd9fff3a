"""A file that could not be made or sent: whoever asked for it hears so, once, in one sentence."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.db import locks
from bot.db.each import each
from bot.db.models import Outbox
from bot.delivery.turn import Desk, Turn

_rows = Outbox
FILES = {"keepsake": "keepsake_failed", "document": "file_failed", "readable": "file_failed", "copy": "file_failed"}
FAILED = ":failed"
LATELY = timedelta(days=1)


def tell(connection: Connection, desk: Desk, *, now: datetime, limit: int = 50) -> list[int]:
    """Those who asked for a file that was given up lately. Returns their chats."""
    told = _rows.alias()
    known = select(told.c.id).where(told.c.dedupe_key == _rows.c.dedupe_key + FAILED).exists()
    query = (
        select(_rows.c.id, _rows.c.person_id, _rows.c.dedupe_key, _rows.c.kind)
        .where(_rows.c.state == "parked", _rows.c.kind.in_(FILES), _rows.c.created_at > now - LATELY, ~known)
        .order_by(_rows.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    return each(connection, rows, lambda row: _tell(connection, desk, row.person_id, row.dedupe_key, row.kind, now))


def _tell(connection: Connection, desk: Desk, person_id: int, key: str, kind: str, now: datetime) -> list[int]:
    person = locks.free(connection, person_id)
    if person is None or person.telegram_id is None or person.unreachable_at is not None:
        return []
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key=f"{key}{FAILED}")
    turn.tell(FILES[kind], key=turn.key)
    return [person.telegram_id]
