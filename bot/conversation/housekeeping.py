"""What time does to dialogs, drafts and keys: waits end, drafts are forgotten, erased persons' keys are destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select, true, update

from bot import access, faultpoints
from bot.clock import in_quiet_hours, zone_of
from bot.conversation import dialogs, leaving, patience
from bot.db import locks, people, service_state
from bot.db.each import each
from bot.db.models import DialogSession, Inbox, KeyErasure, Letter, Person
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.engine.events import Timer
from bot.letter_life import states_with
from bot.letters import copies, drafts
from bot.nudges import service as nudges
from bot.vault import Vault

_sessions = DialogSession
_erasures = KeyErasure
_letters = Letter
_people = Person
_inbox = Inbox
WITHOUT_CONSENT = timedelta(hours=24)
KEEP_KEYS = timedelta(hours=48)  # as long as Telegram could repeat an update, and longer
KEEP_PARKED = timedelta(days=30)
FORGOTTEN = tuple(state for state in states_with("forget") if state != "opened")  # whole; of that each copy by itself
SILENCE = timedelta(days=365)
SILENCE_WARNED = timedelta(days=30)
PLACE = "silence"  # the last person whom the look for the silent has come to


def end_waits(connection: Connection, desk: Desk, *, now: datetime, limit: int = 100) -> list[int]:
    """Questions whose time is over: timeouts go on, expiries end without a word. Returns the chats."""
    over = or_(_sessions.c.timeout_at <= now, _sessions.c.expires_at <= now)

    def end(found: RowMapping) -> list[int]:
        person = locks.free(connection, found["person_id"])
        still = select(_sessions).where(_sessions.c.id == found["id"], over)
        row = None if person is None else connection.execute(still).mappings().first()
        if person is None or row is None:
            return []  # busy, or answered just now
        return _end_wait(connection, desk, person, row, now=now)

    return each(connection, connection.execute(select(_sessions).where(over).limit(limit)).mappings().all(), end)


def _end_wait(connection: Connection, desk: Desk, person: PersonRow, row: RowMapping, *, now: datetime) -> list[int]:
    if row["release"] > desk.library.book.release:
        return []  # workers of that release end it
    if row["status"] == "suspended" or person.telegram_id is None:
        connection.execute(_sessions.delete().where(_sessions.c.id == row["id"]))
        return []
    timed_out = row["timeout_at"] is not None and row["timeout_at"] <= now
    kept = {"timeout_at": None} if timed_out else {"expires_at": None}
    connection.execute(update(_sessions).where(_sessions.c.id == row["id"]).values(kept))
    key = f"wait:{row['id']}:{row['turn']}:{'timeout' if timed_out else 'expire'}"
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key=key)
    dialogs.expired(turn, row["id"], Timer(row["turn"], "timeout" if timed_out else "expire"))
    if person.unreachable_at is not None:  # nothing goes to a closed chat, not even the end of a keyboard
        outbox.drop_for(connection, person.id, now=now)
    return [person.telegram_id]


def wake_rested(connection: Connection, desk: Desk, *, now: datetime) -> list[int]:  # noqa: ARG001
    """Messages that an outage had held up into somebody's quiet hours, now that these are over."""
    return outbox.wake_rested(connection, now=now)


def erasable(connection: Connection, *, limit: int = 100) -> list[int]:
    """Persons who are gone and still have a key."""
    return list(connection.execute(select(_erasures.c.person_id).limit(limit)).scalars())


def erase_keys(connection: Connection, vault: Vault, persons: Sequence[int]) -> None:
    """Destroys the keys of persons who are gone, by another unit: their going must be committed before a key goes,
    and a unit of the same group is not yet. The key store goes first; doing it again does no harm.
    """
    query = select(_erasures.c.person_id).where(_erasures.c.person_id.in_(persons))
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    for person_id in connection.execute(query).scalars().all():
        vault.destroy_key(person_id)
        faultpoints.reach("erasing")
        connection.execute(_erasures.delete().where(_erasures.c.person_id == person_id))


