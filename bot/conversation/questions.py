"""Where the last question of a dialog stands in the chat. Its buttons go once, after the answer.

A question whose buttons were sent away stays known under another slot. One that another question has pushed from its
slot while it was still on its way, by somebody who writes several lines at once, is found in `outbox.left_by`.
"""

from __future__ import annotations

from bot.delivery import outbox
from bot.delivery.outbox import QUESTION
from bot.delivery.turn import Turn


def slot(session_id: int) -> str:
    """The place of a dialog's last question in the chat."""
    return f"{QUESTION}{session_id}"


def _answered(session_id: int) -> str:
    return f"answered:{session_id}"


def last(turn: Turn, session_id: int) -> int | None:
    """The message that asked last, with its buttons or without."""
    asked = outbox.in_slot(turn.connection, turn.person.id, slot(session_id))
    return asked if asked is not None else outbox.in_slot(turn.connection, turn.person.id, _answered(session_id))


def retire(turn: Turn, session_id: int) -> int | None:
    """The buttons of the last question go. Returns its message, if it is known."""
    place, answered = slot(session_id), _answered(session_id)
    asked = outbox.in_slot(turn.connection, turn.person.id, place)
    if asked is not None:
        outbox.vacate(turn.connection, turn.person.id, answered)
        outbox.move(turn.connection, turn.person.id, asked, answered)
        turn.send("unbutton", {"message_id": asked})
        return asked
    known = outbox.in_slot(turn.connection, turn.person.id, answered)
    if known is not None:  # this one was answered before: the one meant is still on its way
        turn.send("unbutton", {"left": place})
    return known
