"""A key goes after its person's going is committed, and never before: nothing brings a key back."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.chance import SystemChance
from bot.content.library import Library
from bot.conversation import housekeeping
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.models import KeyErasure
from bot.db.session import Database
from bot.ticks import erase_gone
from bot.vault import Vault
from tests.support.units import NOON, a_desk

GONE = 17


class WatchedStore(KeyStore):
    """Notes what another process would find in the database at the moment at which a key goes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'keys.db'}")
        self._database = folder / "rekindle.db"
        self.found: list[int] = []

    def destroy(self, person_id: int) -> None:
        with closing(sqlite3.connect(self._database)) as other:
            self.found += [row[0] for row in other.execute("SELECT person_id FROM key_erasure")]
        super().destroy(person_id)


def goes(connection: Connection) -> None:
    connection.execute(KeyErasure.insert().values(person_id=GONE, asked_at=NOON))


@pytest.mark.asyncio
async def test_a_key_outlives_the_unit_that_lets_its_person_go_also_in_one_group(
    tmp_path: Path, shelf: Library
) -> None:
    store = WatchedStore(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'rekindle.db'}")
    await database.run(migrate.upgrade)
    desk = replace(a_desk(shelf, store, seed=1), vault=Vault([bytes(range(32))], store, SystemChance()))
    desk.vault.create_key(GONE)
    held = threading.Event()
    waiting = [asyncio.create_task(database.run(lambda _: held.wait(60)))]
    waiting.append(asyncio.create_task(database.run(goes)))
    waiting.append(asyncio.create_task(erase_gone(database, desk)))
    await asyncio.sleep(0)  # all of them stand in the queue now, and become one group
    held.set()
    await asyncio.gather(*waiting)
    assert (store.found, store.get(GONE)) == ([GONE], None)
    assert await database.run(housekeeping.erasable) == []
    await database.close()
    store.close()
