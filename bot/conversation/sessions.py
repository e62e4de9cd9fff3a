"""Running dialogs as sealed rows: at most one active a person, others suspended for seven days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.db.models import DialogSession, table
from bot.delivery.outbox import in_slot
from bot.delivery.turn import Turn
from bot.engine.effects import StartTimer
from bot.engine.session import Session, dump, load
from bot.errors import Erased

_rows = table(DialogSession)
SUSPENDED_FOR = timedelta(days=7)


def active(turn: Turn) -> Session | None:
    """The dialog that this person is in."""
    query = select(_rows.c.id, _rows.c.state).where(_rows.c.person_id == turn.person.id, _rows.c.status == "active")
    return _load(turn, query)


def suspended(turn: Turn) -> Session | None:
    """The dialog that was left most recently and can be continued."""
    query = (
        select(_rows.c.id, _rows.c.state)
        .where(_rows.c.person_id == turn.person.id, _rows.c.status == "suspended", _rows.c.expires_at > turn.now)
        .order_by(_rows.c.id.desc())
        .limit(1)
    )
    return _load(turn, query)


def by_id(turn: Turn, session_id: int) -> Session | None:
    """A running dialog of this person, active or suspended."""
    query = select(_rows.c.id, _rows.c.state).where(
        _rows.c.person_id == turn.person.id, _rows.c.id == session_id, _rows.c.status.in_(("active", "suspended"))
    )
    return _load(turn, query)


def _load(turn: Turn, query: object) -> Session | None:
    row = turn.connection.execute(query).first()  # type: ignore[call-overload]
    if row is None or row.state is None:
        return None
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
        turn.connection.execute(_rows.delete().where(_rows.c.id == session.id))
        return
    sealed = turn.desk.vault.seal(
        dump(session), owner=turn.person.id, table="dialog_session", column="state", row_id=session.id
    )
    values = {
        "dialog": session.frames[0].dialog,
        "status": "active",
        "turn": session.turn,
        "release": session.release,
        "state": sealed,
    }
    if timers:
        clocks = {"timeout_at": _at(timers.get("timeout")), "expires_at": _at(timers.get("expire"))}
        values |= {"question_at": turn.now, **clocks}
    changed = turn.connection.execute(update(_rows).where(_rows.c.id == session.id).values(values))
    if changed.rowcount == 0:
        turn.connection.execute(_rows.insert().values(id=session.id, person_id=turn.person.id, **values))


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
    message_id = in_slot(turn.connection, turn.person.id, f"question:{session.id}")
    if message_id is not None:
        turn.send("unbutton", {"message_id": message_id})
