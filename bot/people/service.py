"""What a person tells us about themselves: consent, name, zone, country, path; and who cannot be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.db import people
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.turn import Turn


def accept_terms(turn: Turn) -> None:
    """The notice was read and answered with yes, by an adult."""
    people.change(turn.connection, turn.person.id, known_at=turn.now)


def save_name(turn: Turn, *, name: str) -> None:
    """The name to be called by."""
    sealed = turn.desk.vault.seal(name, owner=turn.person.id, table="person", column="name", row_id=turn.person.id)
    people.change(turn.connection, turn.person.id, name=sealed)


def save_zone(turn: Turn, *, zone: str) -> None:
    """The zone, by its id in the lists; an unknown one changes nothing."""
    name = turn.desk.library.zones.get(zone)
    if name is not None:
        people.change(turn.connection, turn.person.id, zone=name)


def save_country(turn: Turn, *, country: str) -> None:
    """The country whose helplines are shown."""
    people.change(turn.connection, turn.person.id, country=country[:2].upper())


def choose_path(turn: Turn, *, path: str) -> None:
    """Alone or together. Everyone has a path; it says nothing about why."""
    people.change(turn.connection, turn.person.id, path=path)


def mute_letters(turn: Turn, *, on: bool) -> None:
    """Letters of the partner are held back, or come again. The partner notices nothing."""
    people.change(turn.connection, turn.person.id, letters_muted=on)


def guard_letters(turn: Turn, *, on: bool) -> None:
    """Whether Telegram keeps letters that this person seals from now on from being forwarded."""
    people.change(turn.connection, turn.person.id, letters_guarded=on)


def cannot_reach(connection: Connection, person: PersonRow, *, now: datetime) -> None:
    """The chat is closed to us: quiet until the person is back. The partner hears the one neutral sentence."""
    if person.unreachable_at is not None:
        return
    people.change(connection, person.id, unreachable_at=now)
    outbox.drop_for(connection, person.id, now=now)
    other = people.partner_id(connection, person)
    if other is not None:
        people.change(connection, other, parted=True)


def is_back(connection: Connection, person: PersonRow) -> None:
    """The person can be reached again; a partner who has not been told otherwise never hears of it."""
    if person.unreachable_at is None:
        return
    people.change(connection, person.id, unreachable_at=None)
    other = people.partner_id(connection, person)
    if other is not None:
        people.change(connection, other, parted=False)
