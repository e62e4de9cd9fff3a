"""The daily nudge: planned when due, answered by a tap, never twice for one local day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot import access
from bot.clock import in_quiet_hours, local_day, local_time, next_local_time, zone_of
from bot.db import people
from bot.db.models import GestureShown, NotForUs, Nudge, Person, table
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.nudge_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.nudges.rules import Ask, Choice, Shown, Silence, choose, next_gap, next_nudge_at, part_of_day

_people = table(Person)
_nudges = table(Nudge)
_shown = table(GestureShown)
_never = table(NotForUs)

LATE = timedelta(hours=3)
REMEMBER = timedelta(days=400)


def plan_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Plans the nudge of everyone whose time has come. Returns the chats; one unit, at most `limit` persons."""
    query = select(_people.c.id).where(_people.c.next_nudge_at <= now).order_by(_people.c.next_nudge_at).limit(limit)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    chats = []
    for person_id in connection.execute(query).scalars().all():
        person = people.by_id(connection, person_id)
        if person is not None and _plan(connection, desk, person, now=now) and person.telegram_id is not None:
            chats.append(person.telegram_id)
    return chats


def _plan(connection: Connection, desk: Desk, person: PersonRow, *, now: datetime) -> bool:
    """One person's nudge for today, or none; in each case the next time is set."""
    today = local_day(now, zone_of(person.zone))
    gap = next_gap(person.nudges_ignored)
    if (
        _is_too_late(person, now)
        or _is_silent(person, now)
        or _had_one(connection, person, today)
        or isinstance(gap, Silence)
    ):
        schedule(connection, person, now=now)
        return False
    if isinstance(gap, Ask):
        _say(connection, desk, person, "quiet", {"person": person.id}, today, now=now)
    else:
        choice = pick(connection, desk, person, on=today)
        if choice is None:
            schedule(connection, person, now=now)
            return False
        nudge_id = _keep(connection, desk, person, choice, today, now=now)
        _say(connection, desk, person, "nudge", {"nudge": nudge_id}, today, now=now, slot=slot(nudge_id))
    ignored = person.nudges_ignored + 1
    people.change(connection, person.id, last_nudge_on=today, nudges_ignored=ignored)
    schedule(connection, replace(person, last_nudge_on=today, nudges_ignored=ignored), now=now)
    return True


def _is_too_late(person: PersonRow, now: datetime) -> bool:
    """After an outage: hours past its time, or in quiet hours meanwhile, a nudge is left out."""
    late = now - (person.next_nudge_at or now) > LATE
    return late or in_quiet_hours(now, zone_of(person.zone), person.quiet_from, person.quiet_to)


def _had_one(connection: Connection, person: PersonRow, today: date) -> bool:
    """Whether this local day, or one that a journey west has put ahead of it, had its nudge."""
    last = person.last_nudge_on
    if last is not None and timedelta(0) <= last - today <= timedelta(days=2):
        return True
    # A clock that was years ahead and is back: the row of the day knows.
    query = select(_nudges.c.id).where(_nudges.c.person_id == person.id, _nudges.c.on == today)
    return connection.execute(query).first() is not None


def _is_silent(person: PersonRow, now: datetime) -> bool:
    """Paused, resting, out of reach or not yet begun: nothing is sent, and the next time is looked for."""
    waits = (person.paused_until, person.resting_until)
    held = any(moment is not None and moment > now for moment in waits)
    return held or person.nudges_off or person.unreachable_at is not None or person.known_at is None


def _say(
    connection: Connection,
    desk: Desk,
    person: PersonRow,
    kind: str,
    payload: dict[str, Any],
    on: date,
    *,
    now: datetime,
    slot: str | None = None,
) -> None:
    outbox.put(
        connection,
        desk.vault,
        key=f"nudge:{person.id}:{on}",
        person_id=person.id,
        chat_id=person.telegram_id,
        urgency=Urgency.NUDGE,
        kind=kind,
        payload=payload,
        slot=slot,
        now=now,
        drop_at=_last_moment(person, now),
    )


def _last_moment(person: PersonRow, now: datetime) -> datetime:
    """Until when an unsent nudge may still go: three hours, or until quiet hours begin."""
    if person.quiet_from == person.quiet_to:
        return now + LATE
    return min(now + LATE, next_local_time(now, zone_of(person.zone), person.quiet_from))


