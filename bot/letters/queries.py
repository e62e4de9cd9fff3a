"""Named reads of letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, or_, select

from bot.access import OPEN_WHEN, LetterRow, letter_row
from bot.db.models import Exchange, Letter, LetterPart

_letters = Letter
_parts = LetterPart
_exchanges = Exchange
SENT = ("sealed", "waiting", "opened", "stopped")  # as its writer sees it: given away
_COLUMNS = [_letters.c[name] for name in LetterRow.__dataclass_fields__]


def due_letters(connection: Connection, *, now: datetime, limit: int) -> list[LetterRow]:
    """Sealed letters whose time has come, not locked.

    The first of an exchange has no moment between its question, which goes ahead, and the sealing of the second.
    """
    query = (
        select(*_COLUMNS)
        .where(_letters.c.state == "sealed", _letters.c.deliver_at <= now)
        .order_by(_letters.c.deliver_at)
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    return [found for row in rows if (found := letter_row(row)) is not None]


def hold_all(connection: Connection, person_id: int) -> None:
    """Locks every letter from or to this person in the order of ids: former partners, who no longer share a couple,
    would otherwise each hold what the other one waits for.
    """
    if connection.dialect.name == "postgresql":
        theirs = (_letters.c.writer_id == person_id) | (_letters.c.reader_id == person_id)
        connection.execute(select(_letters.c.id).where(theirs).order_by(_letters.c.id).with_for_update())


def sealed_on(connection: Connection, writer_id: int, day: date) -> int:
    """How many letters a person sealed on a local day, taken back ones included."""
    query = select(func.count()).where(_letters.c.writer_id == writer_id, _letters.c.sealed_on == day)
    return connection.execute(query).scalar_one()


def exchange_of(connection: Connection, letter: LetterRow) -> RowMapping | None:
    """The exchange that a letter belongs to."""
    if letter.exchange_id is None:
        return None
    return connection.execute(select(_exchanges).where(_exchanges.c.id == letter.exchange_id)).mappings().first()


def waiting_for(connection: Connection, reader_id: int) -> int:
    """Letters that lie unopened with this reader."""
    query = select(func.count()).where(_letters.c.reader_id == reader_id, _letters.c.state == "waiting")
    return connection.execute(query).scalar_one()


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of letters. `resting`: its writer's own time for it has not come yet.

    `hour` tells letters of one day apart: of one's own when it was written, of another's when it came. When that was
    sealed, perhaps at night, its reader does not learn.
    """

    letter: LetterRow
    mine: bool
    at: datetime
    resting: bool
    hour: datetime


def going_received(by: datetime) -> ColumnElement[bool]:
    """Copies of readers that go by then."""
    held = (_letters.c.state == "opened") & _letters.c.reader_key.is_not(None)
    return held & (_letters.c.expires_at <= by) & _letters.c.reader_lasting.is_not(True)


def going_own(by: datetime) -> ColumnElement[bool]:
    """Copies of writers that go by then; one that was taken back goes unsaid."""
    held = _letters.c.state.in_(SENT) & _letters.c.writer_key.is_not(None) & _letters.c.dropped_at.is_(None)
    held &= _letters.c.withdrawn_at.is_(None)
    return held & (_letters.c.own_until <= by) & _letters.c.writer_lasting.is_not(True)


def listed(
    connection: Connection,
    person_id: int,
    *,
    now: datetime,
    unopened: bool = True,
    limit: int | None = None,
    going_by: datetime | None = None,
) -> list[Listed]:
    """A person's letters, newest first: in the making, sent, received; kept sentences have a list of their own.

    First come those that this person keeps closed for another day, however old. Without `unopened` all that lie closed
    with this person are left out: nobody is there to have sent them. With `going_by` it holds those that go by then.
    """
    filled = select(_parts.c.id).where(_parts.c.letter_id == _letters.c.id).exists()
    letters = or_(_letters.c.kind == "letter", _letters.c.exchange_id.is_not(None))
    held = _letters.c.writer_key.is_not(None) & _letters.c.dropped_at.is_(None)
    given = _letters.c.state.in_((*SENT, "withdrawn")) & held
    begun = _letters.c.state.in_(("draft", "unsent")) & letters
    mine = (_letters.c.writer_id == person_id) & or_(given, begun)
    opened = (_letters.c.state == "opened") & _letters.c.reader_key.is_not(None)
    here = or_(opened, _letters.c.state == "waiting") if unopened else opened
    received = (_letters.c.reader_id == person_id) & here
    if going_by is not None:
        mine, received = mine & going_own(going_by), received & going_received(going_by)
    query = (
        select(*_COLUMNS, _letters.c.waiting_at)
        .where(or_(mine, received), filled)
        .order_by(_kept_closed(person_id), _letters.c.created_at.desc())
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).mappings():
        letter = letter_row(row)
        if letter is not None:
            own = letter.writer_id == person_id
            resting = row["waiting_at"] is None and letter.deliver_at is not None and letter.deliver_at > now
            hour = letter.dated if own else row["waiting_at"] or letter.dated
            found.append(Listed(letter, own, letter.dated, resting, hour))
    return found


def _kept_closed(reader_id: int) -> ColumnElement[int]:
    kept = (_letters.c.guide == OPEN_WHEN) & (_letters.c.state == "waiting") & (_letters.c.reader_id == reader_id)
    return case((kept, 0), else_=1)


def parts_of(connection: Connection, letter_id: int) -> dict[str, int]:
    """How many parts of each kind a letter has."""
    count = func.count().label("parts")
    query = select(_parts.c.kind, count).where(_parts.c.letter_id == letter_id).group_by(_parts.c.kind)
    return {row.kind: row.parts for row in connection.execute(query)}
