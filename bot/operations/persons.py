"""What a person can do in the chat with everything of theirs, done by whoever runs the bot when asked to."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection

from bot.conversation import exporting, housekeeping, leaving
from bot.db import people
from bot.delivery.turn import Desk, Turn
from bot.errors import OperatorError, SettingsError
from bot.operations import office
from bot.settings import load_settings

NEEDED = ("SECRET_KEYS",)


def export(telegram_id: int, to: Path, *, out: TextIO) -> int:
    """Writes what `/export` gives, the page beside the JSON, for this user alone. Refuses to write over a file."""
    settings = load_settings(required=NEEDED)
    with office.open_database(settings) as database, office.open_vault(settings) as (vault, _):
        desk = office.desk_of(settings, vault)
        text, page = database.run_sync(_collect, desk, telegram_id, now=office.now_of(settings))
    beside = to.with_suffix(".html")
    if beside == to:
        raise OperatorError("The JSON needs a name of its own: one that does not end in .html.")
    if beside.exists():
        raise OperatorError(f"{beside} exists already. Name another file.")
    _write(to, text)
    _write(beside, page)
    out.write(
        f"Written: {to} and {beside}. They hold private words; give them to that person alone, and delete them.\n"
    )
    return 0


def _write(to: Path, text: bytes) -> None:
    try:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    except FileExistsError:
        raise OperatorError(f"{to} exists already. Name another file.") from None
    except OSError:
        raise OperatorError(f"{to} cannot be written. Name another file.") from None


def erase(telegram_id: int, *, sure: bool, out: TextIO) -> int:
    """Does what `/delete` does, tells the person as it does, and destroys their key at once."""
    settings = load_settings(required=NEEDED)
    if not sure:
        raise SettingsError("Erasing cannot be undone. Say --yes if that is what this person wants.")
    with office.open_database(settings) as database, office.open_vault(settings) as (vault, _):
        desk, now = office.desk_of(settings, vault), office.now_of(settings)
        database.run_sync(_erase, desk, telegram_id, now=now)
        database.run_sync(housekeeping.erase_keys, vault, database.run_sync(housekeeping.erasable))
    out.write("Erased. Copies of the key store that are older still open this person's words: see docs/running.md.\n")
    return 0


def _turn(connection: Connection, desk: Desk, telegram_id: int, *, now: datetime) -> Turn:
    person = people.by_telegram(connection, telegram_id)
    if person is None:
        raise OperatorError("Nobody with this Telegram id is known here.")
    key = f"operator:{person.id}:{now:%Y%m%d%H%M%S%f}"
    return Turn(connection=connection, desk=desk, person=person, now=now, key=key)


def _collect(connection: Connection, desk: Desk, telegram_id: int, *, now: datetime) -> tuple[bytes, bytes]:
    turn = _turn(connection, desk, telegram_id, now=now)
    return exporting.collect(turn), exporting.page(turn)


def _erase(connection: Connection, desk: Desk, telegram_id: int, *, now: datetime) -> None:
    leaving.delete_me(_turn(connection, desk, telegram_id, now=now))
