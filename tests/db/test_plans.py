"""What is asked again and again goes by an index: it costs no more with many people, long chats or a long queue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from bot import ticks
from bot.content.library import Library
from bot.db import people
from bot.db.keystore import KeyStore
from bot.delivery import outbox, waiting
from bot.delivery.turn import Desk
from bot.intake import inbox
from bot.operations import backlog
from tests.support.units import NOON, a_desk

SMALL = ("service_state", "key_erasure", "worker")
Asks = Callable[[Connection, Desk], object]
ASKED: dict[str, Asks] = {
    **{
        name: lambda connection, desk, unit=unit: unit(connection, desk, now=NOON)  # type: ignore[misc]
        for name, unit, _ in ticks.BEATS
    },
    "housekeeping": lambda connection, _: ticks.housekeep(connection, now=NOON),
    "open chats": lambda connection, _: waiting.open_chats(connection, now=NOON, busy=(), limit=64),
    "head": lambda connection, _: waiting.head(connection, chat_id=1, now=NOON),
    "claim": lambda connection, desk: outbox.claim(connection, desk.vault, chat_id=1, now=NOON),
    "interrupted": lambda connection, _: outbox.interrupted(connection),
    "put since": lambda connection, _: outbox.put_since(connection, 1, "away:1:", since=NOON),
    "drop": lambda connection, _: outbox.drop_for(connection, 1, now=NOON),
    "slot of": lambda connection, _: outbox.slot_of(connection, 1, 1),
    "last of ours": lambda connection, _: outbox.last_of_ours(connection, 1),
    "recent": lambda connection, _: outbox.recent(connection, 1, since=NOON - timedelta(days=2)),
    "waiting": lambda connection, _: inbox.waiting(connection, now=NOON),
    "received": lambda connection, _: inbox.head(connection, 1, now=NOON),
    "backlog": lambda connection, _: backlog.read(connection, now=NOON),
    "person": lambda connection, _: people.by_telegram(connection, 1),
}


@contextmanager
def heard(connection: Connection) -> Iterator[list[str]]:
    """The statements that SQLite executes meanwhile, with their values."""
    raw: Any = connection.connection.dbapi_connection
    said: list[str] = []
    raw.set_trace_callback(said.append)
    yield said
    raw.set_trace_callback(None)


@pytest.mark.parametrize("name", ASKED)
def test_nothing_goes_through_a_whole_table(
    name: str, migrated_sqlite: Engine, shelf: Library, key_store: KeyStore
) -> None:
    with migrated_sqlite.connect() as connection:
        with heard(connection) as said:
            ASKED[name](connection, a_desk(shelf, key_store))
        plans = [plan_of(connection, one) for one in said if not one.startswith(("BEGIN", "SAVEPOINT"))]
        connection.rollback()
    assert plans
    scans = [step for plan in plans for step in plan if step.startswith("SCAN ") and not step.startswith("SCAN anon_")]
    assert [step for step in scans if step.split()[1] not in SMALL] == []


def test_the_next_chats_are_not_sorted_out_of_the_whole_queue(migrated_sqlite: Engine) -> None:
    with migrated_sqlite.connect() as connection:
        with heard(connection) as said:
            waiting.open_chats(connection, now=NOON, busy=(), limit=64)
        plan = plan_of(connection, said[-1])
        connection.rollback()
    assert sum("ix_outbox_due (state=? AND urgency=? AND next_at<?)" in step for step in plan) == len(outbox.Urgency)
    assert not any("TEMP B-TREE" in step for step in plan)


def plan_of(connection: Connection, statement: str) -> list[str]:
    """What SQLite would do, step by step."""
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
