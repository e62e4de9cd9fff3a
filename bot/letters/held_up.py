"""A letter that trouble of ours or of Telegram's holds up: its writer hears so once, in one sentence for every cause.

Never because of its reader: only where messages to several other people wait as well, and never of a letter that
quiet hours, a mute or a closed chat keeps (such a letter has no notice that is due).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from bot import access
from bot.clock import in_quiet_hours, zone_of
from bot.db import locks
from bot.db.models import Outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn

_rows = Outbox

LATE = timedelta(minutes=10)  # looked at each minute, and said before anything else: within fifteen
OTHERS = 3  # people who are waited for beside the reader
PREFIX, NOTICE, HELD_UP = "letter:", ":notice", ":held_up"


def tell_writers(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Writers whose letter should be with its reader by now. Returns their chats."""
    late = _rows.c.state.in_(("open", "sending")) & (_rows.c.created_at <= now - LATE)
    late &= _rows.c.urgency <= int(Urgency.LETTER)
    if connection.execute(select(func.count(_rows.c.chat_id.distinct())).where(late)).scalar_one() <= OTHERS:
        return []
    letters = list(_of_late_notices(connection, late, limit))
    return [chat for letter in letters for chat in _tell(connection, desk, letter, now=now)]


def _of_late_notices(connection: Connection, late: ColumnElement[bool], limit: int) -> Iterator[int]:
    """Letters with such a notice whose writer has not been told."""
    told = _rows.alias()
    key = func.replace(_rows.c.dedupe_key, NOTICE, HELD_UP)
    query = (
        select(_rows.c.dedupe_key)
        .where(late, _rows.c.kind == "notice", _rows.c.dedupe_key.endswith(NOTICE))
        .where(~select(told.c.id).where(told.c.dedupe_key == key).exists())
        .order_by(_rows.c.id)
        .limit(limit)
    )
    for found in connection.execute(query).scalars():
        yield int(found.removeprefix(PREFIX).removesuffix(NOTICE))


def _tell(connection: Connection, desk: Desk, letter_id: int, *, now: datetime) -> list[int]:
    letter = access.letter(connection, letter_id)
    writer = None if letter is None or letter.state != "waiting" else locks.free(connection, letter.writer_id)
    if writer is None or writer.telegram_id is None or writer.unreachable_at is not None:
        return []
    if in_quiet_hours(now, zone_of(writer.zone), writer.quiet_from, writer.quiet_to):
        return []
    turn = Turn(connection=connection, desk=desk, person=writer, now=now, key=f"{PREFIX}{letter_id}{HELD_UP}")
    turn.tell("letter_held_up", key=turn.key)
    return [writer.telegram_id]
