"""Many people made quickly, by rows: known to the bot, each with a key and a name, none in a dialog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert

from bot.chance import SystemChance
from bot.db import migrate
from bot.db.keystore import KeyStore, person_keys
from bot.db.models import Person
from bot.db.session import open_engine
from bot.vault import Vault

_people = Person
BATCH = 5000


class Held(KeyStore):
    """A key store that holds new keys in memory, to be written all at once."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.rows: dict[int, tuple[bytes, bytes]] = {}

    def add(self, person_id: int, wrapped: bytes, *, mark: bytes, now: datetime | None) -> None:
        """Held."""
        self.rows[person_id] = (wrapped, mark)

    def get(self, person_id: int) -> bytes | None:
        """One of those held."""
        return self.rows[person_id][0] if person_id in self.rows else None


def migrate_now(url: str) -> None:
    """The newest revision."""
    engine = open_engine(url)
    with engine.begin() as connection:
        migrate.upgrade(connection)
    engine.dispose()


def vault_on(keys: KeyStore, service_key: bytes) -> Vault:
    """A vault as the bot makes it."""
    vault = Vault([service_key], keys, SystemChance())
    vault.check()
    return vault


def make_people(
    url: str, keys_url: str, service_key: bytes, ids: Sequence[int], *, nudge_at: datetime | None = None
) -> None:
    """Persons whose id and Telegram id are the same; `nudge_at` is when their next daily message is due."""
    migrate_now(url)
    keys = Held(keys_url)
    vault = vault_on(keys, service_key)
    now = datetime.now(UTC)  # noqa: TID251 - rows that stand before the bot runs
    engine, key_engine = open_engine(url), open_engine(keys_url)
    for batch in batches(ids):
        keys.rows = {}
        rows = [_person(vault, number, now, nudge_at) for number in batch]
        with engine.begin() as connection:
            connection.execute(insert(_people), rows)
        with key_engine.begin() as connection:
            made = [{"person_id": p, "wrapped": w, "mark": m, "created_at": now} for p, (w, m) in keys.rows.items()]
            connection.execute(insert(person_keys), made)
    keys.close()
    engine.dispose()
    key_engine.dispose()


def batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """A few thousand at a time."""
    left = iter(ids)
    while batch := list(islice(left, BATCH)):
        yield batch


def _person(vault: Vault, number: int, now: datetime, nudge_at: datetime | None) -> dict[str, Any]:
    vault.create_key(number)
    earlier = now - timedelta(days=10)
    return {
        "id": number,
        "telegram_id": number,
        "name": vault.seal("Ana", owner=number, table="person", column="name", row_id=number),
        "lang": "en",
        "created_at": earlier,
        "known_at": earlier,
        "seen_at": now,
        "zone": "UTC",
        "quiet_from": 0,  # the bench may run at any hour
        "quiet_to": 0,
        "next_nudge_at": nudge_at,
    }


def analyze(connection: Connection) -> None:
    """What a database that has grown by itself knows about its tables."""
    connection.exec_driver_sql("ANALYZE")
