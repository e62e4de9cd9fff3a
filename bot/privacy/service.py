"""What a person can do with their own traces in the chat. Never touches another person's words."""

from __future__ import annotations

from bot.delivery import outbox, previews
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Turn

BATCH = 100


def delete_recent(turn: Turn) -> None:
    """Both sides' messages of the last two days are deleted."""
    ids = [
        message_id
        for message_id, _ in outbox.recent(turn.connection, turn.person.id, since=turn.now - outbox.DELETABLE)
    ]
    for start in range(0, len(ids), BATCH):
        turn.send("delete", {"message_ids": ids[start : start + BATCH]}, urgency=Urgency.SAFETY)


def older(turn: Turn, *, limit: int) -> list[int]:
    """Our own messages that are too old to be deleted, newest first."""
    since = turn.now - outbox.DELETABLE
    return outbox.older_ours(turn.connection, turn.person.id, before=since, limit=limit)


def cover(turn: Turn, messages: list[int]) -> None:
    """What Telegram does not let us delete any more says nothing instead."""
    for message_id in messages:
        turn.send("cover", {"message_id": message_id}, urgency=Urgency.SAFETY)


def hide(turn: Turn) -> None:
    """The recent conversation is deleted; what is older and ours is overwritten; exercises and letters stay."""
    delete_recent(turn)
    cover(turn, older(turn, limit=30))
    previews.hide(turn.connection, turn.person.id)
    turn.tell("hidden_said")
