"""The sender's units: claiming and wording a message (`take`), and noting what became of its call.

Taken by Telegram: `settle`. Failed: `fail`, by what `failures.classify` tells of it:
    not sent      open again, uncounted
    refused       parked, what is awaited after five tries. Sent where it was as good as done; sent anew where what it
                  was to change is gone
    unreachable   dropped, and the person counts as out of reach
    unknown       a new nudge: dropped. Anything else: open again, five times, then parked; what is awaited: later.
                  While Telegram answers nobody no attempt counts.
Left in the middle by a death: `recover`, as unknown.

Each may be run twice (a commit whose answer was lost) and changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection
from sqlalchemy.exc import OperationalError

from bot import faultpoints
from bot.clock import end_of_quiet, zone_of
from bot.db import people
from bot.delivery import leases, outbox, pace, waiting
from bot.delivery.failures import Failure, NotSent, Reason, Refused, TokenTrouble, Unknown, Unreachable
from bot.delivery.kinds import AWAITED, SENDS, TIDYING
from bot.delivery.limits import Pace
from bot.delivery.outbox import Row, Urgency
from bot.delivery.render import Call, oldest_left, render
from bot.delivery.turn import Desk
from bot.delivery.waiting import Next
from bot.errors import DatabaseUnusable
from bot.log import log

STALE_TARGETS = {Reason.NOTHING_TO_EDIT, Reason.CANNOT_EDIT}
A_WHILE = timedelta(minutes=15)
OnUnreachable = Callable[[Connection, int, datetime], None]


@dataclass(frozen=True, slots=True)
class Later:
    """Others have written to this chat; the next call may be made in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Left:
    """A message that only a worker of a newer release can word."""


# A claimed message with its call, or without one when nothing is left to say. None: nothing is due here, or we may not.
Taken = tuple[Row, Call | None] | Later | Left | None


def recover(connection: Connection, *, now: datetime, whose: ColumnElement[bool] | None = None) -> None:
    """What dead senders left in `sending`: its outcome is unknown and is settled by kind."""
    for row in outbox.interrupted(connection, whose):
        _unknown(connection, row, idempotent=row.kind not in SENDS, until=now, now=now)


def take(
    connection: Connection,
    desk: Desk,
    *,
    chat_id: int,
    now: datetime,
    worker_id: int | None = None,
    chat_pace: Pace | None = None,
) -> Taken:
    """Claims and words a chat's next message. One that cannot be worded is parked, and the next one is taken.

    None as well for a worker whose lease is gone, and while Telegram wants nothing of us. Raises where wording fails
    by the database's or the key store's doing; then nothing is claimed.
    """
    if worker_id is not None and not leases.may_send(connection, worker_id):
        return None
    while (row := outbox.claim(connection, desk.vault, chat_id=chat_id, now=now, worker_id=worker_id)) is not None:
        if worker_id is not None and chat_pace is not None:
            wait = pace.wait_for(connection, chat_id, chat_pace, now=now)  # behind the lock of the claim
            if wait > 0:
                outbox.unclaim(connection, chat_id=chat_id, worker_id=worker_id)
                return Later(wait)
        awake = _awake_at(connection, row, now)
        if awake > now:
            outbox.rest(connection, row.id, until=awake, counted=False)
            continue
        try:
            with _apart(connection):
                call = render(connection, desk, row)
        except (DatabaseUnusable, OperationalError):  # the key store's trouble, or the database's: no message's fault
            raise
        except Exception as error:  # noqa: BLE001 - an edge: one message that cannot be worded blocks no chat
            if desk.library.book.release < leases.newest(connection):  # which has the words, perhaps
                outbox.postpone(connection, row.id, until=now, counted=False)
                return Left()
            log.error("not_rendered", id=row.id, kind=row.kind, error=type(error))
            outbox.close(connection, row.id, "parked", now=now)
        else:
            faultpoints.reach("claiming")
            return row, call
    return None


def _apart(connection: Connection) -> AbstractContextManager[object]:
    """What fails here is no loss to the unit. Wording only reads, and PostgreSQL alone gives up all for that."""
    return connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()


