"""The daily nudge: planned when due, never twice for one local day, quieter when ignored, silent when asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, select, update

from bot import access
from bot.clock import in_quiet_hours, local_day, local_time, next_local_time, zone_of
from bot.db import people, service_state
from bot.db.each import each
from bot.db.models import GestureShown, NotForUs, Nudge, Person
from bot.db.people import PersonRow
from bot.db.prepared import Prepared, put_new, with_defaults
from bot.delivery import outbox
from bot.delivery.nudge_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.nudges.rules import Ask, Choice, Shown, Silence, choose, next_gap, next_nudge_at, part_of_day

_people = Person
_nudges = Nudge
_shown = GestureShown
_never = NotForUs

CLOCK_SEEN = "nudges_clock_seen"
LATE = timedelta(hours=3)
LOOK_AGAIN = timedelta(hours=1)  # after a defect
REMEMBER = timedelta(days=400)
WITHOUT_END = timedelta(days=36500)  # of a pause
KEEP_NUDGES, KEEP_SHOWN = 20, 150
_late_first = (
    select(_people.c.id)
    .where(_people.c.next_nudge_at <= bindparam("now"))
    .order_by(_people.c.next_nudge_at)
    .limit(bindparam("limit", type_=Integer))
)
_due = Prepared(_late_first, _late_first.with_for_update(skip_locked=True))
_somebody = Prepared(select(_people.c.id).where(_people.c.next_nudge_at <= bindparam("now")).limit(1))
_person: ColumnElement[int] = bindparam("person_id")
_of_day = Prepared(select(_nudges.c.id).where(_nudges.c.person_id == _person, _nudges.c.on == bindparam("on")))
_ROW = ("id", "person_id", "on", "gesture", "rule", "state", "planned_at")
_plan_row = Prepared(_nudges.insert().inline().values(with_defaults(_nudges, _ROW)))
_note_shown = put_new(_shown, "person_id", "gesture", "on")
_history = Prepared(
    select(_shown.c.gesture, _shown.c.on).where(_shown.c.person_id == _person, _shown.c.on >= bindparam("since"))
)
_refused = Prepared(select(_never.c.gesture).where(_never.c.person_id == _person))


def plan_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Plans the nudge of everyone whose time has come. Returns the chats; one unit, at most `limit` persons."""

    def plan(person_id: int) -> list[int]:
        person = people.by_id(connection, person_id)
        is_planned = person is not None and _plan(connection, desk, person, now=now)
        return [person.telegram_id] if is_planned and person is not None and person.telegram_id is not None else []

    due = _due.scalars(connection, now=now, limit=limit)
    # Those who come first are looked at first: whom it fails for would be in the way of all others.
    chats = each(connection, due, plan, lambda one: people.change(connection, one, next_nudge_at=now + LOOK_AGAIN))
    if due:
        _note_moment(connection, now)
    return chats


def _note_moment(connection: Connection, now: datetime) -> None:
    """The latest moment at which something was planned: by it `clock_back` knows a clock that was ahead."""
    seen = service_state.read(connection, CLOCK_SEEN)
    if seen is None or datetime.fromisoformat(seen) < now:
        service_state.keep(connection, CLOCK_SEEN, now.isoformat())


def is_somebody_due(connection: Connection, *, now: datetime) -> bool:
    """Whether anyone's time has come who was not thought of yet."""
    return _somebody.first(connection, now=now) is not None


def _plan(connection: Connection, desk: Desk, person: PersonRow, *, now: datetime) -> bool:
    """One person's message for today, or none; in each case the next time is set."""
    today = local_day(now, zone_of(person.zone))
    held = is_late(person, person.next_nudge_at, now) or is_silent(person, now) or _had_one(connection, person, today)
    brought = None if held else _bring(connection, desk, person, today, now=now)
    if brought is None:
        schedule(connection, person, now=now)
        return False
    ignored = person.nudges_ignored + (brought != "recheck")  # to leave that one open says nothing about gestures
    people.change(connection, person.id, last_nudge_on=today, nudges_ignored=ignored)
    schedule(connection, replace(person, last_nudge_on=today, nudges_ignored=ignored), now=now)
    return True