def _keep(connection: Connection, desk: Desk, person: PersonRow, choice: Choice, on: date, *, now: datetime) -> int:
    nudge_id = desk.chance.new_id(now)
    values = {
        "id": nudge_id,
        "person_id": person.id,
        "on": on,
        "gesture": choice.gesture_id,
        "rule": choice.rule,
        "state": "planned",
        "planned_at": now,
    }
    connection.execute(_nudges.insert().values(values))
    _note_shown(connection, person.id, choice.gesture_id, on)
    return nudge_id


def _note_shown(connection: Connection, person_id: int, gesture: str, on: date) -> None:
    known = select(_shown).where(_shown.c.person_id == person_id, _shown.c.gesture == gesture, _shown.c.on == on)
    if connection.execute(known).first() is None:
        connection.execute(_shown.insert().values(person_id=person_id, gesture=gesture, on=on))


def schedule(connection: Connection, person: PersonRow, *, now: datetime) -> None:
    """Sets when this person is next thought of; None while nudges are off, or were ignored into silence."""
    gap = next_gap(person.nudges_ignored)
    moment = None
    if not person.nudges_off and not isinstance(gap, Silence):
        moment = next_nudge_at(
            after=now,
            zone=zone_of(person.zone),
            minute=person.nudge_minute,
            days=frozenset(day for day in range(7) if person.nudge_days >> day & 1),
            quiet_from=person.quiet_from,
            quiet_to=person.quiet_to,
            person_id=person.id,
            last_on=person.last_nudge_on,
            gap_days=gap.days,
        )
    people.change(connection, person.id, next_nudge_at=moment)


# -- choosing


def pick(connection: Connection, desk: Desk, person: PersonRow, *, on: date, attempt: int = 0) -> Choice | None:
    """The gesture for a person and a day, chosen from nothing but that person's own settings and history."""
    focus = access.own_focus(desk.vault, person)
    if focus == "infidelity":
        return None
    since = on - REMEMBER
    history = connection.execute(
        select(_shown.c.gesture, _shown.c.on).where(_shown.c.person_id == person.id, _shown.c.on >= since)
    )
    never = connection.execute(select(_never.c.gesture).where(_never.c.person_id == person.id)).scalars()
    return choose(
        tuple(desk.library.gestures.values()),
        person_id=person.id,
        couple_id=person.couple_id,
        partner_id=people.partner_id(connection, person),
        on=on,
        focus=None if focus == "none" else focus,
        history=[Shown(gesture, day) for gesture, day in history],
        not_for_us=frozenset(never),
        categories_off=frozenset(),
        effort_max=person.effort_max,
        living=None,
        part=part_of_day(person.nudge_minute),
        attempt=attempt,
    )


# -- answering


def tapped(turn: Turn, nudge_id: int, name: str) -> str | None:
    """Done, another, not now, never: each ends in an edited message. Returns a toast where nothing changes."""
    query = select(_nudges).where(_nudges.c.id == nudge_id, _nudges.c.person_id == turn.person.id)
    nudge = turn.connection.execute(query).mappings().first()
    if nudge is not None and nudge["state"] == name:
        return None  # tapped twice: what was answered stands as it is
    if nudge is None or nudge["state"] != ("not_now" if name == "never" else "planned"):
        return "moved_on"
    people.change(turn.connection, turn.person.id, nudges_ignored=0)
    if name == "never":
        _forbid(turn, nudge["gesture"])
        _set(turn.connection, nudge_id, state="not_for_us")
        turn.send("nudge_end", {"nudge": nudge_id, "message": "nudge_not_for_us_said"}, slot=slot(nudge_id))
    elif name == "another":
        return _another(turn, nudge_id, nudge["on"], nudge["attempt"] + 1)
    elif name in ("done", "not_now"):
        _set(turn.connection, nudge_id, state=name)
        turn.send("nudge_end", {"nudge": nudge_id, "message": f"nudge_{name}_said"}, slot=slot(nudge_id))
    else:
        return "moved_on"
    return None


