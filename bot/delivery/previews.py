"""Looks at a letter before it is given, in their writer's chat: where each stands, and which ones were hidden since."""

from __future__ import annotations

from sqlalchemy import Connection, func, update

from bot.db.models import ChatMessage
from bot.delivery import outbox

_messages = ChatMessage
_SHOWN, _HIDDEN = "preview:", "hidden:"


def slot(letter_id: int) -> str:
    """The place of the last look at a letter in its writer's chat."""
    return f"{_SHOWN}{letter_id}"


def hide(connection: Connection, person_id: int) -> None:
    """The looks of this person go from the chat; which they were stays known."""
    theirs = (_messages.c.person_id == person_id) & _messages.c.slot.startswith(_SHOWN)
    renamed = func.replace(_messages.c.slot, _SHOWN, _HIDDEN)
    connection.execute(update(_messages).where(theirs).values(slot=renamed))


def is_hidden(connection: Connection, person_id: int, letter_id: int) -> bool:
    """Whether the last look at this letter was hidden; one that is still on its way is not."""
    return outbox.in_slot(connection, person_id, f"{_HIDDEN}{letter_id}") is not None


def begin(connection: Connection, person_id: int, letter_id: int) -> None:
    """A new look at this letter follows."""
    outbox.vacate(connection, person_id, f"{_HIDDEN}{letter_id}")
