"""What time does to dialogs, drafts and keys: waits end, drafts are forgotten, erased persons' keys are destroyed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from bot.clock import in_quiet_hours, zone_of
from bot.conversation import dialogs, leaving
from bot.db import people
from bot.db.models import DialogSession, Inbox, KeyErasure, Letter, Person, table
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.engine.events import Timer
from bot.letters import drafts

_sessions = table(DialogSession)
_erasures = table(KeyErasure)
_letters = table(Letter)
_people = table(Person)
_inbox = table(Inbox)
WITHOUT_CONSENT = timedelta(hours=24)
KEEP_KEYS = timedelta(hours=48)  # as long as Telegram could repeat an update, and longer
KEEP_PARKED = timedelta(days=30)
SILENCE = timedelta(days=365)
SILENCE_WARNED = timedelta(days=30)


def end_waits(connection: Connection, desk: Desk, *, now: datetime, limit: int = 100) -> list[int]:
    """Questions whose time is over: timeouts go on, expiries end without a word. Returns the chats."""
    over = or_(_sessions.c.timeout_at <= now, _sessions.c.expires_at <= now)
    query = select(_sessions).where(over).limit(limit)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    chats = []
    for row in connection.execute(query).mappings().all():
        person = people.by_id(connection, row["person_id"], lock=True)
        if person is None or row["status"] == "suspended" or person.telegram_id is None:
            connection.execute(_sessions.delete().where(_sessions.c.id == row["id"]))
            continue
        timed_out = row["timeout_at"] is not None and row["timeout_at"] <= now
        kept = {"timeout_at": None} if timed_out else {"expires_at": None}
        connection.execute(update(_sessions).where(_sessions.c.id == row["id"]).values(kept))
        key = f"wait:{row['id']}:{row['turn']}:{'timeout' if timed_out else 'expire'}"
        turn = Turn(connection=connection, desk=desk, person=person, now=now, key=key)
        dialogs.expired(turn, row["id"], Timer(row["turn"], "timeout" if timed_out else "expire"))
        if person.unreachable_at is not None:  # nothing goes to a closed chat, not even the end of a keyboard
            outbox.drop_for(connection, person.id, now=now)
        chats.append(person.telegram_id)
    return chats


def erase_keys(connection: Connection, desk: Desk, *, now: datetime, limit: int = 100) -> list[int]:  # noqa: ARG001
    """Destroys the keys of persons who are gone. The key store goes first; doing it again does no harm."""
    for person_id in connection.execute(select(_erasures.c.person_id).limit(limit)).scalars().all():
        desk.vault.destroy_key(person_id)
        connection.execute(_erasures.delete().where(_erasures.c.person_id == person_id))
    return []


def forget_old(connection: Connection, *, now: datetime) -> None:
    """Old drafts and letters lose their words; keys of done updates and sessions of strangers are forgotten."""
    for letter_id in connection.execute(select(_letters.c.id).where(_letters.c.expires_at <= now)).scalars().all():
        drafts.erase(connection, letter_id)
    strangers = select(_people.c.id).where(
        _people.c.known_at.is_(None), _people.c.gone_at.is_(None), _people.c.seen_at < now - WITHOUT_CONSENT
    )
    connection.execute(_sessions.delete().where(_sessions.c.person_id.in_(strangers)))
    done = _inbox.c.state.in_(("done", "dropped")) & (_inbox.c.received_at < now - KEEP_KEYS)
    parked = (_inbox.c.state == "parked") & (_inbox.c.received_at < now - KEEP_PARKED)
    connection.execute(_inbox.delete().where(or_(done, parked)))


def forget_silent(connection: Connection, desk: Desk, *, now: datetime, limit: int = 50) -> list[int]:
    """After a year without a sign a person is warned once, and a month later everything of theirs goes."""
    quiet = _people.c.gone_at.is_(None) & _people.c.known_at.is_not(None) & (_people.c.seen_at < now - SILENCE)
    chats = []
    for person_id in connection.execute(select(_people.c.id).where(quiet).limit(limit)).scalars().all():
        person = people.by_id(connection, person_id, lock=True)
        if person is None or person.telegram_id is None:
            continue
        turn = Turn(connection=connection, desk=desk, person=person, now=now, key=f"silence:{person.id}:{now:%Y%m%d}")
        if person.silent_until is None and not in_quiet_hours(
            now, zone_of(person.zone), person.quiet_from, person.quiet_to
        ):
            people.change(connection, person.id, silent_until=now + SILENCE_WARNED, next_nudge_at=None)
            turn.tell("silence_warning", urgency=Urgency.NUDGE)
            chats.append(person.telegram_id)
        elif person.silent_until is not None and person.silent_until <= now:
            leaving.erase(turn)
    return chats
