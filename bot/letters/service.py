"""A letter on its way: sealed, given to its reader, taken back. What its reader does with it stands in `reading`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_

from bot import access
from bot.access import LetterRow
from bot.clock import end_of_quiet, local_day, zone_of
from bot.db import locks, people
from bot.db.each import each
from bot.db.models import Letter
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.letter_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.letter_life import states_with
from bot.letters import drafts, exchange
from bot.letters.queries import due_letters, hold_all, sealed_on
from bot.letters.rules import A_DAY, KEEP_OWN, KEEP_SHARED, KEEP_STOPPED, LOOK_AGAIN, Rest, deliver_at, planned_at
from bot.phrasing import Mark, marks

_letters = Letter


def plan(turn: Turn, *, letter: str, hour: str, day: str = "", date: str = "") -> None:
    """Notes when the writer wants a letter to leave, and says the moment as it was understood."""
    found = drafts.draft(turn, letter)
    if not access.can(turn.person.id, "prepare", found):
        return
    moment = planned_at(turn.now, zone_of(turn.person.zone), date or day, int(hour[1:3]) * 60)
    drafts.change(turn.connection, found.id, deliver_at=moment)
    library, person = turn.desk.library, turn.person
    when = {
        "date": library.long_day(moment, person.zone, person.lang),
        "time": library.time(moment, person.zone),
    }
    turn.tell("letter_planned", when)


def seal(turn: Turn, *, letter: str, rest: Rest = "none") -> None:
    """Seals a draft: from now on its words stand fast, and it leaves when its rest is over."""
    found = drafts.find(turn.connection, turn.person.id, letter)
    if found is None or not access.can(turn.person.id, "seal", found):
        return
    refusal = _refusal(turn, found)
    if refusal is not None:
        turn.tell(refusal)
        return
    _sign(turn, found)
    zone = zone_of(turn.person.zone)
    drafts.happen(
        turn.connection,
        found,
        "seal",
        couple_id=turn.person.couple_id,
        reader_id=people.partner_id(turn.connection, turn.person),
        sealed_at=turn.now,
        sealed_on=local_day(turn.now, zone),
        deliver_at=deliver_at(turn.now, zone, rest, found.deliver_at),
        guarded=turn.person.letters_guarded if found.guarded is None else found.guarded,
        expires_at=None,
        own_until=turn.now + KEEP_OWN,
    )
    exchange.meet(turn, found)
    turn.send("guard", {"letter": found.id})


def _refusal(turn: Turn, letter: LetterRow) -> str | None:
    """The message that says why this letter stays a draft."""
    words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=letter)
    if has_threat(turn.desk, words.text, marks(words.text, turn.desk.library.lexicon)):
        return "letter_not_sent_threat"
    if letters_left(turn) == 0:
        return "letter_limit"
    if letter.exchange_id is not None and not exchange.is_open(turn.connection, letter.exchange_id):
        drafts.change(turn.connection, letter.id, exchange_id=None)
        return "exchange_over"
    return None


def _sign(turn: Turn, letter: LetterRow) -> None:
    """Puts the writer's name into the letter, so that it stays readable when the writer has gone."""
    vault = turn.desk.vault
    key = access.letter_key(vault, turn.person.id, letter)
    name = access.own_name(vault, turn.person)
    sealed = vault.seal_with(key, name, table="letter", column="signature", row_id=letter.id)
    drafts.change(turn.connection, letter.id, signature=sealed)


def has_threat(desk: Desk, text: str, marked: Iterable[Mark]) -> bool:
    """Whether a sentence of this text threatens; such a letter stays with its writer until it is reworded."""
    danger = desk.library.book.danger(text)
    if danger is not None and danger.hard and danger.kind == "violence_towards_partner":
        return True
    return any("threat" in mark.flags and not mark.felt for mark in marked)


def letters_left(turn: Turn) -> int:
    """How many letters this person may still seal on their local day."""
    today = local_day(turn.now, zone_of(turn.person.zone))
    return max(0, A_DAY - sealed_on(turn.connection, turn.person.id, today))


# -- delivery


