"""APScheduler's beats: each calls a service with a connection and the moment. The row is the schedule, never a job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot import faultpoints, meters
from bot.clock import Clock, steady
from bot.conversation import files_failed, housekeeping, letters_going, patience
from bot.db import locks, service_state
from bot.db.session import Database
from bot.delivery import outbox
from bot.delivery.sender import Sender
from bot.delivery.turn import Desk
from bot.letters import held_up, reading
from bot.letters import service as letters
from bot.log import log
from bot.nudges import clock_back, snooze
from bot.nudges import service as nudges

TIDYING = 7_215_514_234  # any number of our own: PostgreSQL's advisory lock for tidying
Unit = Callable[..., list[int]]
BEATS: tuple[tuple[str, Unit, float], ...] = (
    ("waits", housekeeping.end_waits, 1.0),
    ("nudges", partial(nudges.plan_due, limit=5), 1.0),
    ("snoozed", snooze.return_due, 5.0),
    ("clock", clock_back.mend, 10.0),
    ("letters", letters.release_due, 0.5),
    ("held_up", held_up.tell_writers, 60.0),
    ("folds", reading.fold_due, 5.0),
    ("reminders", reading.remind_due, 1.0),
    ("rested", housekeeping.wake_rested, 15.0),
    ("files_failed", files_failed.tell, 10.0),
    ("silence", housekeeping.forget_silent, 1800.0),
    ("letters_going", letters_going.tell_due, 1800.0),
)
ALWAYS = frozenset({"clock", "folds"})  # also while a restored database rests: they begin nothing new
SELDOM = 5  # all workers beat, so that no one's trouble stops the beats; all but the oldest one each so many times
MORE: dict[str, Callable[..., bool]] = {"nudges": nudges.is_somebody_due}
LONGEST = 0.8  # seconds in which one beat begins its units
BETWEEN = 0.02  # seconds between two of them, in which answers have the database and the processor
COUNTED = {"nudges": meters.nudges_planned, "letters": meters.letters_delivered}


def schedule(*, database: Database, desk: Desk, clock: Clock, sender: Sender) -> AsyncIOScheduler:
    """A scheduler with every beat, not yet started."""
    scheduler = AsyncIOScheduler(timezone="UTC")

    def add(name: str, beat: Callable[[], Awaitable[None]], seconds: float) -> None:
        scheduler.add_job(
            beat, "interval", seconds=seconds, id=name, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def due(name: str, unit: Unit) -> Callable[[], Awaitable[None]]:
        passed = 0

        async def beat() -> None:
            nonlocal passed
            passed = 0 if sender.is_first else (passed + 1) % SELDOM
            if passed:
                return
            ends = steady() + LONGEST
            while steady() < ends:
                chats, more = await _run(database, _tick, name, unit, desk, now=clock.now()) or ([], False)
                if chats:
                    faultpoints.reach("ticked")
                    if name in COUNTED:
                        COUNTED[name].add(count=len(chats))
                    sender.look()
                if not more:
                    return
                await asyncio.sleep(BETWEEN)

        return beat

    async def erase() -> None:
        await erase_gone(database, desk)

    async def tidy() -> None:
        await _run(database, housekeep, now=clock.now())

    for name, unit, seconds in BEATS:
        add(name, due(name, unit), seconds)
    add("erasures", erase, 1.0)
    add("housekeeping", tidy, 3600.0)
    return scheduler


async def erase_gone(database: Database, desk: Desk) -> None:
    """Two units: what the first has seen is committed, also by others of its group, before the second destroys."""
    gone = await _run(database, housekeeping.erasable)
    if gone:
        await _run(database, housekeeping.erase_keys, desk.vault, gone)


def _tick(connection: Connection, name: str, unit: Unit, desk: Desk, *, now: datetime) -> tuple[list[int], bool]:
    """The chats with something new, and whether more is due than one piece takes."""
    if name not in ALWAYS and service_state.read(connection, service_state.RESTORED) is not None:
        return [], False
    chats = unit(connection, desk, now=now)
    if chats:
        faultpoints.reach("ticking")
    return chats, name in MORE and MORE[name](connection, now=now)


async def _run(database: Database, unit: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return await database.run_behind(unit, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - an edge: the next beat looks again
        log.error("tick_failed", exc_info=error)
        return None


def housekeep(connection: Connection, *, now: datetime) -> None:
    """Forgets what is of no more use; one worker at a time, and the others do without."""
    if not locks.alone(connection, TIDYING):
        return
    patient = patience.advance(connection, now=now)
    outbox.purge(connection, now=patient)
    outbox.forget_messages(connection, now=patient)
    nudges.expire_old(connection, before=(patient - timedelta(days=400)).date())
    housekeeping.forget_old(connection, now=patient)
