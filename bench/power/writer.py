"""A small bot for the short form: it keeps updates and confirms them, people come and go. Its own units, no dialogs."""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.chance import SystemChance
from bot.conversation import housekeeping
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.models import KeyErasure
from bot.db.session import Database
from bot.intake import inbox
from bot.vault import Vault

BOT_ID = 1001
NOW = datetime(2027, 3, 2, 16, tzinfo=UTC)


def main(folder: Path, updates: int) -> None:
    """Takes one update after another from a line to itself, as from Telegram."""
    store = KeyStore(f"sqlite:///{folder / 'keys.db'}")
    vault = Vault([bytes(range(32))], store, SystemChance())
    database = Database(f"sqlite:///{folder / 'rekindle.db'}")
    database.run_sync(migrate.upgrade)
    line, telegram = socket.socketpair()
    for number in range(1, updates + 1):
        telegram.sendall(b'{"update_id":%d}' % number)
        line.recv(4096)
        update = {"update_id": number, "message": {"from": {"id": number}, "text": "a word " * 200}}
        database.run_sync(inbox.receive, vault, [update], bot_id=BOT_ID, now=NOW)
        line.sendall(b"POST /bot/getUpdates?offset=%d HTTP/1.1" % (number + 1))
        telegram.recv(4096)
        database.run_sync(_comes, vault, number)
        if number % 3 == 0:
            database.run_sync(_goes, number)
            database.run_sync(housekeeping.erase_keys, vault, database.run_sync(housekeeping.erasable))
    line.close()
    telegram.close()
    database.close_sync()
    store.close()


def _comes(connection: Connection, vault: Vault, number: int) -> None:
    vault.create_key(number)
    people.create(connection, person_id=number, telegram_id=number, lang="en", now=NOW)


def _goes(connection: Connection, number: int) -> None:
    connection.execute(KeyErasure.insert().values(person_id=number, asked_at=NOW))
    people.change(connection, number, telegram_id=None, gone_at=NOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
