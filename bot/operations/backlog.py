"""How much waits and for how long, read beside the work: not in the thread that writes, and seldom where it is dear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, select

from bot.clock import Clock
from bot.db.models import Inbox, Outbox
from bot.db.session import open_reader
from bot.delivery.outbox import Urgency
from bot.log import log

_inbox = Inbox
_outbox = Outbox
LEFT = ("open", "sending", "parked", "hold")
SOON = timedelta(minutes=1)  # what is tried again in that time waits as well; what is meant for later does not
PAUSE = 5.0  # seconds at least between two readings
SHARE = 50.0  # and as many times as long as a reading takes: at most a fiftieth of a core


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows that are not done: by state, and of the outbox by class; and since when the oldest due one waits."""

    inbox: Mapping[str, int] = field(default_factory=dict)
    outbox: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (class, state)
    inbox_since: datetime | None = None
    outbox_since: Mapping[str, datetime] = field(default_factory=dict)

    def count(self, state: str) -> int:
        """How many rows of both are in this state."""
        return self.inbox.get(state, 0) + sum(count for (_, found), count in self.outbox.items() if found == state)

    def oldest(self) -> datetime | None:
        """Since when the oldest row of both waits."""
        return min(filter(None, (self.inbox_since, *self.outbox_since.values())), default=None)


def read(connection: Connection, *, now: datetime) -> Backlog:
    """One look, by indexes alone and without what is done."""
    inbox = select(_inbox.c.state, func.count()).where(_inbox.c.state.in_(LEFT)).group_by(_inbox.c.state)
    outbox = (
        select(_outbox.c.urgency, _outbox.c.state, func.count())
        .where(_outbox.c.state.in_(LEFT))
        .group_by(_outbox.c.urgency, _outbox.c.state)
    )
    return Backlog(
        inbox={row[0]: row[1] for row in connection.execute(inbox)},
        outbox={(name_of(urgency), state): count for urgency, state, count in connection.execute(outbox)},
        inbox_since=connection.execute(
            select(func.min(_inbox.c.received_at)).where(_inbox.c.state == "open", _inbox.c.next_try_at <= now + SOON)
        ).scalar_one(),
        outbox_since=_outbox_since(connection, now=now),
    )


def _outbox_since(connection: Connection, *, now: datetime) -> dict[str, datetime]:
    due = _outbox.c.state.in_(("open", "sending")) & (_outbox.c.next_at <= now + SOON)
    oldest = select(func.min(_outbox.c.id)).where(due).group_by(_outbox.c.state, _outbox.c.urgency)
    query = select(_outbox.c.urgency, _outbox.c.created_at).where(_outbox.c.id.in_(oldest))
    found = connection.execute(query.order_by(_outbox.c.created_at.desc()))
    return {name_of(urgency): since for urgency, since in found}  # the older one of a class comes last, and stays


def name_of(urgency: int) -> str:
    """The class of a message as a word."""
    return Urgency(urgency).name.lower()


class Reader:
    """Reads the backlog now and then; whoever asks gets the last reading."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._engine: Engine | None = None
        self._next = 0.0
        self._door = asyncio.Lock()
        self._last = Backlog()

    async def backlog(self) -> Backlog:
        """The last reading, made anew if it is old enough. A database that does not answer leaves the last one."""
        async with self._door:
            if time.monotonic() >= self._next:
                await self._look()
        return self._last

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            self._last = await asyncio.to_thread(self._read)
        except Exception as error:  # noqa: BLE001 - an edge: metrics go on without it
            log.warning("backlog_not_read", error=type(error))
        ended = time.monotonic()
        self._next = ended + max(PAUSE, SHARE * (ended - began))

    def _read(self) -> Backlog:
        self._engine = self._engine or open_reader(self._url)
        with self._engine.begin() as connection:
            return read(connection, now=self._clock.now())

    def close(self) -> None:
        """Closes the connection."""
        if self._engine is not None:
            self._engine.dispose()
