"""What was given up, and what is held after a restore: listed, tried again or dropped. Never its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TextIO

from sqlalchemy import ColumnElement, Connection, Table, select, update

from bot.db.models import Inbox, Outbox
from bot.errors import OperatorError, SettingsError
from bot.operations import office
from bot.settings import load_settings

_inbox = Inbox
_outbox = Outbox
PUT_ASIDE = ("parked", "hold")
SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Aside:
    """One row that waits for a decision."""

    id: str
    kind: str
    state: str
    since: str


def run(what: Literal["list", "retry", "drop"], rows: Sequence[str], *, as_json: bool, out: TextIO) -> int:
    """Lists, or does it for the rows named. 0 when nothing is left to decide, else 1; raises for an unknown id."""
    settings = load_settings(required=())
    if (what == "list") == bool(rows):
        raise SettingsError("Name the rows to retry or to drop, as: parked retry outbox:12. The list takes none.")
    with office.open_database(settings) as database:
        if what != "list":
            database.run_sync(_change, [_where(name) for name in rows], what, now=office.now_of(settings))
        found = database.run_sync(aside)
    if as_json:
        out.write(json.dumps([asdict(row) for row in found]) + "\n")
    else:
        out.writelines(f"{row.state}  {row.id}  {row.kind}  since {row.since}\n" for row in found)
        out.write("" if found else "Nothing is parked or held.\n")
    return 1 if found else 0


def aside(connection: Connection) -> list[Aside]:
    """The oldest rows that are parked or held, at most a thousand of each kind."""
    inbox = select(_inbox).where(_inbox.c.state.in_(PUT_ASIDE)).order_by(_inbox.c.received_at).limit(SHOWN)
    outbox = select(_outbox).where(_outbox.c.state.in_(PUT_ASIDE)).order_by(_outbox.c.id).limit(SHOWN)
    updates = [
        Aside(f"inbox:{row.bot_id}:{row.update_id}", row.kind, row.state, f"{row.received_at:%Y-%m-%dT%H:%M:%SZ}")
        for row in connection.execute(inbox)
    ]
    messages = [
        Aside(f"outbox:{row.id}", row.kind, row.state, f"{row.created_at:%Y-%m-%dT%H:%M:%SZ}")
        for row in connection.execute(outbox)
    ]
    return updates + messages


Place = tuple[Table, ColumnElement[bool], str]


def _where(name: str) -> Place:
    """The table and the row that an id names. Raises SettingsError."""
    kind, *numbers = name.split(":")
    if all(number.isdecimal() for number in numbers):
        if kind == "outbox" and len(numbers) == 1:
            return _outbox, _outbox.c.id == int(numbers[0]), name
        if kind == "inbox" and len(numbers) == 2:
            bot_id, update_id = map(int, numbers)
            return _inbox, (_inbox.c.bot_id == bot_id) & (_inbox.c.update_id == update_id), name
    raise SettingsError(f"{name} names no row. Take one from: python -m bot parked")


def _change(connection: Connection, places: Sequence[Place], what: str, *, now: datetime) -> None:
    """All of them or none."""
    for rows, here, name in places:
        condition = here & rows.c.state.in_(PUT_ASIDE)
        if what == "retry":
            condition &= rows.c.payload.is_not(None)  # its words have gone with the person's
        if not connection.execute(update(rows).where(condition).values(values_of(rows, what, now=now))).rowcount:
            raise OperatorError(f"{name} is not parked or held any more, or holds nothing that could be tried again.")


def values_of(rows: Table, what: str, *, now: datetime) -> dict[str, Any]:
    """The columns of a row that begins anew, or of one that is dropped."""
    if what == "drop":
        return {"state": "dropped", "payload": None}
    if rows is _inbox:
        return {"state": "open", "tries": 0, "next_try_at": now}
    return {"state": "open", "attempts": 0, "next_at": now}
