"""A nudge put off to the evening: an appointment that the person made, once, on the same local day or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select, update

from bot import access
from bot.clock import in_quiet_hours, local_day, minute_of_day, moment_on, zone_of
from bot.db import locks
from bot.db.each import each
from bot.db.models import Nudge
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.nudge_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk
from bot.nudges import service

_nudges = Nudge

_AHEAD = timedelta(hours=1)
_EVENING = 17 * 60
_HOURS = (19 * 60, 20 * 60, 21 * 60, 18 * 60, 17 * 60)


def evening_of(now: datetime, zone: ZoneInfo, quiet_from: int, quiet_to: int) -> datetime | None:
    """When (UTC) a nudge put off to tonight comes: at least an hour ahead, this local day, outside quiet hours.

    None where the rest of the day has no such moment. Pure.
    """
    today = local_day(now, zone)
    soon = now + _AHEAD
    wished = [moment for minute in _HOURS if (moment := moment_on(today, zone, minute)) is not None and moment >= soon]
    for moment in (*wished, soon):
        in_evening = local_day(moment, zone) == today and minute_of_day(moment, zone) >= _EVENING
        if in_evening and not in_quiet_hours(moment, zone, quiet_from, quiet_to):
            return moment
    return None


def evening(person: PersonRow, nudge: RowMapping, now: datetime) -> datetime | None:
    """When this nudge may come again today; None when it was put off before, or is of another day."""
    zone = zone_of(person.zone)
    if nudge["snoozed_until"] is not None or nudge["on"] != local_day(now, zone):
        return None
    return evening_of(now, zone, person.quiet_from, person.quiet_to)


def return_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Brings again what was put off until now. Returns the chats."""
    due = (_nudges.c.snoozed_until <= now) & (_nudges.c.state == "snoozed")

    def bring(nudge: RowMapping) -> list[int]:
        person = locks.free(connection, nudge["person_id"])
        still = select(_nudges.c.id).where(_nudges.c.id == nudge["id"], due)
        if person is None or connection.execute(still).first() is None:
            return []
        comes = _is_wanted(desk, person, nudge, now)
        state = "planned" if comes else "not_now"
        connection.execute(update(_nudges).where(_nudges.c.id == nudge["id"]).values(state=state))
        if not comes or person.telegram_id is None:
            return []
        _say(connection, desk, person, nudge["id"], now)
        return [person.telegram_id]

    return each(connection, connection.execute(select(_nudges).where(due).limit(limit)).mappings().all(), bring)


def _is_wanted(desk: Desk, person: PersonRow, nudge: RowMapping, now: datetime) -> bool:
    """Not late, not on another day, not in quiet hours, and nothing has happened that asks for quiet."""
    if service.is_late(person, nudge["snoozed_until"], now) or service.is_silent(person, now):
        return False
    today = local_day(now, zone_of(person.zone))
    return nudge["on"] == today and access.own_focus(desk.vault, person) != "infidelity"


def _say(connection: Connection, desk: Desk, person: PersonRow, nudge_id: int, now: datetime) -> None:
    outbox.put(
        connection,
        desk.vault,
        key=f"snooze:{nudge_id}",
        person_id=person.id,
        chat_id=person.telegram_id,
        urgency=Urgency.NUDGE,
        kind="nudge",
        payload={"nudge": nudge_id, "fresh": True},
        slot=slot(nudge_id),
        now=now,
        drop_at=service.last_moment(person, now),
    )
