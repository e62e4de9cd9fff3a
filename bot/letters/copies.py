"""Each of the two has a copy of a letter: kept beyond its time, deleted alone, or gone when its time is over.

What one of them does with theirs changes nothing for the other, and tells them nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from bot import access
from bot.access import LetterRow
from bot.db import locks, people
from bot.db.models import Letter
from bot.delivery import outbox
from bot.delivery.buttons import act
from bot.delivery.letter_pages import own_slot, slot
from bot.delivery.turn import Button, Turn
from bot.letter_life import states_with
from bot.letters import drafts
from bot.letters.rules import GOES_SOON, KEEP_AT_LEAST, KEEP_OPENED, KEEP_OWN

_letters = Letter


def goes_soon(letter: LetterRow, person_id: int, now: datetime) -> bool:
    """Whether this person's copy goes within a month."""
    end = letter.ends_for(person_id)
    return end is not None and end <= now + GOES_SOON


# -- keeping


def preserve(turn: Turn, letter: LetterRow, *, on: bool) -> str:
    """A copy stays until it is deleted, or no longer does. Returns the toast."""
    if not may_be_kept(turn, letter):
        return "moved_on"
    mine = letter.writer_id == turn.person.id
    if on:
        keep(turn, letter)
    else:
        begun, usual = (letter.dated, KEEP_OWN) if mine else (letter.opened_at or turn.now, KEEP_OPENED)
        end = {"own_until" if mine else "expires_at": max(begun + usual, turn.now + KEEP_AT_LEAST)}
        drafts.change(turn.connection, letter.id, **{_lasting(turn, letter): None}, **end)
    _show_again(turn, letter, mine=mine, soon=not on)
    return "interface.letter_preserved" if on else "interface.letter_unpreserved"


def may_be_kept(turn: Turn, letter: LetterRow) -> bool:
    """Not by who has nobody there any more: one who has left must look like one who blocks."""
    return people.is_together(turn.connection, turn.person, letter.couple_id)


def keep(turn: Turn, letter: LetterRow) -> None:
    """This person's copy has no end."""
    drafts.change(turn.connection, letter.id, **{_lasting(turn, letter): True})


def _lasting(turn: Turn, letter: LetterRow) -> str:
    return "writer_lasting" if letter.writer_id == turn.person.id else "reader_lasting"


def _show_again(turn: Turn, letter: LetterRow, *, mine: bool, soon: bool) -> None:
    if mine:
        turn.send("own", {"letter": letter.id, "edit": True, "soon": soon}, slot=own_slot(letter.id, "last"))
    elif letter.page:
        turn.send("page", {"letter": letter.id, "page": letter.page, "soon": soon}, slot=slot(letter.id))


# -- deleting


def ask(turn: Turn, letter: LetterRow, event: str, *, question: str, also: str = "") -> None:
    """The plain question before: one more tap deletes, another leaves it as it is."""
    yes = "delete_yes" if question != "drop_own" else "drop_own_yes"
    buttons: list[Button] = [(yes, act("l", letter.id, f"{event}_yes"))]
    if also:
        buttons.append((also, act("l", letter.id, also)))
    buttons.append(("leave_it", act("l", letter.id, "close")))
    turn.tell(f"{question}_question", buttons=[[one] for one in buttons])


def drop(turn: Turn, letter: LetterRow) -> str:
    """This person's copy goes, and what the chat shows of it. Returns the toast."""
    if letter.writer_id == turn.person.id:
        take_away_own(turn, letter)
        _drop_own(turn.connection, letter, now=turn.now)
    else:
        bubble = outbox.in_slot(turn.connection, turn.person.id, slot(letter.id))
        if bubble is not None:
            turn.take_away(bubble)
        turn.send("unenclose", {"letter": letter.id})
        _drop_received(turn.connection, letter)
    return "interface.letter_dropped"


def take_away_own(turn: Turn, letter: LetterRow) -> None:
    """What the chat shows of one's own letter goes."""
    for message_id in outbox.in_slots(turn.connection, turn.person.id, under=own_slot(letter.id), exactly=False):
        turn.take_away(message_id)


def _drop_own(connection: Connection, letter: LetterRow, *, now: datetime) -> None:
    """The writer's copy: an unopened letter needs its key until it is opened, and its writer is shown it no more."""
    if letter.state in ("withdrawn", "stopped") or (letter.state == "opened" and letter.reader_key is None):
        drafts.erase(connection, letter, "drop_own" if letter.state != "opened" else "forget")
        return
    gone = {"writer_key": None} if letter.state == "opened" else {}
    drafts.happen(connection, letter, "drop_own", dropped_at=now, own_until=None, writer_lasting=None, **gone)


def _drop_received(connection: Connection, letter: LetterRow) -> None:
    if letter.opened_at is None:
        _drop_unread(connection, letter)
        return
    if letter.writer_key is None:
        drafts.erase(connection, letter, "forget")
        return
    gone = dict.fromkeys(("reader_key", "expires_at", "reader_lasting", "fold_at", "remind_at"))
    drafts.happen(connection, letter, "drop", page=0, **gone)


def _drop_unread(connection: Connection, letter: LetterRow) -> None:
    """It can never be opened. Its writer's copy stays as long as any, since its end would tell."""
    drafts.happen(connection, letter, "drop", remind_at=None)
    if letter.dropped_at is not None:
        drafts.erase(connection, replace(letter, state="stopped"), "forget")


# -- the end of their time


def forget_due(connection: Connection, *, now: datetime) -> None:
    """Copies whose time is over, unless they are kept."""
    received = (_letters.c.state == "opened") & _letters.c.reader_key.is_not(None) & (_letters.c.expires_at <= now)
    received &= _letters.c.reader_lasting.is_not(True)
    for letter in _due(connection, received, _letters.c.reader_id):
        _drop_received(connection, letter)
    over = or_(
        _letters.c.own_until <= now,
        _letters.c.own_until.is_(None) & (_letters.c.sealed_at <= now - KEEP_OWN),  # a worker of before sealed it
    )
    own = _letters.c.state.in_(states_with("drop_own")) & _letters.c.writer_key.is_not(None) & over
    own &= _letters.c.writer_lasting.is_not(True) & _letters.c.dropped_at.is_(None)
    for letter in _due(connection, own, _letters.c.writer_id):
        _drop_own(connection, letter, now=now)


def _due(connection: Connection, over: ColumnElement[bool], holder: ColumnElement[int]) -> list[LetterRow]:
    """Such letters, each held by this unit and with its holder free."""
    found = []
    for letter_id, person_id in connection.execute(select(_letters.c.id, holder).where(over)).all():
        letter = access.letter(connection, letter_id, lock=True) if locks.free(connection, person_id) else None
        still = connection.execute(select(_letters.c.id).where(_letters.c.id == letter_id, over)).first()
        if letter is not None and still is not None:
            found.append(letter)
    return found
