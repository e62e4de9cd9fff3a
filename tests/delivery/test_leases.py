"""Several workers on one PostgreSQL: whose messages are whose, who takes them over, and how one rate is shared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from telegram.error import NetworkError

from bot.clock import Clock
from bot.delivery import leases, outcomes, sender, workers
from bot.delivery.failures import NotSent, classify
from bot.delivery.floods import note_flood
from bot.delivery.leases import LEASE, Standing, bury, join, leave, may_send, renew
from bot.delivery.limits import Limits, Pace
from bot.delivery.outbox import Row, Urgency
from bot.delivery.request import HttpRequest, still_ours
from bot.delivery.turn import Desk
from bot.delivery.workers import Workers
from tests.support.flaky import Flaky, Telegram, opened, put, sending, settled, states, until

NOW = Clock().now()


@pytest.fixture
def connection(migrated_postgres: Engine) -> Iterator[Connection]:
    with migrated_postgres.connect() as connection:
        yield connection
        connection.rollback()


def runs_out(connection: Connection, worker_id: int) -> None:
    """As if this worker had not been heard of for as long as its lease lasts."""
    connection.execute(
        text("UPDATE worker SET lease_until = lease_until - :lease WHERE id = :id"), {"lease": LEASE, "id": worker_id}
    )


def claimed(connection: Connection, desk: Desk, worker_id: int, *, chat: int = 101) -> Row:
    """What this worker has just claimed in a chat."""
    taken = outcomes.take(connection, desk, chat_id=chat, now=Clock().now(), worker_id=worker_id)
    assert isinstance(taken, tuple)
    return taken[0]


def buried(connection: Connection, *, later: timedelta = timedelta()) -> int:
    return bury(connection, outcomes.recover, now=Clock().now() + later)


def test_a_lease_that_is_kept_protects_what_its_worker_has_in_hand(connection: Connection, desk: Desk) -> None:
    one, _ = join(connection, release=1), join(connection, release=1)
    put(connection, desk, "a")
    claimed(connection, desk, one)
    assert renew(connection, one) is not None
    assert buried(connection, later=timedelta(hours=3)) == 0
    assert states(connection) == {"a": "sending"}


@pytest.mark.parametrize(("urgency", "state"), [(Urgency.ANSWER, "open"), (Urgency.NUDGE, "dropped")])
def test_what_a_dead_worker_had_in_hand_is_settled_by_its_kind(
    connection: Connection, desk: Desk, urgency: Urgency, state: str
) -> None:
    one, other = join(connection, release=1), join(connection, release=1)
    put(connection, desk, "a", urgency=urgency)
    put(connection, desk, "b", chat=102)
    claimed(connection, desk, one)
    claimed(connection, desk, other, chat=102)
    runs_out(connection, one)
    assert buried(connection) == 1
    assert states(connection) == {"a": state, "b": "sending"}
    assert renew(connection, one) is None
    assert not may_send(connection, one)
    assert outcomes.take(connection, desk, chat_id=101, now=Clock().now(), worker_id=one) is None
    assert states(connection) == {"a": state, "b": "sending"}


def test_a_lease_runs_out_in_less_than_ten_seconds_and_the_call_is_made_in_half_of_it() -> None:
    assert LEASE + timedelta(seconds=2 * workers.BEAT) <= timedelta(seconds=10)
    assert timedelta(seconds=workers.SURE) <= LEASE / 2


def test_what_belongs_to_no_worker_is_settled_after_a_minute(connection: Connection, desk: Desk) -> None:
    put(connection, desk, "a")
    assert outcomes.take(connection, desk, chat_id=101, now=Clock().now()) is not None  # as the release before
    assert buried(connection) == 0
    assert states(connection) == {"a": "sending"}
    buried(connection, later=leases.LOST_AFTER + timedelta(seconds=1))
    assert states(connection) == {"a": "open"}


def test_the_answer_that_comes_after_all_is_noted_unless_it_is_being_sent_again(
    connection: Connection, desk: Desk
) -> None:
    one, other = join(connection, release=1), join(connection, release=1)
    put(connection, desk, "a")
    row = claimed(connection, desk, one)
    runs_out(connection, one)
    buried(connection)
    again = claimed(connection, desk, other)
    outcomes.settle(connection, row, call=None, message_id=None, now=NOW)
    assert states(connection) == {"a": "sending"}
    runs_out(connection, other)
    buried(connection)
    outcomes.settle(connection, again, call=None, message_id=None, now=NOW)
    assert states(connection) == {"a": "dropped"}  # done, without a call


def test_workers_stand_in_the_order_of_their_ids_until_their_rows_are_gone(connection: Connection) -> None:
    one, other, third = (join(connection, release=number) for number in (1, 2, 1))
    assert renew(connection, one) == Standing(3, place=0, release=2)
    assert renew(connection, other) == Standing(3, place=1, release=2)
    runs_out(connection, one)
    assert renew(connection, other) == Standing(3, place=1, release=2)
    buried(connection)
    assert renew(connection, other) == Standing(2, place=0, release=2)
    leave(connection, other)
    assert renew(connection, third) == Standing(1, place=0, release=1)


def test_whoever_leaves_with_a_message_on_its_way_is_buried_instead(connection: Connection, desk: Desk) -> None:
    one = join(connection, release=1)
    put(connection, desk, "a")
    row = claimed(connection, desk, one)
    leave(connection, one)
    assert renew(connection, one) is not None
    outcomes.settle(connection, row, call=None, message_id=None, now=NOW)
    leave(connection, one)
    assert renew(connection, one) is None


def test_a_second_chat_that_is_refused_makes_all_workers_wait(connection: Connection, desk: Desk) -> None:
    one, other = join(connection, release=1), join(connection, release=1)
    put(connection, desk, "a")
    assert note_flood(connection, 5, 3000) == 0
    assert note_flood(connection, 5, 3000) == 0
    assert may_send(connection, other)
    assert note_flood(connection, 6, 3000) == 3000
    assert note_flood(connection, 7, 3) > 2900, "a longer pause stays"
    assert not may_send(connection, one)
    assert outcomes.take(connection, desk, chat_id=101, now=Clock().now(), worker_id=other) is None
    standing = renew(connection, other)
    assert standing is not None
    assert 2900 < standing.pause <= 3000


# -- the share of a rate; time is a number here


def sent_in(limits: list[Limits], seconds: float, *, urgent: bool) -> list[int]:
    """How many messages each worker sends in this time when there is always another chat."""
    counts, chat = [0] * len(limits), 0
    for tick in range(int(seconds * 100)):
        for place, each in enumerate(limits):
            chat += 1
            while each.take(100 + tick / 100, chat, urgent) <= 0:
                counts[place] += 1
                chat += 1
    return counts


def shared(count: int, rate: float) -> list[Limits]:
    found = [Limits(rate, 1.0) for _ in range(count)]
    for each in found:
        each.divide(count)
    return found


@pytest.mark.parametrize("rate", [30.0, 1000.0])
def test_four_workers_share_the_rate_of_one(rate: float) -> None:
    counts = sent_in(shared(4, rate), 20, urgent=True)
    assert sum(counts) <= rate * 20 * 1.01 + 4 * 5  # each may begin with a burst
    assert counts == [pytest.approx(rate / 4 * 20, rel=0.08, abs=5)] * 4  # no second holds a part of a message
    bulk = sent_in(shared(4, rate), 20, urgent=False)
    assert bulk == [pytest.approx(rate / 4 * 5 / 6 * 20, rel=0.08, abs=3)] * 4


@pytest.mark.parametrize("rate", [30.0, 1000.0])
def test_no_second_holds_more_than_the_rate_while_workers_come_and_go(rate: float) -> None:
    each, sent, chat = Limits(rate, 1.0), [], 0
    for tick in range(1200):
        if tick % 30 == 0:
            each.divide(2 if tick % 60 else 1)
        while each.take(100 + tick / 100, chat := chat + 1, urgent=True) <= 0:
            sent.append(tick)
    assert len(sent) > rate * 5
    assert max(sum(tick <= one < tick + 100 for one in sent) for tick in range(1100)) <= rate


def test_one_worker_alone_has_all_of_it() -> None:
    alone, before = Limits(30, 1), Limits(30, 1)
    alone.divide(1)
    assert sent_in([alone], 10, urgent=True) == sent_in([before], 10, urgent=True)


def test_without_a_limit_nothing_is_shared() -> None:
    free = Limits(0, 0)
    free.divide(4)
    assert free.take(1, 5, urgent=False) == 0


# -- the pace of one chat


def sends(connection: Connection, desk: Desk, worker_id: int, seconds: float) -> float:
    """This worker sends the next message of the chat, so many seconds from now; else how long it has to wait."""
    now = NOW + timedelta(seconds=seconds)
    taken = outcomes.take(connection, desk, chat_id=101, now=now, worker_id=worker_id, chat_pace=Pace(1.0, burst=3))
    assert taken is not None
    if isinstance(taken, outcomes.Later):
        return taken.seconds
    outcomes.settle(connection, taken[0], call=taken[1], message_id=None, now=now)
    return 0.0


def test_workers_keep_the_pace_of_a_chat_together(connection: Connection, desk: Desk) -> None:
    workers = [join(connection, release=1) for _ in range(4)]
    put(connection, desk, *"abcdef")
    connection.execute(text("UPDATE outbox SET next_at = :now"), {"now": NOW})
    burst = [sends(connection, desk, each, 0.1) for each in workers]
    assert burst == [0, 0, 0, pytest.approx(1.0)]
    assert list(states(connection).values()) == ["sent"] * 3 + ["open"] * 3, "what has to wait stays open"
    assert sends(connection, desk, workers[0], 0.6) == pytest.approx(0.5)
    assert sends(connection, desk, workers[1], 1.1) == 0
    assert sends(connection, desk, workers[2], 1.1) == pytest.approx(1.0)
    assert [sends(connection, desk, each, 4.2) for each in workers[:2]] == [0, 0]


def test_the_first_burst_is_not_forgotten_while_a_chat_is_written_to(connection: Connection, desk: Desk) -> None:
    workers = [join(connection, release=1) for _ in range(2)]
    put(connection, desk, *(f"{number}" for number in range(40)))
    connection.execute(text("UPDATE outbox SET next_at = :now"), {"now": NOW})
    sent = [tick / 4 for tick in range(80) if sends(connection, desk, workers[tick % 2], tick / 4) == 0]
    assert max(sum(begin <= at < begin + 10 for at in sent) for begin in range(10)) <= 13
    assert len(sent) == 22


def test_a_clock_that_was_ahead_holds_up_no_chat(connection: Connection, desk: Desk) -> None:
    one = join(connection, release=1)
    put(connection, desk, *"abcd")
    connection.execute(text("UPDATE outbox SET next_at = :now"), {"now": NOW})
    for _ in range(3):
        assert sends(connection, desk, one, 86_400) == 0
    assert sends(connection, desk, one, 0) == 0


# -- the worker around it


def worker_of(database: Flaky) -> Workers:
    return Workers(database=database, own=database, clock=Clock(), release=1)


@pytest.mark.parametrize(("urgency", "state"), [(Urgency.NUDGE, "dropped"), (Urgency.LETTER, "open")])
@pytest.mark.asyncio
async def test_a_frozen_worker_finds_its_lease_gone_before_it_calls(
    urgency: Urgency, state: str, postgres_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, awake = Telegram(), Telegram()
    now, frozen_once = 100.0, False
    monkeypatch.setattr(workers, "steady", lambda: now)
    async with opened(postgres_url) as database:
        one = worker_of(database)
        await database.run(put, desk, "a", urgency=urgency)
        held = one.holds

        async def freezes(worker_id: int | None) -> bool:
            """Between claim and call the others have come to think it dead."""
            nonlocal now, frozen_once
            await database.run(runs_out, one.id)
            other = worker_of(database)
            await other.join()
            await other._bury()
            now += workers.SURE + 1
            frozen_once = True
            return await held(worker_id)

        monkeypatch.setattr(one, "holds", freezes)
        monkeypatch.setattr(sender, "LOOK", 60.0)
        async with sending(database, desk, frozen, workers=one):

            async def settled_by_the_other() -> bool:
                await asyncio.sleep(0)
                return frozen_once and await database.run(states) == {"a": state}

            await until(settled_by_the_other)
        assert frozen.taken == []
        monkeypatch.undo()
        await database.run(lambda connection: connection.execute(text("DELETE FROM worker")) and None)
        async with sending(database, desk, awake, workers=worker_of(database)):
            await settled(database)
        assert len(awake.taken) == (urgency is not Urgency.NUDGE)


@pytest.mark.asyncio
async def test_a_worker_whose_database_is_away_does_not_call_and_goes_on_under_its_id(
    postgres_url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    async with opened(postgres_url) as database:
        one = worker_of(database)
        await one.join()
        monkeypatch.setattr(workers, "steady", lambda: now)
        one._renewed = now
        assert await one.holds(one.id)
        now += workers.SURE + 1
        database.before["renew"] = 1
        assert not await one.holds(one.id)
        now += 1
        assert await one.holds(one.id)


@pytest.mark.asyncio
async def test_a_new_worker_sends_nothing_until_the_others_have_left_it_its_share(
    postgres_url: str, desk: Desk
) -> None:
    async with opened(postgres_url) as database:
        first, second = worker_of(database), worker_of(database)
        heard: list[Standing] = []
        first.on_change = second.on_change = heard.append
        await first.join()
        assert not any(standing.pause for standing in heard), "alone it may begin at once"
        await second.join()
        assert (heard[-1].workers, heard[-1].pause) == (2, workers.SETTLING)
    assert workers.SETTLING > workers.BEAT


@pytest.mark.asyncio
async def test_a_worker_that_starts_leaves_alone_what_the_living_have_in_hand(postgres_url: str, desk: Desk) -> None:
    async with opened(postgres_url) as database:
        one = worker_of(database)
        await one.join()
        await database.run(put, desk, "a", "b")
        await database.run(claimed, desk, one.id)
        telegram = Telegram()
        async with sending(database, desk, telegram, workers=worker_of(database)):
            await database.run(put, desk, "c", chat=102)

            async def has_sent() -> bool:
                return (await database.run(states))["c"] == "sent"

            await until(has_sent)
            assert await database.run(states) == {"a": "sending", "b": "open", "c": "sent"}
        assert len(telegram.taken) == 1


@pytest.mark.asyncio
async def test_a_request_that_is_no_longer_ours_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen after the look at the lease: the last look is taken where the request is written."""
    request = HttpRequest()
    await request.initialize()
    mark = still_ours.set(lambda: False)
    try:
        with pytest.raises(NetworkError) as caught:
            await request.do_request("http://127.0.0.1:9/bot1:x/sendMessage", "POST")
    finally:
        still_ours.reset(mark)
        await request.shutdown()
    assert classify(caught.value) == NotSent(None, everywhere=True)
    assert str(caught.value) == "No longer ours"