def _bring(connection: Connection, desk: Desk, person: PersonRow, today: date, *, now: datetime) -> str | None:
    """The one message of this day: a new look when its time has come, the question after weeks, or a gesture."""
    gap = next_gap(person.nudges_ignored)
    if isinstance(gap, Silence):
        return None
    if person.recheck_on is not None and today >= person.recheck_on:
        people.change(connection, person.id, recheck_on=None)
        return _ask(connection, desk, person, "recheck", today, now=now)
    if isinstance(gap, Ask):
        return _ask(connection, desk, person, "quiet", today, now=now)
    choice = pick(connection, desk, person, on=today)
    if choice is None:
        return None
    nudge_id = _keep(connection, desk, person, choice, today, now=now)
    _say(connection, desk, person, "nudge", {"nudge": nudge_id}, today, now=now, slot=slot(nudge_id))
    return "nudge"


def _ask(connection: Connection, desk: Desk, person: PersonRow, kind: str, on: date, *, now: datetime) -> str:
    """A question instead of a gesture. It takes the day as a gesture does."""
    _keep(connection, desk, person, None, on, now=now)
    _say(connection, desk, person, kind, {"person": person.id}, on, now=now)
    return kind


def take_day(connection: Connection, desk: Desk, person: PersonRow, *, now: datetime) -> str | None:
    """The dedupe key for another unasked message of this local day; None when the day has had its one."""
    today = local_day(now, zone_of(person.zone))
    if _had_one(connection, person, today):
        return None
    _keep(connection, desk, person, None, today, now=now)
    people.change(connection, person.id, last_nudge_on=today)
    return _key(person, today)


def is_late(person: PersonRow, due: datetime | None, now: datetime) -> bool:
    """After an outage: hours past its time, or in quiet hours meanwhile, a nudge is left out."""
    late = now - (due or now) > LATE
    return late or in_quiet_hours(now, zone_of(person.zone), person.quiet_from, person.quiet_to)


def _had_one(connection: Connection, person: PersonRow, today: date) -> bool:
    """Whether this local day, or one that a journey west has put ahead of it, had its nudge."""
    last = person.last_nudge_on
    if last is not None and timedelta(0) <= last - today <= timedelta(days=2):
        return True
    # A clock that was years ahead and is back: the row of the day knows.
    return _of_day.first(connection, person_id=person.id, on=today) is not None


def is_silent(person: PersonRow, now: datetime) -> bool:
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
        key=_key(person, on),
        person_id=person.id,
        chat_id=person.telegram_id,
        urgency=Urgency.NUDGE,
        kind=kind,
        payload=payload,
        slot=slot,
        now=now,
        drop_at=last_moment(person, now),
    )


def _key(person: PersonRow, on: date) -> str:
    return f"nudge:{person.id}:{on}"


def last_moment(person: PersonRow, now: datetime) -> datetime:
    """Until when an unsent nudge may still go: three hours, or until quiet hours begin."""
    if person.quiet_from == person.quiet_to:
        return now + LATE
    return min(now + LATE, next_local_time(now, zone_of(person.zone), person.quiet_from))


def _keep(
    connection: Connection, desk: Desk, person: PersonRow, choice: Choice | None, on: date, *, now: datetime
) -> int:
    """The row of the day, with a gesture or, for a question, without: its key is what no second one can have."""
    nudge_id = desk.chance.new_id(now)
    _plan_row.run(
        connection,
        id=nudge_id,
        person_id=person.id,
        on=on,
        gesture=choice.gesture_id if choice else "",
        rule=choice.rule if choice else "",
        state="planned" if choice else "asked",
        planned_at=now,
    )
    if choice is not None:
        note_shown(connection, person.id, choice.gesture_id, on)
    return nudge_id


