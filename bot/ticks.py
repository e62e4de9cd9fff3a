"""APScheduler's beats: each calls a service with a connection and the moment. The row is the schedule, never a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.clock import Clock
from bot.conversation import housekeeping
from bot.db.session import Database
from bot.delivery import outbox
from bot.delivery.sender import Sender
from bot.delivery.turn import Desk
from bot.letters import service as letters
from bot.log import log
from bot.nudges import service as nudges

Unit = Callable[..., list[int]]
BEATS: tuple[tuple[str, Unit, float], ...] = (
    ("waits", housekeeping.end_waits, 1.0),
    ("nudges", nudges.plan_due, 1.0),
    ("letters", letters.release_due, 0.5),
    ("folds", letters.fold_due, 5.0),
    ("erasures", housekeeping.erase_keys, 1.0),
    ("silence", housekeeping.forget_silent, 1800.0),
)


def schedule(*, database: Database, desk: Desk, clock: Clock, sender: Sender) -> AsyncIOScheduler:
    """A scheduler with every beat, not yet started."""
    scheduler = AsyncIOScheduler(timezone="UTC")

    def add(name: str, beat: Callable[[], Awaitable[None]], seconds: float) -> None:
        scheduler.add_job(
            beat, "interval", seconds=seconds, id=name, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def due(unit: Unit) -> Callable[[], Awaitable[None]]:
        async def beat() -> None:
            chats = await _run(database, unit, desk, now=clock.now())
            sender.wake(chats or ())

        return beat

    async def tidy() -> None:
        await _run(database, housekeep, now=clock.now())

    for name, unit, seconds in BEATS:
        add(name, due(unit), seconds)
    add("housekeeping", tidy, 3600.0)
    return scheduler


async def _run(database: Database, unit: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return await database.run(unit, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - an edge: the next beat looks again
        log.error("tick_failed", exc_info=error)
        return None


def housekeep(connection: Connection, *, now: datetime) -> None:
    """Forgets what is of no more use."""
    outbox.purge(connection, now=now)
    outbox.forget_messages(connection, now=now)
    nudges.expire_old(connection, before=(now - timedelta(days=400)).date())
    housekeeping.forget_old(connection, now=now)
