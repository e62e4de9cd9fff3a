"""More people than one cares to make one by one: rows by SQL alone, on SQLite, without names. And nudges that wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import insert

from bench.speed.rows import batches, make_people, vault_on
from bot.db.keystore import KeyStore
from bot.db.models import Nudge, Outbox
from bot.db.session import open_engine, sqlite_path
from bot.db.types import EPOCH

PERSON = 9_000_000_000  # ids of these people, beyond those who write
_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"


def micros(moment: datetime) -> int:
    """As SQLite keeps a moment."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def copy_people(url: str, keys_url: str, service_key: bytes, count: int, *, due: datetime, within: timedelta) -> None:
    """So many copies of one person, each with a key; the daily messages are spread evenly from `due` on."""
    make_people(url, keys_url, service_key, [PERSON])
    with closing(sqlite3.connect(sqlite_path(url))) as raw, raw:
        names = [name for _, name, *_ in raw.execute("PRAGMA table_info(person)")]
        changed = {"id": ":first + i", "telegram_id": ":first + i", "name": "NULL"}
        changed["next_nudge_at"] = ":due + (i * 2654435761 % :count) * :within / :count"
        values = ", ".join(changed.get(name, name) for name in names)
        raw.execute(
            f"{_COUNT} INSERT INTO person ({', '.join(names)}) SELECT {values} FROM n, person WHERE id = :first",
            {"count": count, "first": PERSON, "due": micros(due), "within": within // timedelta(microseconds=1)},
        )
        raw.execute("DELETE FROM person WHERE id = ?", (PERSON,))
    with closing(sqlite3.connect(sqlite_path(keys_url))) as raw, raw:
        raw.execute(
            f"{_COUNT} INSERT INTO person_keys SELECT :first + i, wrapped, mark, created_at FROM n, person_keys"
            " WHERE person_id = :first",
            {"count": count, "first": PERSON},
        )


def make_waiting(url: str, keys_url: str, service_key: bytes, people: Sequence[int], gesture: str) -> None:
    """A planned daily message for each of these people, which waits to be sent."""
    vault, now = vault_on(KeyStore(keys_url), service_key), datetime.now(UTC)  # noqa: TID251 - before the bot runs
    engine = open_engine(url)
    for batch in batches(people):
        with engine.begin() as connection:
            connection.execute(insert(Nudge), [_nudge(person, gesture, now) for person in batch])
            connection.execute(insert(Outbox), [_row(vault, person, now) for person in batch])
    engine.dispose()


def _nudge(person: int, gesture: str, now: datetime) -> dict[str, Any]:
    today: date = now.date()
    return {
        "id": person,
        "person_id": person,
        "on": today,
        "gesture": gesture,
        "rule": "fresh",
        "state": "planned",
        "planned_at": now,
    }


def _row(vault: Any, person: int, now: datetime) -> dict[str, Any]:
    key = f"nudge:{person}:{now.date()}"
    return {
        "dedupe_key": key,
        "person_id": person,
        "chat_id": person,
        "urgency": 4,
        "kind": "nudge",
        "slot": f"nudge:{person}",
        "payload": vault.seal_service(orjson.dumps({"nudge": person}), key),
        "state": "open",
        "created_at": now,
        "next_at": now,
        "drop_at": now + timedelta(hours=3),
    }


def waiting(database: Path) -> int:
    """How many messages wait now."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as raw:
        return int(raw.execute("SELECT count(*) FROM outbox WHERE state = 'open'").fetchone()[0])
