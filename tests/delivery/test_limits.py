"""Limits: no second holds more than the rate, answers keep their part, pauses are kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.limits import Limits

wishes = st.lists(
    st.tuples(st.floats(0, 0.5), st.integers(1, 60), st.booleans(), st.booleans()), min_size=1, max_size=200
)


def drain(limits: Limits, chats: list[int], *, urgent: bool = False, start: float = 0.0) -> list[float]:
    """The moments at which each chat's message goes, if each waits as long as it is told to."""
    now, moments = start, []
    for chat in chats:
        while wait := limits.take(now, chat, urgent):
            now += wait
        moments.append(now)
    return moments


def most_in_a_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    return max(
        (sum(1 for later in ordered[i:] if later < start + 1 - 1e-9) for i, start in enumerate(ordered)), default=0
    )


@given(wishes=wishes)
def test_no_second_holds_more_than_thirty_and_no_chat_more_than_its_burst(
    wishes: list[tuple[float, int, bool, bool]],
) -> None:
    limits, now = Limits(30, 1), 0.0
    sent: list[float] = []
    bulk: list[float] = []
    by_chat: dict[int, list[float]] = {}
    for pause, chat, urgent, edit in wishes:
        now += pause * pause
        if limits.take(now, chat, urgent, edit=edit) == 0:
            by_chat.setdefault(chat, []).append(now)
            if not edit:
                sent.append(now)
                bulk += [] if urgent else [now]
    assert most_in_a_second(sent) <= 30
    assert most_in_a_second(bulk) <= 25
    assert all(most_in_a_second(moments) <= 3 for moments in by_chat.values())


@given(rate=st.floats(0.1, 200), amount=st.integers(1, 120), urgent=st.booleans())
def test_any_rate_is_kept_in_every_second(rate: float, amount: int, urgent: bool) -> None:
    moments = drain(Limits(rate, 0), list(range(amount)), urgent=urgent)
    assert most_in_a_second(moments) <= max(1, rate)


@given(rate=st.floats(0.1, 200), wait_twice=st.booleans())
def test_waiting_as_long_as_told_is_enough(rate: float, wait_twice: bool) -> None:
    limits, now = Limits(rate, 1), 0.0
    for _ in range(50):
        wait = limits.take(now, 5, True)
        if wait:
            now += wait + 1e-6
            assert limits.take(now, 5, True) == 0
        now += 0.01 * wait_twice


def test_five_thousand_messages_leave_in_nearly_the_ideal_time() -> None:
    bulk = drain(Limits(30, 1), list(range(5000)))
    assert 5000 / 25 - 2 <= bulk[-1] <= 1.01 * 5000 / 25
    answers = drain(Limits(30, 1), list(range(5000)), urgent=True)
    assert 5000 / 30 - 2 <= answers[-1] <= 1.01 * 5000 / 30


def test_answers_find_free_tokens_while_bulk_takes_all_it_may() -> None:
    limits, now = Limits(30, 1), 0.0
    waits = []
    for tick in range(2000):
        now = tick * 0.01
        limits.take(now, tick, False)
        if tick % 25 == 0:
            waits.append(limits.take(now, 100_000 + tick, True))
    assert max(waits) == 0


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    moments = drain(Limits(30, 1), [7] * 6, urgent=True)
    assert moments[:3] == [0, 0, 0]
    assert [round(moment) for moment in moments[3:]] == [1, 2, 3]


def test_zero_means_no_limit() -> None:
    assert drain(Limits(0, 0), [1] * 1000) == [0.0] * 1000
    assert drain(Limits(0, 1), list(range(1000))) == [0.0] * 1000


def test_edits_count_for_their_chat_only() -> None:
    limits = Limits(30, 0)
    assert all(limits.take(0, chat, False, edit=True) == 0 for chat in range(1000))
    limits = Limits(30, 1)
    assert [limits.take(0, 1, True, edit=True) > 0 for _ in range(4)] == [False, False, False, True]
    assert limits.take(0, 1, True) > 0


@pytest.mark.parametrize("urgent", [True, False])
def test_a_token_that_was_given_back_is_there_for_another_chat(urgent: bool) -> None:
    limits = Limits(30, 0)
    while limits.take(0, 1, urgent) == 0:
        pass
    limits.give_back(0, urgent=urgent)
    assert limits.take(0, 2, urgent) == 0
    assert limits.take(0, 3, urgent) > 0


def test_a_token_given_back_late_is_the_one_that_was_taken_then() -> None:
    """Others were sent meanwhile: if the newest of them were forgotten, a second could hold one too many."""
    limits, now, sent = Limits(30, 0), 0.01, list[float]()
    assert limits.take(0.0, 0, urgent=True) == 0
    while now < 1.5:
        if wait := limits.take(now, 1, urgent=True):
            now += wait
        else:
            sent.append(now)
        if len(sent) == 29:
            limits.give_back(0.0, urgent=True)
    assert most_in_a_second(sent) == 30


def test_a_worker_with_answers_only_sends_no_bulk() -> None:
    limits = Limits(2.5, 1, answers=2.5)
    assert math.isinf(limits.take(0, 1, False))
    assert limits.take(0, 1, True) == 0


def test_a_pause_holds_its_chat_and_nobody_else() -> None:
    limits = Limits(30, 1)
    limits.pause(1, 10.0)
    limits.pause(1, 5.0)
    assert limits.take(2.0, 1, True) == 8.0
    assert limits.take(2.0, 2, True) == 0
    assert limits.take(10.0, 1, True) == 0


def test_a_pause_for_all_holds_everyone_even_without_limits() -> None:
    limits = Limits(0, 0)
    limits.pause(None, 4.0)
    assert limits.take(1.0, 2, True, edit=True) == pytest.approx(3.0)
    assert limits.take(4.0, 2, True) == 0


def test_chats_at_rest_are_forgotten() -> None:
    limits = Limits(0, 1)
    for chat in range(30_000):
        limits.take(chat * 0.01, chat, False)
    assert len(limits._chats) <= 10_001
