"""What the verbs of whoever runs the bot work with: the database beside a bot that may be running, keys and texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import make_url

from bot.chance import SystemChance
from bot.clock import Clock
from bot.conversation.shelf import DIALOGS, open_library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import Database, sqlite_path
from bot.delivery.turn import Desk
from bot.errors import DatabaseUnusable
from bot.settings import Settings
from bot.vault import Vault

NOT_CURRENT = "The database lacks migrations of this release. Run: python -m bot migrate"


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database without its lock, so that a running bot goes on; SQLite waits a few seconds for its turn.

    Raises DatabaseUnusable for one that is not there or not migrated.
    """
    url = settings.database_url.get_secret_value()
    must_exist(url)
    database = Database(url, lock=False, threads=1)
    try:
        if not database.run_sync(migrate.is_current):
            raise DatabaseUnusable(NOT_CURRENT)
        yield database
    finally:
        database.close_sync()


def must_exist(url: str) -> None:
    """Raises DatabaseUnusable for an SQLite file that is not there, rather than making an empty one."""
    if make_url(url).get_backend_name() == "sqlite" and not sqlite_path(url).exists():
        raise DatabaseUnusable(f"There is no database at {sqlite_path(url)}. The bot makes it when it first runs.")


@contextmanager
def open_vault(settings: Settings) -> Iterator[tuple[Vault, KeyStore]]:
    """The keys. Raises KeyMissing when SECRET_KEYS is not that of the key store, DatabaseUnusable without one."""
    must_exist(settings.keys_url.get_secret_value())
    keys = KeyStore(settings.keys_url.get_secret_value())
    try:
        vault = Vault(settings.service_keys, keys, SystemChance())
        vault.check()
        yield vault, keys
    finally:
        keys.close()


def desk_of(settings: Settings, vault: Vault) -> Desk:
    """Texts and rules beside the keys."""
    return Desk(open_library(DIALOGS), vault, SystemChance(), operator=settings.operator_contact)


def now_of(settings: Settings) -> datetime:
    """The moment, as the bot with these settings has it."""
    return Clock(settings.clock_file).now()
