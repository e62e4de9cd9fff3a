"""Notes what became of a message, again and again until the database takes it.

Meanwhile the message stays in this process's hand: its chat is busy, its row in `sending`, and nobody sends it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from bot.clock import Clock
from bot.db.session import Database, Unit
from bot.delivery import outcomes
from bot.delivery.outbox import Row, Urgency
from bot.delivery.waiting import Next
from bot.errors import BrokenAssumption, DatabaseUnusable
from bot.log import log

TRIES = 5  # of a unit that fails for another reason than that the database is away
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
P = ParamSpec("P")
T = TypeVar("T")


class Notes:
    """Runs the sender's units, each in its place in the database's queue."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def runner(self, urgency: Urgency) -> Callable[..., Any]:
        """What runs a unit of this class once: what nobody waits for stands behind in the database's queue as well."""
        return self._database.run if urgency <= Urgency.ANSWER else self._database.run_behind

    async def surely(self, unit: Unit[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a unit until the database takes it. Raises what a unit with a defect raises, after a few tries."""
        return await self._surely(self._database.run, unit, *args, **kwargs)

    async def outcome(self, row: Row, unit: Unit[P, Next | None], *args: P.args, **kwargs: P.kwargs) -> Next | None:
        """The same for what became of a call; where it always fails, the message is parked and the chat goes on."""
        try:
            return await self._surely(self.runner(row.urgency), unit, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - an edge: a defect about one message holds up no chat
            log.error("outcome_lost", id=row.id, kind=row.kind, error=type(error))
            return await self.surely(outcomes.give_up, row, now=self._clock.now())

    async def _surely(self, run: Callable[..., Any], unit: Unit[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        pause, tries = FIRST_PAUSE, 0
        while True:
            try:
                found: T = await run(unit, *args, **kwargs)
            except BrokenAssumption:
                raise
            except Exception as error:
                tries += not isinstance(error, DatabaseUnusable)
                log.warning("not_noted", error=type(error))
                if tries >= TRIES:
                    raise
            else:
                return found
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
