"""What becomes of a nudge: taps on its buttons, words typed below it, and the questions that take its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update

from bot.clock import local_time, zone_of
from bot.db import people
from bot.db.models import NotForUs, Nudge
from bot.db.prepared import Prepared
from bot.delivery import outbox
from bot.delivery.nudge_pages import slot
from bot.delivery.turn import Turn
from bot.engine.answers import fold
from bot.nudges import service, snooze

_nudges = Nudge
_never = NotForUs
_lately = Prepared(
    select(_nudges.c.id, _nudges.c.state, _nudges.c.rule)
    .where(_nudges.c.person_id == bindparam("person_id"), _nudges.c.gesture != "")
    .order_by(_nudges.c.on.desc())
    .limit(1)
)

MOST_OTHERS = 20
BEHIND_NOT_NOW = frozenset({"never", "tonight"})
BUTTONS = ("done", "another", "not_now")


def tapped(turn: Turn, nudge_id: int, name: str) -> str | None:
    """Done, another, not now and what stands behind it: each edits the message. A toast where nothing changes."""
    query = select(_nudges).where(_nudges.c.id == nudge_id, _nudges.c.person_id == turn.person.id)
    nudge = turn.connection.execute(query).mappings().first()
    if nudge is not None and name == "why":
        turn.tell(f"why_{nudge['rule']}")
        return None
    if nudge is not None and nudge["state"] == name:
        return None  # tapped twice: what was answered stands as it is
    if nudge is None or nudge["state"] != ("not_now" if name in BEHIND_NOT_NOW else "planned"):
        return "moved_on"
    people.change(turn.connection, turn.person.id, nudges_ignored=0)
    if name == "never":
        _forbid(turn, nudge)
    elif name == "tonight":
        _put_off(turn, nudge)
    elif name == "another":
        _another(turn, nudge)
    elif name == "done":
        _end(turn, nudge, "done", "nudge_done_said")
    elif name == "not_now":
        _not_now(turn, nudge)
    else:
        return "moved_on"
    return None


def _end(turn: Turn, nudge: RowMapping, state: str, message: str, **shown: Any) -> None:
    _set(turn, nudge, state=state)
    turn.send("nudge_end", {"nudge": nudge["id"], "message": message, **shown}, slot=slot(nudge["id"]))


def _not_now(turn: Turn, nudge: RowMapping) -> None:
    tonight = snooze.evening(turn.person, nudge, turn.now) is not None
    _end(turn, nudge, "not_now", "nudge_not_now_said", tonight=tonight)


def _forbid(turn: Turn, nudge: RowMapping) -> None:
    known = select(_never).where(_never.c.person_id == turn.person.id, _never.c.gesture == nudge["gesture"])
    if turn.connection.execute(known).first() is None:
        turn.connection.execute(_never.insert().values(person_id=turn.person.id, gesture=nudge["gesture"]))
    _end(turn, nudge, "not_for_us", "nudge_not_for_us_said")


def _put_off(turn: Turn, nudge: RowMapping) -> None:
    until = snooze.evening(turn.person, nudge, turn.now)
    if until is None:  # the button is from this morning, and the day is nearly over
        _end(turn, nudge, "not_now", "nudge_too_late_said")
        return
    _set(turn, nudge, snoozed_until=until)
    hour = local_time(until, zone_of(turn.person.zone))
    _end(turn, nudge, "snoozed", "nudge_tonight_said", args={"hour": f"{hour.hour}:{hour.minute:02d}"})


def _another(turn: Turn, nudge: RowMapping) -> None:
    attempt = nudge["attempt"] + 1
    choice = service.pick(turn.connection, turn.desk, turn.person, on=nudge["on"], attempt=attempt)
    if choice is None or attempt > MOST_OTHERS:
        _not_now(turn, nudge)
        return
    _set(turn, nudge, gesture=choice.gesture_id, rule=choice.rule, attempt=attempt)
    service.note_shown(turn.connection, turn.person.id, choice.gesture_id, nudge["on"])
    turn.send("nudge", {"nudge": nudge["id"]}, slot=slot(nudge["id"]))


def _set(turn: Turn, nudge: RowMapping, **values: Any) -> None:
    turn.connection.execute(update(_nudges).where(_nudges.c.id == nudge["id"]).values(values))


# -- words instead of a tap


@dataclass(frozen=True, slots=True)
class Meant:
    """Words for the daily message: those on one of its buttons, or others."""

    nudge_id: int = 0
    button: str = ""


def meant(turn: Turn, text: str, *, reply_to: int, is_busy: Callable[[], bool]) -> Meant | None:
    """Whether these words were meant for the daily message; it is only looked at.

    They were when they reply to it in Telegram's way, and when it is the last that we said: unless an open question
    can use them (`is_busy`); then only the words on a button are taken as that button.
    """
    nudge = _last(turn)
    replied = outbox.slot_of(turn.connection, turn.person.id, reply_to).startswith("nudge:") if reply_to else False
    if not replied and (nudge is None or not _is_lowest(turn, nudge.id)):
        return None
    button = next((name for name in BUTTONS if fold(_label(turn, name)) == fold(text)), None)
    if nudge is not None and button is not None and nudge.state == "planned":
        return Meant(nudge.id, button)
    return Meant() if replied or not is_busy() else None


def answer(turn: Turn, words: Meant) -> None:
    """What the daily message says to words that were meant for it."""
    if words.button:
        tapped(turn, words.nudge_id, words.button)
        return
    people.change(turn.connection, turn.person.id, nudges_ignored=0)
    turn.tell("nudge_reply")


def _last(turn: Turn) -> Any:
    return _lately.first(turn.connection, person_id=turn.person.id)


def _is_lowest(turn: Turn, nudge_id: int) -> bool:
    """Whether nothing of ours stands below this nudge."""
    message_id = outbox.in_slot(turn.connection, turn.person.id, slot(nudge_id))
    return message_id is not None and message_id == outbox.last_of_ours(turn.connection, turn.person.id)


def _label(turn: Turn, name: str) -> str:
    return turn.desk.library.catalogue.text(f"interface.nudge_{name}", turn.person.lang)


# -- the questions that take a nudge's place


def answer_quiet(turn: Turn, name: str) -> str | None:
    """The one question after weeks of silence: stay quiet, or go on."""
    if name == "yes":
        people.change(turn.connection, turn.person.id, nudges_off=True, next_nudge_at=None)
        turn.tell("nudge_quiet_said")
    elif name == "no":
        people.change(turn.connection, turn.person.id, nudges_ignored=0)
        service.replan(turn)
        turn.tell("nudge_carry_on_said")
    else:
        return "moved_on"
    return None


def answer_recheck(turn: Turn, name: str) -> str | None:
    """Three months later: `look` begins the check-up, which is the caller's; `later` is fine."""
    if name not in ("look", "later"):
        return "moved_on"
    people.change(turn.connection, turn.person.id, nudges_ignored=0)
    if name == "look":
        return name
    turn.tell("recheck_later_said")
    return None


def explain(turn: Turn) -> None:
    """Which rule chose the last gesture."""
    nudge = _last(turn)
    turn.tell(f"why_{nudge.rule if nudge is not None else 'nothing'}")