def release_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Gives sealed letters whose time has come to their readers. Returns the chats that got a notice."""
    due = due_letters(connection, now=now, limit=limit)
    return each(connection, due, lambda letter: _release(connection, desk, letter, now=now))


def _release(connection: Connection, desk: Desk, due: LetterRow, *, now: datetime) -> list[int]:
    writer = locks.free(connection, due.writer_id)
    letter = None if writer is None else access.letter(connection, due.id, lock=True)
    if letter is None or letter.state != "sealed":  # busy, or given with the other one of its exchange just now
        return []
    if letter.deliver_at is None or letter.deliver_at > now:
        return []
    reader = _reader(connection, letter)
    until = now + LOOK_AGAIN if reader is None else _awake_at(reader, now)
    if reader is None or until > now:
        _hold(connection, letter, until=until, now=now)
        return []
    if letter.exchange_id is None:
        return _give(connection, desk, letter, reader, now=now)
    return _release_exchanged(connection, desk, letter, reader, now=now)


def _reader(connection: Connection, letter: LetterRow) -> PersonRow | None:
    """Who may get this letter now; None while they cannot be reached or hold letters back."""
    writer = people.by_id(connection, letter.writer_id)
    reader = None if writer is None else people.reachable_partner(connection, writer)
    if writer is None or writer.couple_id != letter.couple_id or reader is None or reader.letters_muted:
        return None
    return reader


def _awake_at(reader: PersonRow, now: datetime) -> datetime:
    return end_of_quiet(now, zone_of(reader.zone), reader.quiet_from, reader.quiet_to)


def _release_exchanged(
    connection: Connection, desk: Desk, letter: LetterRow, reader: PersonRow, *, now: datetime
) -> list[int]:
    """The first letter of an exchange brings its question; once both are sealed, both are given together."""
    pair = exchange.pair_of(connection, letter)
    if pair is None:
        return exchange.offer(connection, desk, letter, reader, now=now)
    if pair.one_by_one(now):
        return _give(connection, desk, letter, reader, now=now)
    other, other_reader = pair.other, _reader(connection, pair.other)
    until = now + LOOK_AGAIN if other_reader is None else max(_awake_at(other_reader, now), other.deliver_at or now)
    if other_reader is None or until > now:
        _hold(connection, letter, until=until, now=now)
        return []
    given = _give(connection, desk, letter, reader, now=now)
    return given + _give(connection, desk, other, other_reader, now=now)


def _give(connection: Connection, desk: Desk, letter: LetterRow, reader: PersonRow, *, now: datetime) -> list[int]:
    drafts.happen(connection, letter, "deliver", reader_id=reader.id, waiting_at=now)
    if letter.answers_id is not None:
        drafts.change(connection, letter.answers_id, answered_at=now)
    outbox.put(
        connection,
        desk.vault,
        key=f"letter:{letter.id}:notice",
        person_id=reader.id,
        chat_id=reader.telegram_id,
        urgency=Urgency.LETTER,
        kind="notice",
        payload={"letter": letter.id},
        slot=slot(letter.id),
        now=now,
    )
    return [] if reader.telegram_id is None else [reader.telegram_id]


def _hold(connection: Connection, letter: LetterRow, *, until: datetime, now: datetime) -> None:
    """Keeps a letter that could go but for its reader. To its writer it counts as sent: why it stays is not theirs."""
    drafts.change(connection, letter.id, deliver_at=until, waiting_at=now)


# -- taking back


def withdraw(turn: Turn, letter: LetterRow) -> None:
    """Takes a letter back. If it was unopened it stays unread; to the writer it is gone in the same way if not."""
    if letter.state == "waiting" and letter.reader_id is not None:
        reader = people.by_id(turn.connection, letter.reader_id)
        if reader is not None:
            gone = turn.towards(reader, f"letter:{letter.id}:gone")
            gone.send("gone", {"letter": letter.id}, urgency=Urgency.LETTER)
    if letter.state == "sealed" and letter.exchange_id is not None:
        exchange.end(turn, letter.exchange_id)
    if letter.withdrawn_at is None:
        unread = {"expires_at": turn.now + KEEP_STOPPED, "remind_at": None} if letter.state != "opened" else {}
        own = {"withdrawn_at": turn.now, "own_until": turn.now + KEEP_STOPPED, "writer_lasting": None}
        drafts.happen(turn.connection, letter, "withdraw", **own, **unread)
    turn.tell("withdrawn")


def stop_all(connection: Connection, writer_id: int, *, now: datetime) -> None:
    """The couple has ended: what was sealed and is unopened never arrives, in either direction.

    To its writer it goes on looking sent, as it does when the reader has only blocked us.
    """
    ours = (_letters.c.writer_id == writer_id) | (_letters.c.reader_id == writer_id)
    hold_all(connection, writer_id)
    exchange.end_all(connection, writer_id)
    unopened = _letters.c.state.in_(states_with("part"))
    stopped = {"state": "stopped", "expires_at": now + KEEP_STOPPED, "remind_at": None}
    connection.execute(_letters.update().where(ours, unopened).values(stopped))
    nobodys = (_letters.c.state == "stopped") & _letters.c.dropped_at.is_not(None)
    connection.execute(_letters.update().where(ours, nobodys).values(expires_at=now))
    _end_copies(connection, ours, now + KEEP_SHARED)


def _end_copies(connection: Connection, ours: ColumnElement[bool], end: datetime) -> None:
    """What the two have shared stays for a month, also where it was to be kept for longer."""
    longer = or_(_letters.c.expires_at > end, _letters.c.reader_lasting.is_(True))
    received = (_letters.c.state == "opened") & _letters.c.reader_key.is_not(None) & longer
    connection.execute(_letters.update().where(ours, received).values(expires_at=end, reader_lasting=None))
    longer = or_(_letters.c.own_until > end, _letters.c.own_until.is_(None), _letters.c.writer_lasting.is_(True))
    own = _letters.c.state.in_(("opened", "stopped")) & _letters.c.dropped_at.is_(None) & longer
    connection.execute(_letters.update().where(ours, own).values(own_until=end, writer_lasting=None))
