"""One update per person at a time, persons in parallel; taps answered once, after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from bot import faultpoints
from bot.clock import Clock
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.sender import Sender
from bot.delivery.turn import Desk
from bot.errors import DatabaseUnusable, NewerRelease
from bot.intake import inbox
from bot.intake.inbox import Done, Raw
from bot.intake.translate import query_of, sender_of
from bot.log import log

SPINNER = 1.0  # seconds after which a tap is answered blank while its unit still runs
LOOK = 0.5
REMEMBERED = 1000


class Ordering:
    """Workers that take the inbox down, a task for each person who has something waiting."""

    def __init__(self, *, database: Database, desk: Desk, clock: Clock, sender: Sender, emergency: Emergency) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock
        self._sender = sender
        self._emergency = emergency
        self._busy: set[int] = set()
        self._again: set[int] = set()
        self._spinning: dict[str, asyncio.TimerHandle] = {}
        self._blank: dict[str, None] = {}  # a tap that was dropped or parked stays until it is pushed out
        self._tasks: asyncio.TaskGroup | None = None
        self._stopping = asyncio.Event()

    def wake(self, senders: Iterable[int], updates: Iterable[Raw] = ()) -> None:
        """New rows of these senders were committed; a tap of theirs among `updates` is answered within a second."""
        fresh = set(senders)
        for raw in updates:
            if (who := sender_of(raw)) in fresh:
                self._watch(who, raw)
        for sender in fresh:
            if sender in self._busy:
                self._again.add(sender)
            elif self._tasks is not None and not self._stopping.is_set():
                self._busy.add(sender)
                self._tasks.create_task(self._work(sender))

    def _watch(self, sender: int, raw: Raw) -> None:
        if (query := query_of(raw)) is not None:
            self._let_spin(query)
        else:
            self._emergency.listen(sender, raw)

    def _let_spin(self, query: str) -> None:
        if query not in self._spinning and query not in self._blank and not self._stopping.is_set():
            loop = asyncio.get_running_loop()
            self._spinning[query] = loop.call_later(SPINNER, self._answer_blank, query)

    def stop(self) -> None:
        """Begin nothing more; what runs ends."""
        self._stopping.set()

    async def run(self) -> None:
        """Looks for what waits (after a start, after retries, of other workers) until stopped."""
        async with asyncio.TaskGroup() as self._tasks:
            while not self._stopping.is_set():
                try:
                    release = self._desk.library.book.release
                    theirs = self._sender.newest_release > release  # newer workers are there
                    upto = release if theirs else inbox.ANY_RELEASE
                    self.wake(await self._database.run(inbox.waiting, now=self._clock.now(), release=upto))
                except Exception as error:  # noqa: BLE001 - an edge: a database that does not answer is asked again
                    log.warning("inbox_not_read", error=type(error))
                try:
                    async with asyncio.timeout(LOOK):
                        await self._stopping.wait()
                except TimeoutError:
                    pass

    async def _work(self, sender: int) -> None:
        try:
            while not self._stopping.is_set():
                done = await self._one(sender)
                if done is None or not done.more:
                    if sender not in self._again:
                        return
                    self._again.discard(sender)
        finally:
            self._busy.discard(sender)
            self._again.discard(sender)

    async def _one(self, sender: int) -> Done | None:
        try:
            desk = replace(self._desk, newest=self._sender.newest_release)
            done = await self._database.run(inbox.process_next, desk, sender, now=self._clock.now())
        except NewerRelease as error:
            await self._leave(sender, error.release)
            return None
        except DatabaseUnusable as error:
            log.warning("update_waits", error=type(error))  # no fault of its own: it is no try that counts
            await asyncio.sleep(LOOK)
            return None
        except Exception as error:  # noqa: BLE001 - an edge: one trouble stops nobody else
            log.error("update_failed", exc_info=error)
            await self._note_failure(sender)
            return None
        if done is not None:
            self._emergency.settled(sender, done.update_id)
            faultpoints.reach("handled")
            self._after(done)
        elif not await self._waits(sender):
            self._emergency.settled(sender)
        return done

    async def _waits(self, sender: int) -> bool:
        """Whether this sender's updates wait behind one that is tried again later: a cry among them is still one."""
        try:
            return await self._database.run(inbox.has_open, sender)
        except Exception:  # noqa: BLE001 - an edge: of a database that does not answer nothing is known
            return True

    def _after(self, done: Done) -> None:
        self._sender.wake(done.handled.chats)
        assert self._tasks is not None  # noqa: S101 - `run` has begun
        if done.query is not None:
            self._answer(self._tasks, done.query, done.handled.toast)
        if done.group is not None:
            text = self._desk.library.catalogue.text("interface.group_goodbye")
            self._tasks.create_task(self._sender.leave_group(done.group, text))

    def _answer(self, tasks: asyncio.TaskGroup, query: str, toast: str | None) -> None:
        """Once: with the toast, unless the spinner has been stopped already."""
        spinning = self._spinning.pop(query, None)
        if spinning is not None:
            spinning.cancel()
        if query in self._blank:
            del self._blank[query]
        else:
            tasks.create_task(self._sender.answer(query, toast))

    def _answer_blank(self, query: str) -> None:
        """The unit of this tap still runs, or waits for another try: the spinner stops all the same."""
        self._spinning.pop(query, None)
        if self._tasks is not None and not self._stopping.is_set():
            self._blank[query] = None
            while len(self._blank) > REMEMBERED:
                del self._blank[next(iter(self._blank))]
            self._tasks.create_task(self._sender.answer(query, None))

    async def _leave(self, sender: int, release: int) -> None:
        """What a newer release has begun its workers go on with; if they are gone before that, we do."""
        try:
            await self._database.run(inbox.leave_to, sender, release=release, now=self._clock.now())
        except Exception as error:  # noqa: BLE001 - an edge: it is tried, and left, again
            log.warning("update_not_left", error=type(error))

    async def _note_failure(self, sender: int) -> None:
        try:
            parked, chats = await self._database.run(inbox.failed, self._desk, sender, now=self._clock.now())
        except Exception as error:  # noqa: BLE001 - the database does not answer; the row waits as it is
            log.warning("failure_not_noted", error=type(error))
            await asyncio.sleep(LOOK)
            return
        self._sender.wake(chats)
        if parked:
            self._again.add(sender)
