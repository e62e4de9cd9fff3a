"""Named reads of letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, or_, select

from bot.access import LetterRow, letter_row
from bot.db.models import Letter, LetterPart, table

_letters = table(Letter)
_parts = table(LetterPart)
SENT = ("sealed", "waiting", "opened", "stopped")  # as its writer sees it: given away
_COLUMNS = [_letters.c[name] for name in LetterRow.__dataclass_fields__]


def due_letters(connection: Connection, *, now: datetime, limit: int) -> list[LetterRow]:
    """Sealed letters whose time has come, claimed for this unit."""
    query = (
        select(*_COLUMNS)
        .where(_letters.c.state == "sealed", _letters.c.deliver_at <= now)
        .order_by(_letters.c.deliver_at)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    rows = connection.execute(query).mappings().all()
    return [found for row in rows if (found := letter_row(row)) is not None]


def sealed_on(connection: Connection, writer_id: int, day: date) -> int:
    """How many letters a person sealed on a local day, taken back ones included."""
    query = select(func.count()).where(_letters.c.writer_id == writer_id, _letters.c.sealed_on == day)
    return connection.execute(query).scalar_one()


def waiting_for(connection: Connection, reader_id: int) -> int:
    """Letters that lie unopened with this reader."""
    query = select(func.count()).where(_letters.c.reader_id == reader_id, _letters.c.state == "waiting")
    return connection.execute(query).scalar_one()


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of letters. `resting`: its writer's own time for it has not come yet."""

    letter: LetterRow
    mine: bool
    at: datetime
    resting: bool


def listed(
    connection: Connection, person_id: int, *, now: datetime, unopened: bool = True, limit: int = 8
) -> list[Listed]:
    """A person's letters, newest first: drafts with words, sent, and received ones.

    Without `unopened` those that still lie closed with this person are left out: nobody is there to have sent them.
    """
    filled = select(_parts.c.id).where(_parts.c.letter_id == _letters.c.id).exists()
    mine = (_letters.c.writer_id == person_id) & _letters.c.state.in_(("draft", "kept", *SENT))
    states = ("waiting", "opened") if unopened else ("opened",)
    received = (_letters.c.reader_id == person_id) & _letters.c.state.in_(states)
    query = (
        select(*_COLUMNS, _letters.c.waiting_at)
        .where(or_(mine, received), filled)
        .order_by(_letters.c.created_at.desc())
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).mappings():
        letter = letter_row(row)
        if letter is not None:
            own = letter.writer_id == person_id
            resting = row["waiting_at"] is None and letter.deliver_at is not None and letter.deliver_at > now
            found.append(Listed(letter, own, letter.sealed_at or letter.created_at, resting))
    return found


def parts_of(connection: Connection, letter_id: int) -> dict[str, int]:
    """How many parts of each kind a letter has."""
    count = func.count().label("parts")
    query = select(_parts.c.kind, count).where(_parts.c.letter_id == letter_id).group_by(_parts.c.kind)
    return {row.kind: row.parts for row in connection.execute(query)}
