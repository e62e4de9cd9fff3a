"""People who are known and joined before anything is looked at: by the bot's own units, not by the chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.db import people
from bot.delivery.turn import Desk, Turn
from bot.nudges import service as nudges
from bot.people import service as people_service


def settles(connection: Connection, desk: Desk, user: int, *, name: str, zone: str, minute: int, now: datetime) -> None:
    """Somebody with a chat says yes to the terms, and says their name, zone and hour."""
    person = people.by_telegram(connection, user)
    assert person is not None
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key=f"settles:{person.id}")
    people_service.accept_terms(turn)
    people_service.save_name(turn, name=name)
    people.change(connection, person.id, zone=zone, nudge_minute=minute, path="together")
    nudges.replan(turn)


def joins(connection: Connection, desk: Desk, one: int, other: int, *, now: datetime) -> None:
    """Two of them are a couple from now on; the first one has invited."""
    pair = [people.by_telegram(connection, user) for user in (one, other)]
    first, second = (person.id for person in pair if person is not None)
    people.join(connection, couple_id=desk.chance.new_id(now), inviter_id=first, invitee_id=second, now=now)
