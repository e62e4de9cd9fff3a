"""A migrated database with its key store, and the verbs on it as the command line calls them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.chance import SystemChance
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.delivery.turn import Desk
from bot.vault import Vault
from tests.support.units import NOON, World

KEY, NEW = bytes(range(32)), bytes(range(1, 33))
Verb = Callable[..., tuple[int, str, str]]


def as_setting(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Open and migrated, as a running bot has it (SQLite: with the lock)."""
    database = Database(url)
    database.run_sync(migrate.upgrade)
    yield database
    database.close_sync()


@pytest.fixture
def keys_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'keys.db'}"


@pytest.fixture
def keys(keys_url: str) -> Iterator[KeyStore]:
    store = KeyStore(keys_url)
    yield store
    store.close()


@pytest.fixture
def desk(shelf: Any, keys: KeyStore) -> Desk:
    vault = Vault([KEY], keys, SystemChance())
    vault.check()
    return Desk(shelf, vault, SystemChance(), bot_id=7, bot_username="rekindle_bot")


@pytest.fixture
def story(database: Database, desk: Desk) -> Callable[[Callable[[World], object]], None]:
    """Lets something happen in the database and keeps it."""

    def happens(what: Callable[[World], object]) -> None:
        database.run_sync(lambda connection: what(World(connection, desk, now=NOON)) and None)

    return happens


@pytest.fixture
def verb(
    url: str, keys_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Verb:
    """Calls a verb; its exit code, what it writes and what it complains of."""
    clock = tmp_path / "clock"
    settings = {"DATABASE_URL": url, "KEYS_URL": keys_url, "SECRET_KEYS": as_setting(KEY), "CLOCK_FILE": str(clock)}
    settings |= {"TELEGRAM_API_URL": "http://127.0.0.1:1", "TELEGRAM_BOT_TOKEN": "7:token"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def call(*words: str, **changed: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name, value in changed.items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
