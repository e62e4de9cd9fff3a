"""The update queue: ids, offsets, limits, expiry, allowed kinds."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator.updates import CAPACITY, UpdateQueue

LANE = ("message", 1)


def filled(count: int, *, text: str = "x") -> UpdateQueue:
    queue = UpdateQueue(random.Random(1))
    for _ in range(count):
        queue.push("message", {"text": text}, lane=LANE, now=0.0)
    return queue


def ids(queue: UpdateQueue, limit: int = 100) -> list[int]:
    return [pending.id for pending in queue.read(limit)]


@given(st.integers(0, 1000))
def test_ids_start_anywhere_and_follow_each_other(seed: int) -> None:
    queue = UpdateQueue(random.Random(seed))
    first = queue.tail
    for _ in range(5):
        queue.push("message", {}, lane=LANE, now=0.0)
    assert ids(queue) == list(range(first, first + 5))
    assert first > 1000


@given(st.integers(0, 30), st.integers(1, 100))
def test_reading_forgets_nothing_and_keeps_to_its_limit(count: int, limit: int) -> None:
    queue = filled(count)
    once = ids(queue, limit)
    assert once == ids(queue, limit)
    assert len(once) == min(count, limit)


@given(st.integers(0, 30), st.integers(0, 40))
def test_an_offset_confirms_what_is_below_it_and_one_far_beyond_the_tail_is_ignored(count: int, ahead: int) -> None:
    queue = filled(count)
    first = queue.tail - count
    queue.confirm(first + ahead)
    ignored = first + ahead > queue.tail + 10
    kept = count if ignored else max(0, count - ahead)
    assert ids(queue) == list(range(queue.tail - kept, queue.tail))


@given(st.integers(0, 30), st.integers(1, 40))
def test_a_negative_offset_keeps_the_last_ones(count: int, last: int) -> None:
    queue = filled(count)
    queue.confirm(-last)
    assert len(queue) == min(count, last)
    assert ids(queue) == list(range(queue.tail - min(count, last), queue.tail))


def test_offset_zero_confirms_nothing() -> None:
    queue = filled(3)
    queue.confirm(0)
    assert len(queue) == 3


@given(st.lists(st.tuples(st.sampled_from(["message", "callback_query", "inline_query"]), st.integers(0, 200))))
def test_every_kind_lives_as_long_as_telegram_keeps_it(pushed: list[tuple[str, int]]) -> None:
    queue = UpdateQueue(random.Random(2))
    lives = {"message": 86_400, "callback_query": 150, "inline_query": 30}
    pushed.sort(key=lambda each: each[1])
    for kind, at in pushed:
        queue.push(kind, {}, lane=LANE, now=at)
    for now in (100, 250, 1000, 86_500, 90_000):
        queue.expire(now)
        expected = [kind for kind, at in pushed if at + lives[kind] > now]
        assert [pending.kind for pending in queue.read(10_000)] == expected


@given(st.lists(st.sampled_from(["message", "callback_query", "mesage", "message_reaction"])))
def test_allowed_updates_hold_when_an_update_is_made(names: list[str]) -> None:
    queue = UpdateQueue(random.Random(3))
    known = ["message", "callback_query", "message_reaction", "my_chat_member"]
    queue.allow(names, known)
    kept = set(names) & set(known)
    for kind in known:
        expected = kind in kept if kept else kind != "message_reaction"
        assert (queue.push(kind, {}, lane=LANE, now=0.0) is not None) is expected
    waiting = len(queue)
    queue.allow(["message"], known)
    assert len(queue) == waiting


def test_an_answer_stops_at_about_four_megabytes() -> None:
    queue = filled(10, text="x" * 1_000_000)
    assert len(queue.read(100)) == 4
    assert len(filled(1, text="x" * 5_000_000).read(100)) == 1


def test_a_week_of_silence_makes_ids_start_anew() -> None:
    queue = filled(1)
    last = queue.tail
    queue.clear()
    queue.push("message", {}, lane=LANE, now=8 * 86_400.0)
    assert queue.tail - 1 != last


def test_a_full_queue_takes_no_more() -> None:
    queue = UpdateQueue(random.Random(4))
    for _ in range(CAPACITY):
        queue.push("message", {}, lane=LANE, now=0.0)
    assert queue.push("message", {}, lane=LANE, now=0.0) is None
    queue.confirm(queue.tail)
    assert len(queue) == 0


def test_who_waits_is_woken_and_an_unwanted_update_wakes_nobody() -> None:
    queue = UpdateQueue(random.Random(5))
    woken: list[Any] = []
    queue.listeners.append(lambda: woken.append(1))
    queue.push("message", {}, lane=LANE, now=0.0)
    queue.push("message_reaction", {}, lane=LANE, now=0.0)
    assert len(woken) == 1
