"""The life of a sealed letter: sealed, waiting, opened, folded, answered, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from bot import access
from bot.access import LetterRow
from bot.clock import end_of_quiet, local_day, zone_of
from bot.db import people
from bot.db.models import Letter, table
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.letter_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.letters import drafts
from bot.letters.queries import due_letters, sealed_on
from bot.letters.rules import A_DAY, FOLD_AFTER, KEEP_OPENED, KEEP_SHARED, KEEP_STOPPED, LOOK_AGAIN, deliver_at
from bot.phrasing import Mark, marks

_letters = table(Letter)


def seal(turn: Turn, *, letter: str, rest: str = "none") -> None:
    """Seals a draft: from now on its words stand fast, and it leaves when its rest is over."""
    found = drafts.find(turn.connection, turn.person.id, letter)
    if found is None or not access.can(turn.person.id, "change", found):
        return
    words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=found)
    if has_threat(turn.desk, words.text, marks(words.text, turn.desk.library.lexicon)):
        turn.tell("letter_not_sent_threat")
        return
    zone = zone_of(turn.person.zone)
    today = local_day(turn.now, zone)
    if sealed_on(turn.connection, turn.person.id, today) >= A_DAY:
        turn.tell("letter_limit")
        return
    _sign(turn, found)
    drafts.change(
        turn.connection,
        found.id,
        state="sealed",
        couple_id=turn.person.couple_id,
        reader_id=people.partner_id(turn.connection, turn.person),
        sealed_at=turn.now,
        sealed_on=today,
        deliver_at=deliver_at(turn.now, zone, rest),
        expires_at=None,
    )


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
    return any("threat" in mark.flags for mark in marked)


# -- delivery


def release_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Gives sealed letters whose time has come to their readers. Returns the chats that got a notice."""
    chats = []
    for letter in due_letters(connection, now=now, limit=limit):
        chat = _release(connection, desk, letter, now=now)
        if chat is not None:
            chats.append(chat)
    return chats


def _release(connection: Connection, desk: Desk, letter: LetterRow, *, now: datetime) -> int | None:
    writer = people.by_id(connection, letter.writer_id)
    reader = None if writer is None else people.reachable_partner(connection, writer)
    if writer is None or writer.couple_id != letter.couple_id or reader is None or reader.letters_muted:
        _hold(connection, letter, until=now + LOOK_AGAIN, now=now)
        return None
    quiet_ends = end_of_quiet(now, zone_of(reader.zone), reader.quiet_from, reader.quiet_to)
    if quiet_ends > now:
        _hold(connection, letter, until=quiet_ends, now=now)
        return None
    drafts.change(connection, letter.id, state="waiting", reader_id=reader.id, waiting_at=now)
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
    return reader.telegram_id


def _hold(connection: Connection, letter: LetterRow, *, until: datetime, now: datetime) -> None:
    """Keeps a letter that could go but for its reader. To its writer it counts as sent: why it stays is not theirs."""
    drafts.change(connection, letter.id, deliver_at=until, waiting_at=now)


# -- reading


def open_letter(turn: Turn, letter: LetterRow, *, page: int = 1, fresh: bool = False) -> None:
    """Shows a page of the letter in its bubble; the first time, the reader gets a key of their own.

    With `fresh` the bubble is sent anew at the end of the chat (from the list), and the old one is folded.
    """
    if letter.opened_at is None:
        _hand_over(turn, letter)
    if fresh:
        _fold_bubble(turn, letter)
    drafts.change(turn.connection, letter.id, page=page, fold_at=turn.now + FOLD_AFTER)
    payload = {"letter": letter.id, "page": page, "fresh": fresh}
    turn.send("page", payload, urgency=Urgency.ANSWER, slot=slot(letter.id))


