"""The backlog: what is counted, since when the oldest waits, and what reading it costs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.clock import Clock
from bot.db import migrate
from bot.db.models import Outbox
from bot.db.session import Database, open_engine
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.intake import inbox
from bot.operations import backlog
from bot.operations.backlog import Reader
from tests.support.units import Phone, World

_outbox = Outbox


def puts(
    phone: Phone, urgency: Urgency, *, count: int = 1, at: datetime | None = None, later: timedelta | None = None
) -> None:
    now = at or phone.world.now
    for _ in range(count):
        outbox.put(
            phone.world.connection,
            phone.world.desk.vault,
            key=f"t:{phone.world.desk.chance.token(8).hex()}",
            person_id=phone.row.id,
            chat_id=phone.id,
            urgency=urgency,
            kind="say",
            payload={},
            now=now,
            not_before=now + later if later else None,
        )


def update_of(number: int, sender: int) -> dict[str, object]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 0,
            "text": "hello",
            "chat": {"id": sender, "type": "private"},
            "from": {"id": sender, "is_bot": False, "first_name": "A"},
        },
    }


def test_it_counts_by_class_and_state_and_knows_the_oldest(world: World, ana: Phone) -> None:
    world.deliver()
    earlier = world.now - timedelta(minutes=20)
    puts(ana, Urgency.NUDGE, count=3)
    puts(ana, Urgency.ANSWER, at=earlier)
    world.connection.execute(
        update(_outbox).where(_outbox.c.urgency == 4, _outbox.c.created_at == world.now).values(state="parked")
    )
    puts(ana, Urgency.NUDGE, count=2)
    inbox.receive(world.connection, world.desk.vault, [update_of(1, 101)], bot_id=7, now=world.now)
    found = backlog.read(world.connection, now=world.now)
    assert found.inbox == {"open": 1}
    assert found.outbox == {("answer", "open"): 1, ("nudge", "parked"): 3, ("nudge", "open"): 2}
    assert found.inbox_since == world.now
    assert found.outbox_since == {"answer": earlier, "nudge": world.now}
    assert found.oldest() == earlier
    assert (found.count("open"), found.count("parked"), found.count("hold")) == (4, 3, 0)


def test_what_is_meant_for_later_is_counted_and_is_not_late(world: World, ana: Phone) -> None:
    world.deliver()
    puts(ana, Urgency.LETTER, later=timedelta(hours=3))
    found = backlog.read(world.connection, now=world.now)
    assert found.outbox == {("letter", "open"): 1}
    assert found.oldest() is None


def test_rows_that_are_done_cost_nothing(world: World, ana: Phone) -> None:
    """Two thousand sent rows and one open one: the reading goes by the index."""
    world.deliver()
    puts(ana, Urgency.ANSWER, count=2000)
    world.connection.execute(update(_outbox).values(state="sent"))
    puts(ana, Urgency.ANSWER)
    plan = "EXPLAIN QUERY PLAN " if world.connection.dialect.name == "sqlite" else "EXPLAIN "
    if world.connection.dialect.name == "sqlite":
        words = "SELECT urgency, state, count(*) FROM outbox WHERE state IN ('open','hold') GROUP BY urgency, state"
        steps = str(world.connection.exec_driver_sql(plan + words).all())
        assert "ix_outbox_due" in steps
    assert backlog.read(world.connection, now=world.now).outbox == {("answer", "open"): 1}


@pytest.mark.asyncio
async def test_it_is_read_at_most_every_few_seconds_and_beside_a_writer(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        migrate.upgrade(connection)
    engine.dispose()
    database = Database(url)
    reader = Reader(url, Clock())
    try:
        before = time.monotonic()
        first = await reader.backlog()
        assert await reader.backlog() is first
        assert reader._next >= before + backlog.PAUSE
        reader._next = 0.0
        assert await reader.backlog() is not first
    finally:
        reader.close()
        await database.close()


@pytest.mark.asyncio
async def test_a_database_that_is_away_leaves_the_last_reading(sqlite_url: str) -> None:
    reader = Reader(sqlite_url, Clock())
    assert (await reader.backlog()).outbox == {}
