"""The end of a month: nothing is left lying, nobody waits for a notice, and what is over has been forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bench.month.service import StormyService
from bench.walks.letters import Letters
from bench.walks.service import EPOCH, Broken
from bot import access
from bot.conversation.housekeeping import KEEP_KEYS
from bot.db import people
from bot.delivery.buttons import base36
from bot.delivery.outbox import KEEP_CLOSED

LATE = timedelta(hours=2)  # what was due longer ago than this at the end has been forgotten


def look_back(service: StormyService, letters: Letters) -> None:
    """Raises Broken. A parked message has lost as many answers as a message is tried."""
    late = _micros(service.now() - LATE)
    old = _micros(service.now() - LATE - max(KEEP_CLOSED, KEEP_KEYS))
    waiting = service.all("SELECT id FROM letter WHERE state = 'waiting' AND waiting_at < ?", late)
    left = {
        "updates": service.peek("SELECT count(*) FROM inbox WHERE state IN ('open', 'parked')"),
        "parked": service.unexplained(service.all("SELECT id FROM outbox WHERE state = 'parked'")),
        "messages": service.peek("SELECT count(*) FROM outbox WHERE state = 'sending'"),
        "waiting messages": service.peek("SELECT count(*) FROM outbox WHERE state = 'open' AND next_at < ?", late),
        "letters": service.peek("SELECT count(*) FROM letter WHERE state = 'sealed' AND deliver_at < ?", late),
        "unnoticed": [one for one in waiting if base36(one) not in letters.noticed and service.run(_is_awake, one)],
        "done updates": service.peek("SELECT count(*) FROM inbox WHERE state = 'done' AND next_try_at < ?", old),
        "sent messages": service.peek("SELECT count(*) FROM outbox WHERE state = 'sent' AND next_at < ?", old),
    }
    if any(left.values()):
        raise Broken("left_lying", str(left))


def _is_awake(connection: Connection, letter_id: int) -> bool:
    """Whether this letter's reader is there and takes letters. Who comes back is given what they have missed."""
    letter = access.letter(connection, letter_id)
    writer = None if letter is None else people.by_id(connection, letter.writer_id)
    reader = None if writer is None else people.reachable_partner(connection, writer)
    return reader is not None and not reader.letters_muted


def _micros(moment: datetime) -> int:
    return int((moment - EPOCH) / timedelta(microseconds=1))
