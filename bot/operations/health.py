"""Health and metrics over HTTP, for whoever runs the bot: numbers and yes or no, never a word or an id of a person.

They listen where METRICS_LISTEN says and nowhere else, so that the address which strangers can reach has no such path.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from sqlalchemy import Connection

from bot import meters
from bot.clock import Clock
from bot.db import migrate, service_state
from bot.db.session import Database
from bot.log import log
from bot.operations.backlog import Reader
from bot.operations.metrics import CONTENT_TYPE, Exposition

DATABASE_SECONDS = 2.0
POLL_SECONDS = 90.0
ROUND_SECONDS = 10.0


class Health:
    """What is asked: does the loop run, and is this process fit for work?"""

    def __init__(self, *, database: Database, reader: Reader, clock: Clock, webhook: bool) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._webhook = webhook
        self._exposition = Exposition()

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.router.add_get("/health/live", self._live)
        app.router.add_get("/health/ready", self._ready)
        app.router.add_get("/metrics", self._metrics)
        return app

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        checks = await self.checks()
        ready = all(checks.values())
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        body = self._exposition.text(await self._reader.backlog(), now=self._clock.now())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def checks(self) -> dict[str, bool]:
        """Each condition of being ready, by name."""
        answers, current = await self._asked()
        intake = meters.hooked.age() is not None if self._webhook else _within(meters.polled.age, POLL_SECONDS)
        return {
            "database": answers,
            "migrations": current,
            "intake": intake,
            "sender": _within(meters.round_made.age, ROUND_SECONDS),
        }

    async def _asked(self) -> tuple[bool, bool]:
        """Whether the database takes a write in time, and whether every migration that we know is in it."""
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                return True, await self._database.run(_look, now=self._clock.now())
        except Exception as error:  # noqa: BLE001 - an edge: whatever it is, we are not ready
            log.warning("health_not_asked", error=type(error))
            return False, False


def _look(connection: Connection, *, now: datetime) -> bool:
    """A database that can only be read answers as well, and is of no use: so something is written."""
    service_state.keep(connection, service_state.ASKED, now.isoformat())
    return migrate.is_current(connection)


def _within(age: Callable[[], float | None], seconds: float) -> bool:
    since = age()
    return since is not None and since <= seconds