def note_shown(connection: Connection, person_id: int, gesture: str, on: date) -> None:
    """This gesture has been seen on this day."""
    _note_shown.run(connection, person_id=person_id, gesture=gesture, on=on)


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
    history = _history.all(connection, person_id=person.id, since=on - REMEMBER)
    wanted = access.own_wanted(desk.vault, person)
    never = _refused.scalars(connection, person_id=person.id)
    return choose(
        tuple(desk.library.gestures.values()),
        person_id=person.id,
        couple_id=person.couple_id,
        partner_id=people.partner_id(connection, person),
        on=on,
        focus=None if focus == "none" else focus,
        history=[Shown(gesture, day) for gesture, day in history],
        not_for_us=frozenset(never),
        categories_off=wanted.kinds_off,
        effort_max=person.effort_max,
        homes=wanted.homes,
        part=part_of_day(person.nudge_minute),
        attempt=attempt,
    )


# -- quiet and back


def pause(turn: Turn, *, days: int) -> None:
    """No nudges for so many days; 0 is without end. Letters still arrive."""
    until = turn.now + (timedelta(days=days) if days else WITHOUT_END)
    people.change(turn.connection, turn.person.id, paused_until=until)
    outbox.drop_nudges(turn.connection, turn.person.id, now=turn.now)


def paused_for_good(person: PersonRow, now: datetime) -> bool:
    """Whether the pause that this person is in has no end."""
    return person.paused_until is not None and person.paused_until - now > WITHOUT_END / 2


def resume(turn: Turn) -> None:
    """Nudges come again from the next time on."""
    again = {"paused_until": None, "resting_until": None, "nudges_off": False, "nudges_ignored": 0}
    people.change(turn.connection, turn.person.id, **again)
    replan(turn)


def hold(turn: Turn) -> None:
    """A hard moment is being talked about: no nudge within the next day, nor one that was put off."""
    person = people.by_id(turn.connection, turn.person.id)
    put_off = (_nudges.c.person_id == turn.person.id) & (_nudges.c.state == "snoozed")
    turn.connection.execute(update(_nudges).where(put_off).values(state="not_now"))
    outbox.drop_nudges(turn.connection, turn.person.id, now=turn.now)
    if person is not None and person.next_nudge_at is not None:
        schedule(turn.connection, person, now=turn.now + timedelta(days=1))


def rest(turn: Turn, *, days: int) -> None:
    """After a hard moment: nothing is sent or offered for so many days."""
    people.change(turn.connection, turn.person.id, resting_until=turn.now + timedelta(days=days))


def expire_old(connection: Connection, *, before: date) -> None:
    """Forgets what was shown so long ago that no rule looks at it.

    The newest of each person stay: after an hour with a clock that was years ahead they are today's.
    """
    for rows, kept in ((_nudges, KEEP_NUDGES), (_shown, KEEP_SHOWN)):
        later = rows.alias()
        newer = select(func.count()).where(later.c.person_id == rows.c.person_id, later.c.on > rows.c.on)
        connection.execute(rows.delete().where(rows.c.on < before, newer.scalar_subquery() >= kept))


def welcome_back(turn: Turn) -> None:
    """Somebody acts for whom nothing was planned any more: the daily rhythm begins anew, without a word about it."""
    person = turn.person
    if person.next_nudge_at is None and person.known_at is not None and not person.nudges_off:
        people.change(turn.connection, person.id, nudges_ignored=0)
        replan(turn)


def nudges_on(person: PersonRow, now: datetime) -> bool:
    """Whether nudges come to this person at present."""
    return not person.nudges_off and (person.paused_until is None or person.paused_until <= now)


def wall_time(person: PersonRow, now: datetime) -> int:
    """The hour on this person's wall, 0 to 23."""
    return local_time(now, zone_of(person.zone)).hour


def replan(turn: Turn) -> None:
    """The next time, worked out anew after a setting has changed; never a second nudge for one day."""
    person = people.by_id(turn.connection, turn.person.id)
    assert person is not None  # noqa: S101 - it is the one who taps
    schedule(turn.connection, person, now=turn.now)
