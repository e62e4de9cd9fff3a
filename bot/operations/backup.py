"""Copies of an SQLite database and of its key store, apart, of one moment each, while the bot runs.

The copy of the database is put on hold as a restored one is, so that whoever starts a bot on it sends nothing twice.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy import make_url

from bot.db import sqlite
from bot.db.session import BUSY_SECONDS, open_engine, sqlite_path
from bot.errors import DatabaseUnusable, SettingsError
from bot.operations import office, restoring
from bot.settings import load_settings


def run(folder: Path, *, out: TextIO) -> int:
    """Writes `folder/database/<moment>.db` and `folder/keys/<moment>.db`. Raises DatabaseUnusable, SettingsError."""
    settings = load_settings(required=())
    urls = {"database": settings.database_url.get_secret_value(), "keys": settings.keys_url.get_secret_value()}
    if any(make_url(url).get_backend_name() != "sqlite" for url in urls.values()):
        raise SettingsError("backup copies SQLite files only. For PostgreSQL use pg_dump as docs/running.md says.")
    now = office.now_of(settings)
    for name, url in urls.items():  # keys after the database: each person in the copy has their key, or has left since
        office.must_exist(url)
        target = folder / name / f"{now:%Y%m%dT%H%M%SZ}.db"
        _copy(sqlite_path(url), target, now=now if name == "database" else None)
        out.write(f"Written: {target}\n")
    out.write("Keep the copies of keys apart from the others, and no longer than seven days.\n")
    return 0


def _copy(source: Path, target: Path, *, now: datetime | None) -> None:
    """One moment of a file that may be in use, checked, and in place only when it is whole; `now` puts it on hold."""
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite.connect_reader(source, busy_seconds=BUSY_SECONDS)) as live, closing(_plain(part)) as copy:
            live.backup(copy, pages=-1)  # in one go: the snapshot is one commit, and writers are not held up
        if now is not None:
            _put_on_hold(part, now=now)
        _make_single(part)
        part.rename(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise DatabaseUnusable(
            f"{target} cannot be written: {type(error).__name__}. Is there room, and the right?"
        ) from None


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _put_on_hold(path: Path, *, now: datetime) -> None:
    engine = open_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        restoring.hold(connection, now=now)
    engine.dispose()


def _make_single(path: Path) -> None:
    """No file beside it, and nothing wrong in it."""
    with closing(_plain(path)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
