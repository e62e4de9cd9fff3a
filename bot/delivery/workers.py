"""This process among several on one PostgreSQL: keeps its lease, and tells whether a call may still be made.

A worker that was frozen and wakes up finds its lease gone before it sends anything. With SQLite there is one process,
and all of this is one look at what the last one left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.clock import Clock, steady
from bot.db.session import Database
from bot.delivery import leases
from bot.delivery.leases import Standing
from bot.delivery.outcomes import recover
from bot.log import log

BEAT = 1.0
SETTLING = 2 * BEAT  # until all others have heard of a new worker and left it its share
SURE = 3.0  # seconds after which a lease is looked at before a call is made; it lasts twice as long
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0


class Workers:
    """The lease of this process. `own` is a database connection that no unit of others can hold up."""

    def __init__(
        self, *, database: Database, own: Database | None, clock: Clock, release: int, seals_with: str = ""
    ) -> None:
        self._database = database
        self._own = own
        self._clock = clock
        self._release = release
        self._seals_with = seals_with
        self._renewed = 0.0
        self._asking = asyncio.Lock()
        self.id: int | None = None
        self.standing = Standing(release=release)
        self.on_change: Callable[[Standing], None] = lambda _: None

    async def join(self) -> None:
        """Settles what the dead have left, and begins the lease; a database that does not answer is waited for."""
        pause = FIRST_PAUSE
        while not await self._tries("not_joined", self._join):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _join(self) -> None:
        if self._own is None:
            await self._database.run(recover, now=self._clock.now())
            return
        self.id = await self._own.run(leases.join, release=self._release, seals_with=self._seals_with)
        await self._beat()
        if self.standing.workers > 1:
            self.on_change(replace(self.standing, pause=max(self.standing.pause, SETTLING)))

    async def run(self) -> None:
        """Renews the lease and ends those of the dead, until cancelled."""
        while self._own is not None:
            await asyncio.sleep(BEAT)
            if self.id is not None:
                await self._tries("lease_not_renewed", self._beat)
                await self._tries("dead_not_buried", self._bury)

    async def leave(self) -> None:
        """Ends the lease in order."""
        if self._own is not None and self.id is not None:
            await self._tries("lease_not_ended", self._leave)

    async def _leave(self) -> None:
        assert self._own is not None  # noqa: S101 - `leave` has looked
        assert self.id is not None  # noqa: S101 - `leave` has looked
        await self._own.run(leases.leave, self.id)

    async def holds(self, worker_id: int | None) -> bool:
        """Whether what was claimed under this id is surely ours still, so that the call may be made now.

        Where not, others may have taken it over; or nobody has, and only the database did not answer.
        """
        if worker_id is not None and steady() - self._renewed > SURE:
            await self._tries("lease_not_renewed", self._beat)
        return self.is_sure(worker_id)

    def is_sure(self, worker_id: int | None) -> bool:
        """The same without asking the database."""
        return worker_id == self.id and (worker_id is None or steady() - self._renewed <= SURE)

    async def _beat(self) -> None:
        """Asks once for all who wait for the answer."""
        waiting_since = steady()
        async with self._asking:
            if self._renewed < waiting_since:
                await self._renew()

    async def _renew(self) -> None:
        assert self._own is not None  # noqa: S101 - there are no beats with SQLite
        assert self.id is not None  # noqa: S101 - `join` has been through
        asked = steady()
        standing = await self._own.run(leases.renew, self.id)
        if standing is None:
            log.warning("lease_lost", id=self.id)
            self.id = await self._own.run(leases.join, release=self._release, seals_with=self._seals_with)
            standing = await self._own.run(leases.renew, self.id) or Standing(2, place=1)
            standing = replace(standing, pause=max(standing.pause, SETTLING))
        self._renewed = asked
        if standing != self.standing:
            self.standing = standing
            self.on_change(standing)

    async def _bury(self) -> None:
        assert self._own is not None  # noqa: S101 - there are no beats with SQLite
        dead = await self._own.run(leases.bury, recover, now=self._clock.now())
        if dead:
            log.warning("workers_dead", count=dead)

    async def _tries(self, event: str, step: Callable[[], Any]) -> bool:
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - an edge: a database that does not answer is asked again
            log.warning("worker_step_failed", kind=event, error=type(error))
            return False
        return True
