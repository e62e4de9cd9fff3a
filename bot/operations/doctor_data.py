"""What the doctor sees of the database and the key store. Writes nothing that stays."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from bot.db import migrate, revisions, service_state
from bot.db.models import Inbox
from bot.db.session import open_engine, open_reader, sqlite_path
from bot.errors import DatabaseUnusable, KeyMissing, OperatorError
from bot.operations import backlog, office, parked, rotation
from bot.operations.findings import Finding, attention, broken, well
from bot.settings import Settings

LATE = timedelta(minutes=5)
SHOWN = 10
RESTORED_DO = "Look at them with: python -m bot parked. Then: python -m bot release-held, with --drop or without."


def examine(settings: Settings) -> Iterator[Finding]:
    """Reachable, writable, migrated, opened by SECRET_KEYS; what waits and what was given up."""
    try:
        office.must_exist(settings.database_url.get_secret_value())
    except DatabaseUnusable as error:
        yield attention("database", error.message, "If it ran before, DATABASE_URL is not the one of then.")
        return
    reachable = _writable(settings)
    yield reachable
    if reachable.grade:
        return
    engine = open_reader(settings.database_url.get_secret_value())
    try:
        with engine.connect() as connection:
            yield from _inside(connection, settings)
    except (DBAPIError, DatabaseUnusable) as error:
        yield broken("database", f"it cannot be read: {type(error).__name__}.", "Restore a backup: docs/running.md.")
    finally:
        engine.dispose()


def _writable(settings: Settings) -> Finding:
    """A row is written and taken back; a running bot goes on meanwhile."""
    url = settings.database_url.get_secret_value()
    try:
        engine = open_engine(url)
        with engine.connect() as connection:
            connection.begin()
            if migrate.current(connection) is not None:
                connection.execute(Inbox.insert().values(_nobodys_row(office.now_of(settings))))
            connection.rollback()
        engine.dispose()
    except DatabaseUnusable as error:
        return broken("database", error.message, "Look at its path, its rights and its disk.")
    except DBAPIError as error:
        return broken(
            "database", f"it does not take a row: {type(error.orig).__name__}.", "Is it up, and DATABASE_URL right?"
        )
    return well("database", f"it answers and takes rows.{_running(url)}")


def _nobodys_row(now: datetime) -> dict[str, object]:
    return {
        "bot_id": -1,
        "update_id": -1,
        "sender_id": 0,
        "kind": "doctor",
        "received_at": now,
        "state": "done",
        "next_try_at": now,
    }


def _running(url: str) -> str:
    """Whether a bot holds the lock of an SQLite file. Only looks."""
    if make_url(url).get_backend_name() != "sqlite":
        return ""
    lock = sqlite_path(url).with_name(sqlite_path(url).name + ".lock")
    if not lock.exists():
        return ""
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return " A bot is running on it."
    return " No bot is running on it."


def _inside(connection: Connection, settings: Settings) -> Iterator[Finding]:
    current = migrate.current(connection)
    if not migrate.is_current(connection):
        yield attention("migrations", f"at {current}, this release has {revisions.head()}.", "run migrates by itself.")
        return
    yield well("migrations", f"at {current}.")
    yield _keys(connection, settings)
    yield from _rows(connection, office.now_of(settings))


def _keys(connection: Connection, settings: Settings) -> Finding:
    """Whether SECRET_KEYS opens every person key and what waits in rows."""
    if not settings.secret_keys:
        return broken("keys", "without SECRET_KEYS nothing can be opened.", "")
    try:
        with office.open_vault(settings) as (vault, keys):
            others = set(keys.marks()) - {vault.sealing_mark}
            closed = _count(vault.opens_service, rotation.waiting_payloads(connection))
    except KeyMissing as error:
        return broken("keys", error.message, "")
    except OperatorError as error:
        return broken("keys", error.message, "Without the key store nobody's words can be read: look for it first.")
    if closed:
        return broken("keys", f"{closed} rows that wait are sealed with a key that SECRET_KEYS lacks.", "Add it.")
    if others:
        return attention("keys", "all opens, some with an older key.", "Finish it with: python -m bot rotate-keys")
    return well("keys", "SECRET_KEYS opens everything.")


def _count(opens: Callable[[bytes], bool], payloads: list[bytes]) -> int:
    return sum(not opens(payload) for payload in payloads)


def _rows(connection: Connection, now: datetime) -> Iterator[Finding]:
    seen = backlog.read(connection, now=now)
    waiting, oldest = seen.count("open") + seen.count("sending"), seen.oldest()
    age = now - oldest if oldest is not None else timedelta()
    says = f"{waiting} rows wait, the oldest due one for {age.total_seconds():.0f} s."
    late = "Is the bot running? Its log says not_sent, update_failed or webhook_failed where it is stuck."
    yield attention("backlog", says, late) if age > LATE else well("backlog", says)
    if service_state.read(connection, service_state.RESTORED) is not None or seen.count("hold"):
        yield attention("restored", f"this is a restored backup; {seen.count('hold')} rows are held.", RESTORED_DO)
    given_up = [row for row in parked.aside(connection) if row.state == "parked"]
    if given_up:
        some = ", ".join(f"{row.id} ({row.kind})" for row in given_up[:SHOWN])
        more = f" and {len(given_up) - SHOWN} more" if len(given_up) > SHOWN else ""
        yield attention("parked", f"{some}{more}.", "Retry or drop them: python -m bot parked retry|drop ID")
    else:
        yield well("parked", "nothing was given up.")
