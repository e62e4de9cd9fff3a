"""Units waiting for the database, and how their results go back to whoever waits. Knows no dialect."""

import asyncio
import concurrent.futures
import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bot.errors import BrokenAssumption

Call = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a unit returned, or the exception that its caller gets."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One unit with its arguments, and the future of the one who waits; `loop` is None for a waiting thread."""

    call: Call
    future: "asyncio.Future[Any] | concurrent.futures.Future[Any]"
    loop: asyncio.AbstractEventLoop | None

    def settle(self, outcome: Outcome) -> None:
        """Resolve the future, unless its caller was cancelled meanwhile. Runs in the caller's loop, if it has one."""
        if self.future.done():
            return
        if outcome.error is None:
            self.future.set_result(outcome.value)
        elif isinstance(outcome.error, StopIteration):
            wrapped = BrokenAssumption("A unit let StopIteration escape.")
            wrapped.__cause__ = outcome.error
            self.future.set_exception(wrapped)
        else:
            self.future.set_exception(outcome.error)


def deliver(settled: Iterable[tuple[Job, Outcome]]) -> None:
    """Hand results back: one wake-up a loop however many they are. A loop that is gone no longer waits."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Job, Outcome]]] = {}
    for job, outcome in settled:
        if job.loop is None:
            job.settle(outcome)
        else:
            by_loop.setdefault(job.loop, []).append((job, outcome))
    for loop, pairs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            loop.call_soon_threadsafe(_settle_all, pairs)


def _settle_all(pairs: list[tuple[Job, Outcome]]) -> None:
    for job, outcome in pairs:
        job.settle(outcome)


class Jobs:
    """The queue between callers and database threads; after `close` it takes nothing and still gives what it has."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False

    def put(self, job: Job) -> None:
        """Add a job; raises BrokenAssumption once closed."""
        with self._door:
            if self._closed:
                raise BrokenAssumption("The database is closed.")
            self._queue.put(job)

    def close(self) -> None:
        """Take no more; every `take` returns None once the rest is given out."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)

    def take(self) -> Job | None:
        """The next job, waiting for it; None at the end."""
        return self._passed_on(self._queue.get())

    def take_waiting(self) -> Job | None:
        """The next job if one waits already."""
        try:
            return self._passed_on(self._queue.get_nowait())
        except queue.Empty:
            return None

    def _passed_on(self, job: Job | None) -> Job | None:
        if job is None:  # the mark of the end stays for the other threads and the next call
            self._queue.put(None)
        return job
