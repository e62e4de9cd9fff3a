"""Couples that are there before a load begins: known, named and joined by the bot's own units, on its PostgreSQL."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection

from bench.load.phones import Phone
from bench.month.moving_in import joins, settles
from bot.chance import SystemChance
from bot.conversation.shelf import DIALOGS, open_library
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.delivery.turn import Desk
from bot.vault import Vault
from emulator.model import Chat

ZONE, NINE = "Europe/Berlin", 540


def join_all(settings: Mapping[str, str], couples: Iterable[tuple[Phone, Phone]], at: float) -> None:
    """Both of each couple have said yes to everything, and to each other. Migrates first."""
    chance, now = SystemChance(), datetime.fromtimestamp(at, UTC)
    with closing(KeyStore(settings["KEYS_URL"])) as keys:
        vault = Vault((base64.b64decode(settings["SECRET_KEYS"]),), keys, chance)
        vault.check()
        desk = Desk(open_library(DIALOGS), vault, chance)
        database = Database(settings["DATABASE_URL"])
        database.run_sync(migrate.upgrade)
        for pair in couples:
            database.run_sync(_join, desk, pair, now=now)
        database.close_sync()


def _join(connection: Connection, desk: Desk, pair: tuple[Phone, Phone], *, now: datetime) -> None:
    for phone in pair:
        user = phone.user
        phone.bot.chats[user.id] = Chat(user.id, started=True)
        person_id = desk.chance.new_id(now)
        desk.vault.create_key(person_id)
        people.create(connection, person_id=person_id, telegram_id=user.id, lang="en", now=now)
        settles(connection, desk, user.id, name=user.first_name, zone=ZONE, minute=NINE, now=now)
    joins(connection, desk, pair[0].user.id, pair[1].user.id, now=now)
