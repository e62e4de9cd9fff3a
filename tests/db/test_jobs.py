"""The queue before the database: in order, with what nobody waits for behind, and nothing lost at the end."""

from __future__ import annotations

import concurrent.futures
import threading
from collections import deque
from typing import Any

import pytest

from bot.db import jobs
from bot.db.jobs import Job, Jobs
from bot.errors import BrokenAssumption


def job(name: str, *, behind: bool = False) -> Job:
    """A job that is told by its name."""

    def call(_: Any) -> str:
        return name

    return Job(call, concurrent.futures.Future(), None, behind)


def names(queue: Jobs) -> list[str]:
    """Everything that waits, in the order in which it is given out."""
    found = []
    while (one := queue.take_waiting()) is not None:
        found.append(one.call(None))  # type: ignore[arg-type]
    return found


def test_what_nobody_waits_for_comes_after_what_came_later() -> None:
    queue = Jobs()
    for name in ("a", "wave 1", "b", "wave 2", "c"):
        queue.put(job(name, behind=name.startswith("wave")))
    assert names(queue) == ["a", "b", "c", "wave 1", "wave 2"]


def test_what_stands_behind_comes_to_its_end_though_there_is_always_something_else() -> None:
    queue = Jobs()
    queue.put(job("wave", behind=True))
    given = []
    for number in range(2 * jobs.MOST_IN_A_ROW):
        queue.put(job(str(number)))
        one = queue.take_waiting()
        assert one is not None
        given.append(one.call(None))  # type: ignore[arg-type]
    assert given.index("wave") == jobs.MOST_IN_A_ROW


@pytest.mark.parametrize("behind", [False, True])
def test_everything_is_given_out_before_the_end_and_the_end_is_told_to_all(behind: bool) -> None:
    queue = Jobs()
    for number in range(5):
        queue.put(job(str(number), behind=behind))
    queue.close()
    queue.close()
    with pytest.raises(BrokenAssumption):
        queue.put(job("late"))
    assert [queue.take() is None for _ in range(8)] == [False] * 5 + [True] * 3


class Slow(deque[Job]):
    """Between the look and the taking another thread has its turn, if it is let."""

    def __init__(self, meanwhile: threading.Thread) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def popleft(self) -> Job:
        if self.meanwhile.ident is None:
            self.meanwhile.start()
            self.meanwhile.join(0.2)
        return super().popleft()


def test_a_thread_that_was_overtaken_between_the_two_queues_finds_its_job() -> None:
    queue, found = Jobs(), []

    def another() -> None:
        queue.put(job("new"))
        found.append(queue.take_waiting())

    queue._behind = Slow(thread := threading.Thread(target=another))
    queue._in_a_row = jobs.MOST_IN_A_ROW - 1
    queue.put(job("wave", behind=True))
    found.append(queue.take_waiting())
    thread.join()
    assert None not in found
    assert queue.take_waiting() is None


def test_several_threads_take_each_job_once() -> None:
    queue = Jobs()
    taken: list[list[str]] = [[] for _ in range(4)]

    def work(mine: list[str]) -> None:
        while (one := queue.take()) is not None:
            mine.append(one.call(None))  # type: ignore[arg-type]

    threads = [threading.Thread(target=work, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for number in range(4000):
        queue.put(job(str(number), behind=number % 3 == 0))
    queue.close()
    for thread in threads:
        thread.join(60)
    assert sorted(int(name) for mine in taken for name in mine) == list(range(4000))
