"""A new key for everything that SECRET_KEYS wraps or seals, while the bot runs; killed, it goes on later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO

from sqlalchemy import Connection, select, update

from bot.db import service_state
from bot.db.models import Inbox, Outbox
from bot.db.session import Database
from bot.delivery import leases
from bot.errors import KeyMissing
from bot.operations import office
from bot.settings import load_settings
from bot.vault import Vault

_inbox = Inbox
_outbox = Outbox
BATCH = 200


def run(*, out: TextIO) -> int:
    """The verb. Raises KeyMissing when a bot is at work that does not know the new key yet."""
    settings = load_settings(required=("SECRET_KEYS",))
    with office.open_database(settings) as database, office.open_vault(settings) as (vault, _):
        database.run_sync(check_known, vault)
        persons = vault.rewrap_all()
        rows = _all(database, reseal_inbox, vault, (0, 0)) + _all(database, reseal_outbox, vault, 0)
    out.write(
        f"Wrapped anew: {persons} keys of persons, {rows} rows that wait. All is under the first of SECRET_KEYS.\n"
    )
    out.write("The other keys can go from SECRET_KEYS now; keep them as long as you keep backups of before.\n")
    return 0


def _all(database: Database, unit: Callable[..., tuple[int, Any, bool]], vault: Vault, after: object) -> int:
    """A unit for each piece, so that a running bot gets its turn in between."""
    rows, more = 0, True
    while more:
        changed, after, more = database.run_sync(unit, vault, after)
        rows += changed
    return rows


def check_known(connection: Connection, vault: Vault) -> None:
    """A running bot that lacks the new key could open nothing any more; of several workers each must know it."""
    mine = vault.sealing_mark.hex()
    if connection.dialect.name != "sqlite":
        others = leases.marks(connection) - {mine}
        if others:
            raise KeyMissing("A worker runs with another first key. Restart all with these SECRET_KEYS, then rotate.")
        return
    if service_state.read(connection, service_state.SEALING) not in (None, mine):
        raise KeyMissing("The bot last started with another first key. Restart it with these SECRET_KEYS, then rotate.")


def reseal_inbox(connection: Connection, vault: Vault, after: tuple[int, int]) -> tuple[int, tuple[int, int], bool]:
    """The next updates whose payload waits: how many changed, where to go on, whether there are more."""
    key = (_inbox.c.bot_id, _inbox.c.update_id)
    beyond = (_inbox.c.bot_id > after[0]) | ((_inbox.c.bot_id == after[0]) & (_inbox.c.update_id > after[1]))
    query = select(*key, _inbox.c.payload).where(beyond, _inbox.c.payload.is_not(None)).order_by(*key).limit(BATCH)
    rows = connection.execute(query.with_for_update()).all()
    changed = 0
    for bot_id, update_id, payload in rows:
        new = vault.resealed(payload, f"inbox:{bot_id}:{update_id}")
        here = (_inbox.c.bot_id == bot_id) & (_inbox.c.update_id == update_id)
        if new is not None:
            connection.execute(update(_inbox).where(here).values(payload=new))
            changed += 1
    return changed, (rows[-1][0], rows[-1][1]) if rows else after, len(rows) == BATCH


def reseal_outbox(connection: Connection, vault: Vault, after: int) -> tuple[int, int, bool]:
    """The same for messages."""
    waiting = (_outbox.c.id > after) & _outbox.c.payload.is_not(None)
    query = select(_outbox.c.id, _outbox.c.dedupe_key, _outbox.c.payload).where(waiting)
    rows = connection.execute(query.order_by(_outbox.c.id).limit(BATCH).with_for_update()).all()
    changed = 0
    for row_id, dedupe_key, payload in rows:
        new = vault.resealed(payload, dedupe_key)
        if new is not None:
            connection.execute(update(_outbox).where(_outbox.c.id == row_id).values(payload=new))
            changed += 1
    return changed, rows[-1][0] if rows else after, len(rows) == BATCH


def waiting_payloads(connection: Connection, *, limit: int = 1000) -> list[bytes]:
    """Some payloads of rows that are not done, for looking whether their key is known."""
    found: list[bytes] = []
    for rows in (_inbox, _outbox):
        query = select(rows.c.payload).where(rows.c.payload.is_not(None)).limit(limit)
        found += connection.execute(query).scalars()
    return found
