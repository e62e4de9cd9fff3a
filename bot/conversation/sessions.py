"""Running dialogs as sealed rows: at most one active a person, others suspended for seven days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.conversation import questions
from bot.db.models import DialogSession
from bot.db.prepared import Prepared, either, with_defaults
from bot.delivery import leases
from bot.delivery.turn import Turn
from bot.engine.effects import StartTimer
from bot.engine.session import Session, dump, load
from bot.errors import Erased, NewerRelease

_rows = DialogSession
SUSPENDED_FOR = timedelta(days=7)
_state_of = select(_rows.c.id, _rows.c.state, _rows.c.release).where(_rows.c.person_id == bindparam("person_id"))
_suspended = (_rows.c.status == "suspended") & (_rows.c.expires_at > bindparam("now"))
_active = Prepared(_state_of.where(_rows.c.status == "active"))
_last = Prepared(_state_of.where(_suspended).order_by(_rows.c.id.desc()).limit(1))
_one = Prepared(_state_of.where(_rows.c.id == bindparam("session_id"), either(_rows.c.status, "active", "suspended")))
_this = _rows.c.id == bindparam("this_session")
_saved = ("dialog", "status", "turn", "release", "state")
_timed = ("question_at", "timeout_at", "expires_at")
_change = Prepared(update(_rows).where(_this).values({name: bindparam(name) for name in _saved}))
_change_timed = Prepared(update(_rows).where(_this).values({name: bindparam(name) for name in _saved + _timed}))
_add = Prepared(_rows.insert().inline().values(with_defaults(_rows, ("id", "person_id", *_saved, *_timed))))
_end = Prepared(_rows.delete().where(_this))


def active(turn: Turn) -> Session | None:
    """The dialog that this person is in."""
    return _load(turn, _active.first(turn.connection, person_id=turn.person.id))


def suspended(turn: Turn) -> Session | None:
    """The dialog that was left most recently and can be continued."""
    return _load(turn, _last.first(turn.connection, person_id=turn.person.id, now=turn.now))


def by_id(turn: Turn, session_id: int) -> Session | None:
    """A running dialog of this person, active or suspended."""
    return _load(turn, _one.first(turn.connection, person_id=turn.person.id, session_id=session_id))


def _newest(turn: Turn) -> int:
    return max(turn.desk.newest, leases.newest(turn.connection))


def _load(turn: Turn, row: Any) -> Session | None:
    if row is None or row.state is None:
        return None
    if turn.desk.library.book.release < row.release <= _newest(turn):
        raise NewerRelease(row.release)
    try:
        text = turn.desk.vault.open(
            row.state, owner=turn.person.id, table="dialog_session", column="state", row_id=row.id
        )
        return load(text)
    except (Erased, ValueError):
        return None


def suspended_dialog(turn: Turn) -> str | None:
    """The name of the dialog under Continue."""
    query = (
        select(_rows.c.dialog)
        .where(_rows.c.person_id == turn.person.id, _rows.c.status == "suspended", _rows.c.expires_at > turn.now)
        .order_by(_rows.c.id.desc())
        .limit(1)
    )
    found: str | None = turn.connection.execute(query).scalar()
    return found


def save(turn: Turn, session: Session, timers: dict[str, StartTimer]) -> None:
    """Keeps the session as it stands after a turn; an ended one is forgotten."""
    if session.status == "ended":
        _end.run(turn.connection, this_session=session.id)
        return
    sealed = turn.desk.vault.seal(
        dump(session), owner=turn.person.id, table="dialog_session", column="state", row_id=session.id
    )
    values: dict[str, Any] = {
        "dialog": session.frames[0].dialog,
        "status": "active",
        "turn": session.turn,
        "release": turn.desk.library.book.release,
        "state": sealed,
    }
    clocks = {
        "question_at": turn.now if timers else None,
        "timeout_at": _at(timers.get("timeout")),
        "expires_at": _at(timers.get("expire")),
    }
    change, changed = (_change_timed, values | clocks) if timers else (_change, values)
    if not change.run(turn.connection, this_session=session.id, **changed):
        _add.run(turn.connection, id=session.id, person_id=turn.person.id, **values, **clocks)


def _at(timer: StartTimer | None) -> datetime | None:
    return None if timer is None else timer.at


def suspend(turn: Turn, session: Session, dialog: str) -> None:
    """Puts a session aside under the name of its exercise; its question keeps no clock but that of forgetting."""
    until = turn.now + SUSPENDED_FOR
    turn.connection.execute(
        update(_rows)
        .where(_rows.c.id == session.id)
        .values(status="suspended", dialog=dialog, timeout_at=None, expires_at=until)
    )


def activate(turn: Turn, session: Session) -> None:
    """Takes a suspended dialog up again."""
    turn.connection.execute(update(_rows).where(_rows.c.id == session.id).values(status="active"))


def forget_all(turn: Turn) -> None:
    """Every dialog of this person is over."""
    turn.connection.execute(_rows.delete().where(_rows.c.person_id == turn.person.id))


def forget(turn: Turn, session: Session) -> None:
    """This dialog is over."""
    turn.connection.execute(_rows.delete().where(_rows.c.id == session.id))


def retire_question(turn: Turn, session: Session) -> None:
    """The buttons of its last question go."""
    questions.retire(turn, session.id)
