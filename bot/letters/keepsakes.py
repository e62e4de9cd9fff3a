"""Keepsakes: one letter, or all of its month, as a file to be printed. The row says which letters, never the words."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.access import LetterRow, letter_row
from bot.clock import local_month, zone_of
from bot.db.models import Letter
from bot.delivery.keepsake_pages import may_have
from bot.delivery.turn import Turn

MOST = 40  # letters in one file
_letters = Letter
_COLUMNS = [_letters.c[name] for name in LetterRow.__dataclass_fields__]
_ABOUT_A_MONTH = timedelta(days=33)


def ask(turn: Turn, letter: LetterRow, name: str) -> str:
    """Puts the file into the outbox, at most once a minute for the same letters. Returns the toast."""
    if not may_have(turn.person.id, letter):
        return "moved_on"
    month = of_its_month(turn, letter)
    whole = name.startswith("month")
    wanted = month if whole else [letter.id]
    key = f"keepsake:{turn.person.id}:{letter.id}:{whole:d}:{turn.now:%Y%m%d%H%M}"
    turn.send("keepsake", {"letters": wanted, "more": not whole and len(month) > 1}, key=key)
    return "interface.keepsake_coming"


def of_its_month(turn: Turn, letter: LetterRow) -> list[int]:
    """The letters between the same two in the same month of this person's calendar, the oldest first."""
    me, zone = turn.person.id, zone_of(turn.person.zone)
    month = local_month(letter.dated, zone)
    near = _letters.c.sealed_at.between(letter.dated - _ABOUT_A_MONTH, letter.dated + _ABOUT_A_MONTH)
    mine = (_letters.c.writer_id == me) | (_letters.c.reader_id == me)
    together = _letters.c.couple_id == letter.couple_id
    query = select(*_COLUMNS).where(mine, near, together).order_by(_letters.c.sealed_at, _letters.c.id)
    found = []
    for row in turn.connection.execute(query).mappings():
        other = letter_row(row)
        if other is not None and may_have(me, other) and local_month(other.dated, zone) == month:
            found.append(other.id)
    return found[:MOST]
