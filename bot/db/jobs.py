"""Units waiting for the database, and how their results go back to whoever waits. Knows no dialect."""

import asyncio
import concurrent.futures
import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bot.errors import BrokenAssumption

Call = Callable[[Connection], Any]
MOST_IN_A_ROW = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a unit returned, or the exception that its caller gets."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One unit with its arguments, and the future of the one who waits; `loop` is None for a waiting thread.

    One that runs `behind` the others is for what no person is waiting for.
    """

    call: Call
    future: "asyncio.Future[Any] | concurrent.futures.Future[Any]"
    loop: asyncio.AbstractEventLoop | None
    behind: bool = False

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
    """The queue between callers and database threads; after `close` it takes nothing and still gives what it has.

    In order, but that jobs which run behind let the others go first; of those at most so many in a row, so that what
    is behind comes to an end as well.
    """

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._behind: deque[Job] = deque()
        self._signals: queue.SimpleQueue[bool] = queue.SimpleQueue()  # one for each job in either; False at the end
        self._door = threading.Lock()
        self._closed = False
        self._in_a_row = 0  # jobs since the last one from behind

    def put(self, job: Job) -> None:
        """Add a job; raises BrokenAssumption once closed."""
        with self._door:
            if self._closed:
                raise BrokenAssumption("The database is closed.")
            (self._behind if job.behind else self._jobs).append(job)
            self._signals.put(True)  # noqa: FBT003 - the queue's, whose argument has no better name

    def close(self) -> None:
        """Take no more; every `take` returns None once the rest is given out."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._signals.put(False)  # noqa: FBT003

    def take(self) -> Job | None:
        """The next job, waiting for it; None at the end."""
        return self._given(self._signals.get())

    def take_waiting(self) -> Job | None:
        """The next job if one waits already."""
        try:
            return self._given(self._signals.get_nowait())
        except queue.Empty:
            return None

    def _given(self, is_job: bool) -> Job | None:  # noqa: FBT001
        if not is_job:  # the mark of the end stays for the other threads and the next call
            self._signals.put(False)  # noqa: FBT003
            return None
        with self._door:  # as many jobs as signals, so one is there; in which of the two changes only in here
            if self._behind and (self._in_a_row >= MOST_IN_A_ROW or not self._jobs):
                self._in_a_row = 0
                return self._behind.popleft()
            self._in_a_row += 1
            return self._jobs.popleft()
