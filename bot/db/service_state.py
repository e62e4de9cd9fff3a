"""Small facts about the service itself, kept by name. No facts about persons."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select

from bot.db.models import ServiceState
from bot.db.prepared import Prepared
from bot.db.upsert import insert

_facts = ServiceState
_value = Prepared(select(_facts.c.value).where(_facts.c.name == bindparam("name")))
RESTORED = "restored"  # stands while a restored database rests; its value is the moment from which it does
ASKED = "health_asked"  # when health was last asked for: the write that shows that one is possible
SEALING = "sealing"  # the mark of the key with which the bot that runs here seals

DIALOGS = "dialogs"  # the mark of those that were looked through and found without faults


def read(connection: Connection, name: str) -> str | None:
    """What is kept under this name."""
    found: str | None = _value.scalar(connection, name=name)
    return found


def keep(connection: Connection, name: str, value: str) -> None:
    """Keeps a value; an older one goes."""
    new = insert(connection, _facts).values(name=name, value=value)
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def forget(connection: Connection, name: str) -> None:
    """Nothing is kept under this name any more."""
    connection.execute(delete(_facts).where(_facts.c.name == name))
