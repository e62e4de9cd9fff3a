"""Units of workers on one PostgreSQL: each has a row with a lease, and what a dead one had in hand is taken over.

All moments here are the database's own, so that neither a wrong clock nor a moved one ends a lease. What is not
an answer is sent by the worker whose turn its chat is: by the workers' order of ids, until their rows are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, String, cast, func, literal, select, update

from bot.db import service_state
from bot.db.models import Outbox, ServiceState, Worker
from bot.delivery.floods import pause_left

_workers = Worker
_outbox = Outbox
_facts = ServiceState

MARK = "sealing:"  # and the id of a worker: the fact that says which key it seals with
LEASE = timedelta(seconds=6)
LOST_AFTER = timedelta(seconds=60)  # a message on its way that belongs to no worker known

Recover = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Standing:
    """This worker among the others: how many there are, its place among them, the newest release at work.

    `pause` are the seconds for which Telegram wants nothing of us.
    """

    workers: int = 1
    place: int = 0
    release: int = 0
    pause: float = 0.0

    @property
    def first(self) -> bool:
        """Whether it is the oldest one."""
        return self.place == 0


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp(type_=DateTime(timezone=True))


def join(connection: Connection, *, release: int, seals_with: str = "") -> int:
    """A new worker, and the mark of the key that it seals with. Returns its id, higher than those of all before it."""
    values: dict[str, Any] = {"lease_until": _now() + LEASE, "release": release}
    worker_id: int = connection.execute(_workers.insert().values(values).returning(_workers.c.id)).scalar_one()
    service_state.keep(connection, f"{MARK}{worker_id}", seals_with)
    return worker_id


def marks(connection: Connection) -> set[str]:
    """What the living seal with; an empty one stands for a worker that does not say."""
    name = literal(MARK) + cast(_workers.c.id, String)
    query = select(func.coalesce(_facts.c.value, "")).select_from(_workers.outerjoin(_facts, _facts.c.name == name))
    return set(connection.execute(query.where(_workers.c.lease_until >= _now())).scalars())


def newest(connection: Connection) -> int:
    """The newest release among the living, as it is now: a worker hears of another's coming only at its next beat."""
    if connection.dialect.name == "sqlite":
        return 0
    query = select(func.coalesce(func.max(_workers.c.release), 0)).where(_workers.c.lease_until >= _now())
    found: int = connection.execute(query).scalar_one()
    return found


def _forget_mark(connection: Connection, ids: Iterable[int]) -> None:
    for worker_id in ids:
        service_state.forget(connection, f"{MARK}{worker_id}")


def renew(connection: Connection, worker_id: int) -> Standing | None:
    """Keeps the lease; None when another worker has ended it."""
    longer = update(_workers).where(_workers.c.id == worker_id).values(lease_until=_now() + LEASE)
    if connection.execute(longer).rowcount != 1:
        return None
    older = func.count().filter(_workers.c.id < worker_id)
    workers, place, release = connection.execute(select(func.count(), older, func.max(_workers.c.release))).one()
    return Standing(workers, place, release, pause_left(connection))


def bury(connection: Connection, recover: Recover, *, now: datetime) -> int:
    """Ends the leases that have run out and settles what their workers had in hand. Returns how many.

    One that renews its lease at this moment holds its row, and is passed over.
    """
    over = select(_workers.c.id).where(_workers.c.lease_until < _now()).with_for_update(skip_locked=True)
    dead = connection.execute(over).scalars().all()
    if dead:
        recover(connection, now=now, whose=_outbox.c.worker_id.in_(dead))
        connection.execute(_workers.delete().where(_workers.c.id.in_(dead)))
        _forget_mark(connection, dead)
    nobodys = _outbox.c.worker_id.is_(None) | _outbox.c.worker_id.not_in(select(_workers.c.id))
    recover(connection, now=now, whose=nobodys & (_outbox.c.next_at < now - LOST_AFTER))
    return len(dead)


def leave(connection: Connection, worker_id: int) -> None:
    """An orderly end; with a message still on its way the lease runs out instead."""
    busy = select(_outbox.c.id).where(_outbox.c.state == "sending", _outbox.c.worker_id == worker_id).exists()
    gone = connection.execute(_workers.delete().where(_workers.c.id == worker_id, ~busy).returning(_workers.c.id))
    _forget_mark(connection, gone.scalars().all())


def may_send(connection: Connection, worker_id: int) -> bool:
    """Whether this worker may claim: its row is held until the end of the unit, and no pause is on."""
    query = select(_workers.c.id).where(_workers.c.id == worker_id).with_for_update(read=True, key_share=True)
    return connection.execute(query).first() is not None and pause_left(connection) <= 0