def _awake_at(connection: Connection, row: Row, now: datetime) -> datetime:
    """What nobody has asked for at this moment was put outside of quiet hours; held up until then, it waits."""
    if row.urgency <= Urgency.ANSWER or row.kind not in SENDS:
        return now
    person = people.by_id(connection, row.person_id)
    return now if person is None else end_of_quiet(now, zone_of(person.zone), person.quiet_from, person.quiet_to)


def settle(
    connection: Connection, row: Row, *, call: Call | None, message_id: int | None, now: datetime
) -> Next | None:
    """The call was taken: the row is done, and the message remembered.

    Also where another worker has taken the row back meanwhile, as long as it has not begun to send it again.
    """
    outbox.close_claimed(connection, row, "sent" if call is not None else "dropped", now=now)
    if message_id is not None and call is not None and not call.method.startswith("edit"):
        slot = row.slot if call.fills else None
        outbox.remember(
            connection,
            chat_id=row.chat_id,
            message_id=message_id,
            person_id=row.person_id,
            ours=True,
            slot=slot,
            now=now,
        )
    _let_go(connection, row)
    faultpoints.reach("settling")
    return waiting.head(connection, chat_id=row.chat_id, now=now)


def _let_go(connection: Connection, row: Row) -> None:
    """The question whose buttons this row was about is done with; the next such row is about the next one."""
    done = oldest_left(connection, row)
    if done is not None:
        outbox.move(connection, row.person_id, done, None)


def fail(
    connection: Connection,
    row: Row,
    failure: Failure,
    *,
    idempotent: bool,
    until: datetime,
    now: datetime,
    on_unreachable: OnUnreachable,
    general: bool = False,
) -> Next | None:
    """The outcome table of the failed call; nothing where the row is no longer ours to decide about.

    While all of Telegram is in trouble (`general`) no message is to blame, and none is given up: it stalls.
    """
    if outbox.standing(connection, row) != "sending":
        return waiting.head(connection, chat_id=row.chat_id, now=now)
    match failure:
        case NotSent() | TokenTrouble():
            outbox.postpone(connection, row.id, until=until, counted=False)
        case Refused(reason=reason) if reason in STALE_TARGETS and row.slot and row.attempt < outbox.MAX_ATTEMPTS:
            outbox.vacate(connection, row.person_id, row.slot)  # what it was to change is gone: it is sent anew
            outbox.postpone(connection, row.id, until=now, counted=True)
        case Refused(reason=Reason.NOTHING_TO_EDIT) if row.kind in TIDYING:
            _let_go(connection, row)
            outbox.close(connection, row.id, "dropped", now=now)
        case Refused(benign=False) if row.kind in AWAITED and row.attempt < outbox.MAX_ATTEMPTS:
            outbox.rest(connection, row.id, until=now + A_WHILE, counted=True)
        case Refused(benign=benign):
            _let_go(connection, row)
            outbox.close(connection, row.id, "sent" if benign else "parked", now=now)
        case Unreachable():
            outbox.close(connection, row.id, "dropped", now=now)
            on_unreachable(connection, row.person_id, now)
        case Unknown():
            _unknown(connection, row, idempotent=idempotent, until=until, now=now, general=general)
    return waiting.head(connection, chat_id=row.chat_id, now=now)


def _unknown(
    connection: Connection, row: Row, *, idempotent: bool, until: datetime, now: datetime, general: bool = False
) -> None:
    """Perhaps sent: a nudge never again, everything else again, at most five times unless nobody is answered.

    What is awaited goes on to be tried, out of the way of the messages behind it.
    """
    if row.urgency == Urgency.NUDGE and not idempotent:
        outbox.close(connection, row.id, "dropped", now=now)
    elif row.attempt >= outbox.MAX_ATTEMPTS and not general and row.kind in AWAITED:
        outbox.rest(connection, row.id, until=now + A_WHILE, counted=False)
    elif row.attempt >= outbox.MAX_ATTEMPTS and not general:
        outbox.close(connection, row.id, "parked", now=now)
    else:
        outbox.postpone(connection, row.id, until=until, counted=not general, stalled=general)


def give_up(connection: Connection, row: Row, *, now: datetime) -> Next | None:
    """What became of this message cannot be noted for a defect of ours: it is parked, and the chat goes on."""
    if outbox.standing(connection, row) == "sending":
        outbox.close(connection, row.id, "parked", now=now)
    return waiting.head(connection, chat_id=row.chat_id, now=now)
