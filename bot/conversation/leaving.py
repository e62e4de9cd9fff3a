"""Acts that cross subjects: leaving the partner, deleting everything, the quiet goodbye."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from bot.conversation import sessions
from bot.db import people
from bot.db.models import (
    ChatMessage,
    Checkup,
    GestureShown,
    Inbox,
    KeepsakeChoice,
    KeyErasure,
    Letter,
    LetterPart,
    NotForUs,
    Nudge,
)
from bot.delivery import outbox
from bot.delivery.turn import Turn
from bot.letters import service as letters
from bot.pairing import service as pairing
from bot.privacy import service as privacy

_letters = Letter
COVERED = 100  # of the newest; one a second, so that the limits are kept
_parts = LetterPart


def leave_partner(turn: Turn) -> None:
    """At once and without a reason; nobody is told."""
    end_couple(turn)
    people.change(turn.connection, turn.person.id, path="solo")


def end_couple(turn: Turn) -> None:
    """This person is alone again: what is sealed and unopened never arrives."""
    letters.stop_all(turn.connection, turn.person.id, now=turn.now)
    pairing.part(turn)


def delete_me(turn: Turn) -> None:
    """Everything of this person goes; what the partner has opened stays with the partner."""
    erase(turn)
    turn.tell("deleted_said", key=f"deleted:{turn.person.id}")


def bye(turn: Turn) -> None:
    """The quiet goodbye: as delete, and the last 48 hours of the chat go too. Reads like an ordinary end.

    Older messages of ours are covered after the last word, one by one, since nobody should wait for them.
    """
    old = privacy.older(turn, limit=COVERED)
    privacy.delete_recent(turn)
    erase(turn)
    turn.tell("bye_said", key=f"bye:{turn.person.id}")
    privacy.cover(turn, old)


def erase(turn: Turn) -> None:
    """Rows go, the person's key is marked for destruction, the couple ends."""
    connection, person_id = turn.connection, turn.person.id
    leave_partner(turn)
    _erase_letters(turn)
    for rows in (Nudge, GestureShown, NotForUs, Checkup, KeepsakeChoice, ChatMessage):
        connection.execute(delete(rows).where(rows.c.person_id == person_id))
    sessions.forget_all(turn)
    outbox.drop_for(connection, person_id, now=turn.now, keep=turn.key)
    inbox = Inbox
    # What came meanwhile and waits is not part of what goes: it is answered as a newcomer's.
    handled = (inbox.c.sender_id == turn.person.telegram_id) & (inbox.c.state != "open")
    connection.execute(update(inbox).where(handled).values(payload=None))
    connection.execute(KeyErasure.insert().values(person_id=person_id, asked_at=turn.now))
    people.change(
        connection,
        person_id,
        telegram_id=None,
        name=None,
        focus=None,
        gestures_off=None,
        steps_done=None,
        recheck_on=None,
        letters_told_at=None,
        gone_at=turn.now,
        next_nudge_at=None,
        country=None,
    )


def _erase_letters(turn: Turn) -> None:
    """Own letters lose this person's key; unopened ones lose their words. Received ones lose the reader's key."""
    connection, person_id = turn.connection, turn.person.id
    mine = _letters.c.writer_id == person_id
    query = select(_letters.c.id).where(mine, _letters.c.opened_at.is_(None))
    unread = list(connection.execute(query).scalars())
    connection.execute(delete(_parts).where(_parts.c.letter_id.in_(unread)))
    connection.execute(update(_letters).where(mine).values(writer_key=None))
    connection.execute(update(_letters).where(_letters.c.reader_id == person_id).values(reader_key=None, page=0))