def _forbid(turn: Turn, gesture: str) -> None:
    known = select(_never).where(_never.c.person_id == turn.person.id, _never.c.gesture == gesture)
    if turn.connection.execute(known).first() is None:
        turn.connection.execute(_never.insert().values(person_id=turn.person.id, gesture=gesture))


def _another(turn: Turn, nudge_id: int, on: date, attempt: int) -> str | None:
    choice = pick(turn.connection, turn.desk, turn.person, on=on, attempt=attempt)
    if choice is None or attempt > 20:
        _set(turn.connection, nudge_id, state="not_now")
        turn.send("nudge_end", {"nudge": nudge_id, "message": "nudge_not_now_said"}, slot=slot(nudge_id))
        return None
    _set(turn.connection, nudge_id, gesture=choice.gesture_id, rule=choice.rule, attempt=attempt)
    _note_shown(turn.connection, turn.person.id, choice.gesture_id, on)
    turn.send("nudge", {"nudge": nudge_id}, slot=slot(nudge_id))
    return None


def _set(connection: Connection, nudge_id: int, **values: Any) -> None:
    connection.execute(update(_nudges).where(_nudges.c.id == nudge_id).values(values))


def answer_quiet(turn: Turn, name: str) -> str | None:
    """The one question after weeks of silence: stay quiet, or go on."""
    if name == "yes":
        people.change(turn.connection, turn.person.id, nudges_off=True, next_nudge_at=None)
        turn.tell("nudge_quiet_said")
    elif name == "no":
        people.change(turn.connection, turn.person.id, nudges_ignored=0)
        replan(turn)
        turn.tell("nudge_carry_on_said")
    else:
        return "moved_on"
    return None


def explain(turn: Turn) -> None:
    """Which rule chose the last gesture."""
    query = select(_nudges.c.rule).where(_nudges.c.person_id == turn.person.id).order_by(_nudges.c.on.desc()).limit(1)
    rule = turn.connection.execute(query).scalar()
    turn.tell(f"why_{rule or 'nothing'}")


def pause(turn: Turn, *, days: int) -> None:
    """No nudges for so many days; 0 is without end. Letters still arrive."""
    until = turn.now + (timedelta(days=days) if days else timedelta(days=36500))
    people.change(turn.connection, turn.person.id, paused_until=until)


def resume(turn: Turn) -> None:
    """Nudges come again from the next time on."""
    again = {"paused_until": None, "resting_until": None, "nudges_off": False, "nudges_ignored": 0}
    people.change(turn.connection, turn.person.id, **again)
    replan(turn)


def hold(turn: Turn) -> None:
    """A hard moment is being talked about: no nudge within the next day."""
    person = people.by_id(turn.connection, turn.person.id)
    if person is not None and person.next_nudge_at is not None:
        outbox.drop_nudges(turn.connection, person.id, now=turn.now)
        schedule(turn.connection, person, now=turn.now + timedelta(days=1))


def rest(turn: Turn, *, days: int) -> None:
    """After a hard moment: nothing is sent or offered for so many days."""
    people.change(turn.connection, turn.person.id, resting_until=turn.now + timedelta(days=days))


def expire_old(connection: Connection, *, before: date) -> None:
    """Forgets what was shown so long ago that no rule looks at it."""
    connection.execute(_shown.delete().where(_shown.c.on < before))
    connection.execute(_nudges.delete().where(_nudges.c.on < before))


def nudges_on(person: PersonRow, now: datetime) -> bool:
    """Whether nudges come to this person at present."""
    return not person.nudges_off and (person.paused_until is None or person.paused_until <= now)


def wall_time(person: PersonRow, now: datetime) -> int:
    """The hour on this person's wall, 0 to 23."""
    return local_time(now, zone_of(person.zone)).hour


def save_hour(turn: Turn, *, minute: int) -> None:
    """The hour of the daily nudge, in minutes after local midnight."""
    people.change(turn.connection, turn.person.id, nudge_minute=minute)
    replan(turn)


def replan(turn: Turn) -> None:
    """The next time, worked out anew after a setting has changed; never a second nudge for one day."""
    person = people.by_id(turn.connection, turn.person.id)
    assert person is not None  # noqa: S101 - it is the one who taps
    schedule(turn.connection, person, now=turn.now)
