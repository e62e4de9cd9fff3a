"""What could not be sent, or opened, while a chat was closed: notices and questions that come with the return."""

from __future__ import annotations

from sqlalchemy import select

from bot.db import people
from bot.db.models import Letter
from bot.delivery import exchange_pages, letter_pages, outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Turn
from bot.letters import exchange

_letters = Letter


def bring(turn: Turn) -> None:
    """Those that do not stand in the chat already. Who holds letters back, or has nobody there, gets none."""
    if turn.person.letters_muted or people.reachable_partner(turn.connection, turn.person) is None:
        return
    waits = (_letters.c.reader_id == turn.person.id) & (_letters.c.state == "waiting")
    for letter_id in turn.connection.execute(select(_letters.c.id).where(waits).order_by(_letters.c.id)).scalars():
        _send(turn, "notice", {"letter": letter_id}, letter_pages.slot(letter_id))
    for row in exchange.offered_to(turn):
        if row["put_away_at"] is None:
            _send(turn, "exchange_offer", {"exchange": row["id"]}, exchange_pages.slot(row["id"]))


def bring_to_partner(turn: Turn) -> None:
    """Notices that the partner has tapped while nobody was there to have sent them have no buttons any more."""
    other = people.reachable_partner(turn.connection, turn.person)
    if other is not None:
        bring(turn.towards(other, f"{turn.key}:missed"))


def _send(turn: Turn, kind: str, payload: dict[str, int], slot: str) -> None:
    if outbox.in_slot(turn.connection, turn.person.id, slot) is None:
        turn.send(kind, payload, urgency=Urgency.LETTER, slot=slot)