def _hand_over(turn: Turn, letter: LetterRow) -> None:
    vault = turn.desk.vault
    assert letter.writer_key is not None  # noqa: S101 - a letter that can be opened has its key
    key = vault.unwrap(letter.writer_key, owner=letter.writer_id, letter_id=letter.id)
    drafts.change(
        turn.connection,
        letter.id,
        state="opened",
        opened_at=turn.now,
        reader_key=vault.wrap_for(key, owner=turn.person.id, letter_id=letter.id),
        expires_at=turn.now + KEEP_OPENED,
    )


def enclose(turn: Turn, letter: LetterRow, *, place: int) -> None:
    """Sends a photo or voice note; one that stands there from an earlier tap goes, so that folding leaves none."""
    payload = {"letter": letter.id, "place": place}
    turn.send("unenclose", payload)
    turn.send("enclosure", payload, slot=f"enclosure:{letter.id}:{place}")


def fold(turn: Turn, letter: LetterRow) -> None:
    """Closes the bubble: nothing of the letter stays visible."""
    drafts.change(turn.connection, letter.id, page=0, fold_at=None)
    _fold_bubble(turn, letter)


def _fold_bubble(turn: Turn, letter: LetterRow) -> None:
    turn.send("fold", {"letter": letter.id}, urgency=Urgency.ANSWER)
    turn.send("unenclose", {"letter": letter.id}, urgency=Urgency.ANSWER)


def fold_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Folds letters that have lain open for a day. Returns the chats."""
    query = select(_letters.c.id).where(_letters.c.fold_at <= now).order_by(_letters.c.fold_at).limit(limit)
    chats = []
    for letter_id in connection.execute(query).scalars().all():
        letter = access.letter(connection, letter_id, lock=True)
        reader = None if letter is None or letter.reader_id is None else people.by_id(connection, letter.reader_id)
        drafts.change(connection, letter_id, page=0, fold_at=None)
        if letter is not None and reader is not None and reader.telegram_id is not None:
            fold(_turn_of(connection, desk, reader, now, f"letter:{letter_id}:fold:{now:%Y%m%d%H%M}"), letter)
            chats.append(reader.telegram_id)
    return chats


def _turn_of(connection: Connection, desk: Desk, person: PersonRow, now: datetime, key: str) -> Turn:
    return Turn(connection=connection, desk=desk, person=person, now=now, key=key)


def withdraw(turn: Turn, letter: LetterRow) -> None:
    """Takes a letter back. If it was unopened it stays unread; the writer is not told which."""
    if letter.state == "waiting" and letter.reader_id is not None:
        reader = people.by_id(turn.connection, letter.reader_id)
        if reader is not None:
            gone = _turn_of(turn.connection, turn.desk, reader, turn.now, f"letter:{letter.id}:gone")
            gone.send("gone", {"letter": letter.id}, urgency=Urgency.LETTER)
    if letter.state in ("sealed", "waiting", "stopped"):
        drafts.change(
            turn.connection, letter.id, state="withdrawn", withdrawn_at=turn.now, expires_at=turn.now + KEEP_STOPPED
        )
    turn.tell("withdrawn")


def letters_left(turn: Turn) -> int:
    """How many letters this person may still seal on their local day."""
    today = local_day(turn.now, zone_of(turn.person.zone))
    return max(0, A_DAY - sealed_on(turn.connection, turn.person.id, today))


def stop_all(connection: Connection, writer_id: int, *, now: datetime) -> None:
    """The couple has ended: what was sealed and is unopened never arrives, in either direction.

    To its writer it goes on looking sent, as it does when the reader has only blocked us.
    """
    ours = (_letters.c.writer_id == writer_id) | (_letters.c.reader_id == writer_id)
    unopened = _letters.c.state.in_(("sealed", "waiting"))
    connection.execute(_letters.update().where(ours, unopened).values(state="stopped", expires_at=now + KEEP_STOPPED))
    shared = (_letters.c.state == "opened") & (_letters.c.expires_at > now + KEEP_SHARED)
    connection.execute(_letters.update().where(ours, shared).values(expires_at=now + KEEP_SHARED))