def forget_old(connection: Connection, *, now: datetime) -> None:
    """Old drafts and letters lose their words; keys of done updates and sessions of strangers are forgotten."""
    old = select(_letters.c.id, _letters.c.writer_id).where(
        _letters.c.expires_at <= now, _letters.c.state.in_(FORGOTTEN)
    )
    for letter_id, writer_id in connection.execute(old).all():
        letter = access.letter(connection, letter_id, lock=True) if locks.free(connection, writer_id) else None
        if letter is not None and letter.state in FORGOTTEN:
            drafts.erase(connection, letter, "forget")
    copies.forget_due(connection, now=now)
    strangers = select(_people.c.id).where(
        _people.c.known_at.is_(None), _people.c.gone_at.is_(None), _people.c.seen_at < now - WITHOUT_CONSENT
    )
    connection.execute(_sessions.delete().where(_sessions.c.person_id.in_(strangers)))
    for states, kept in ((("done", "dropped"), KEEP_KEYS), (("parked", "hold"), KEEP_PARKED)):
        closed = _inbox.c.state.in_(states) & (_inbox.c.next_try_at < now - kept)
        connection.execute(_inbox.delete().where(closed))


def forget_silent(connection: Connection, desk: Desk, *, now: datetime, limit: int = 50) -> list[int]:
    """After a year without a sign a person is warned once, and a month later everything of theirs goes."""
    patient = patience.seen(connection, now=now)

    def forget(person_id: int) -> list[int]:
        person = locks.free(connection, person_id)
        if person is None or person.telegram_id is None or person.seen_at >= patient - SILENCE:
            return []
        turn = Turn(connection=connection, desk=desk, person=person, now=now, key=f"silence:{person.id}:{now:%Y%m%d}")
        if person.silent_until is None:
            return _warn(turn, until=patient + SILENCE_WARNED)
        if person.silent_until <= patient:
            leaving.erase(turn)
        return []

    return each(connection, _silent(connection, patient, limit=limit), forget)


def _silent(connection: Connection, patient: datetime, *, limit: int) -> list[int]:
    """Who comes next, the longest silent first. Each round goes on where the last one ended, and after the last
    person begins anew: who sleeps, is busy or cannot be dealt with at all stands in nobody's way.
    """
    quiet = _people.c.gone_at.is_(None) & _people.c.known_at.is_not(None) & (_people.c.seen_at < patient - SILENCE)
    quiet &= _people.c.silent_until.is_(None) | (_people.c.silent_until <= patient)
    order = (_people.c.seen_at, _people.c.id)
    query = select(*order).where(quiet).order_by(*order).limit(limit)
    found = connection.execute(query.where(_after(connection))).all() or connection.execute(query).all()
    if found:
        service_state.keep(connection, PLACE, f"{found[-1].seen_at.isoformat()} {found[-1].id}")
    return [row.id for row in found]


def _after(connection: Connection) -> ColumnElement[bool]:
    """Whoever comes after the place where the last round ended."""
    kept = service_state.read(connection, PLACE)
    if kept is None:
        return true()
    seen_at, person_id = datetime.fromisoformat(kept.split()[0]), int(kept.split()[1])
    later = (_people.c.seen_at == seen_at) & (_people.c.id > person_id)
    return (_people.c.seen_at >= seen_at) & ((_people.c.seen_at > seen_at) | later)


def _warn(turn: Turn, *, until: datetime) -> list[int]:
    """The one warning, unless these are quiet hours or this day has had its message; then another day has it."""
    person, now = turn.person, turn.now
    if person.telegram_id is None or in_quiet_hours(now, zone_of(person.zone), person.quiet_from, person.quiet_to):
        return []
    key = nudges.take_day(turn.connection, turn.desk, person, now=now)
    if key is None:
        return []
    people.change(turn.connection, person.id, silent_until=until, next_nudge_at=None)
    turn.tell("silence_warning", urgency=Urgency.NUDGE, key=key)
    return [person.telegram_id]
