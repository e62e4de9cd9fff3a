"""Two letters to one question: neither reaches its reader before both are sealed. Only the question goes ahead.

Nobody learns whether the other has written, put the question away, or not looked at it: an exchange that is not
joined looks like one that is not joined yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, select, update

from bot import access
from bot.access import LetterRow
from bot.db import people
from bot.db.models import Exchange, Letter, LetterPart
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.exchange_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.engine.events import Start
from bot.errors import BrokenAssumption
from bot.letter_life import EXCHANGE, ExchangeEvent, exchange_after, states_with
from bot.letters import drafts
from bot.letters.rules import ONE_BY_ONE

_rows = Exchange
_letters = Letter
_parts = LetterPart
Kind = Literal["letter", "sentence"]
DIALOGS: dict[str, tuple[str, str]] = {"letter": ("write_letter", "draft"), "sentence": ("share_sentence", "note")}


@dataclass(frozen=True, slots=True)
class Pair:
    """Both letters are sealed: the other one of the two, and since when."""

    other: LetterRow
    met_at: datetime

    def one_by_one(self, now: datetime) -> bool:
        """Whether they wait for each other no longer: the other one is given already, or a day has gone by."""
        return self.other.state != "sealed" or now - self.met_at >= ONE_BY_ONE


def find(connection: Connection, exchange_id: int) -> RowMapping | None:
    """An exchange by its id, locked until the end of the unit."""
    query = select(_rows).where(_rows.c.id == exchange_id)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def is_open(connection: Connection, exchange_id: int) -> bool:
    """Whether a letter can still be given into this exchange."""
    found = find(connection, exchange_id)
    return found is not None and bool(EXCHANGE[found["state"]].keys() & {"offer", "meet"})


def _happen(connection: Connection, row: RowMapping, event: ExchangeEvent, **moments: datetime) -> None:
    state = exchange_after(row["state"], event)
    if state is None:
        raise BrokenAssumption(f"exchange {row['id']}: {event} while {row['state']}")
    connection.execute(update(_rows).where(_rows.c.id == row["id"]).values(state=state, **moments))


# -- the first letter


def begin(turn: Turn, *, letter: str, question: str) -> None:
    """The draft becomes the first letter of an exchange about this question, which its writer reads in full."""
    if _begin(turn, drafts.draft(turn, letter), "letter", question):
        _tell_question(turn, question)


def begin_sharing(turn: Turn, *, letter: str) -> None:
    """The same for one sentence about how things are."""
    _begin(turn, drafts.draft(turn, letter, kind="note"), "sentence", "sentence")


def _begin(turn: Turn, mine: LetterRow, kind: Kind, question: str) -> bool:
    if turn.person.couple_id is None or not access.can(turn.person.id, "prepare", mine):
        return False
    if mine.exchange_id is not None and is_open(turn.connection, mine.exchange_id):
        mine_to_ask = (_rows.c.id == mine.exchange_id) & (_rows.c.state == "begun")
        turn.connection.execute(update(_rows).where(mine_to_ask).values(question=question))
        return True
    exchange_id = turn.desk.chance.new_id(turn.now)
    values = {
        "id": exchange_id,
        "couple_id": turn.person.couple_id,
        "proposer_id": turn.person.id,
        "kind": kind,
        "question": question,
        "state": "begun",
        "begun_at": turn.now,
    }
    turn.connection.execute(_rows.insert().values(values))
    drafts.change(turn.connection, mine.id, exchange_id=exchange_id, guide="blank")
    return True


def _tell_question(turn: Turn, question: str) -> None:
    turn.tell("exchange_question", {"question": {"message": f"interface.question_{question}"}})


def offer(connection: Connection, desk: Desk, letter: LetterRow, reader: PersonRow, *, now: datetime) -> list[int]:
    """The first letter is sealed: its question, and nothing else, goes to the other person. Returns the chats."""
    assert letter.exchange_id is not None  # noqa: S101 - the caller has looked
    row = find(connection, letter.exchange_id)
    if row is None or exchange_after(row["state"], "offer") is None:
        return []
    _happen(connection, row, "offer", offered_at=now)
    drafts.change(connection, letter.id, waiting_at=now, deliver_at=None)
    outbox.put(
        connection,
        desk.vault,
        key=f"exchange:{row['id']}:offer",
        person_id=reader.id,
        chat_id=reader.telegram_id,
        urgency=Urgency.LETTER,
        kind="exchange_offer",
        payload={"exchange": row["id"]},
        slot=slot(row["id"]),
        now=now,
    )
    return [] if reader.telegram_id is None else [reader.telegram_id]


# -- the second letter


def tapped(turn: Turn, exchange_id: int, name: str) -> Start | str | None:
    """The buttons of an offer. Returns a dialog to begin, or the name of a toast."""
    row = find(turn.connection, exchange_id)
    if row is None or not _is_asked(turn, row):
        return "moved_on"
    if name == "worry":
        turn.send("exchange_away", {"exchange": exchange_id}, slot=slot(exchange_id))
        return Start("letter_worries")
    if name == "later":
        turn.connection.execute(update(_rows).where(_rows.c.id == exchange_id).values(put_away_at=turn.now))
        turn.send("exchange_away", {"exchange": exchange_id}, slot=slot(exchange_id))
        return None
    return _write(turn, row) if name == "write" else "moved_on"


def _is_asked(turn: Turn, row: RowMapping) -> bool:
    """Whether this person is the one to whom an open exchange was offered."""
    mine = row["couple_id"] == turn.person.couple_id and row["proposer_id"] != turn.person.id
    return mine and row["state"] == "offered" and people.reachable_partner(turn.connection, turn.person) is not None


def _write(turn: Turn, row: RowMapping) -> Start | str:
    """The second letter, begun or gone on with. Its draft knows the exchange; nobody else learns of it."""
    kind: Literal["letter", "note"] = "letter" if row["kind"] == "letter" else "note"
    mine = drafts.draft(turn, f"exchange:{row['id']}", kind=kind)
    if not access.can(turn.person.id, "prepare", mine):
        return "moved_on"
    drafts.change(turn.connection, mine.id, exchange_id=row["id"])
    turn.send("retire", {"slot": slot(row["id"])})
    _tell_question(turn, row["question"])
    dialog, variable = DIALOGS[row["kind"]]
    return Start(dialog, {variable: mine.ref})


def meet(turn: Turn, letter: LetterRow) -> None:
    """This letter was sealed: if the other one is too, both can go."""
    row = None if letter.exchange_id is None else find(turn.connection, letter.exchange_id)
    if row is not None and exchange_after(row["state"], "meet") is not None and row["proposer_id"] != turn.person.id:
        _happen(turn.connection, row, "meet", met_at=turn.now)
        first = (_letters.c.exchange_id == row["id"]) & (_letters.c.writer_id == row["proposer_id"])
        turn.connection.execute(update(_letters).where(first).values(deliver_at=turn.now))


def pair_of(connection: Connection, letter: LetterRow) -> Pair | None:
    """The other letter, once both are sealed."""
    row = None if letter.exchange_id is None else find(connection, letter.exchange_id)
    if row is None or row["met_at"] is None:
        return None
    query = select(_letters.c.id).where(_letters.c.exchange_id == row["id"], _letters.c.id != letter.id)
    sealed = query.where(_letters.c.sealed_at.is_not(None)).limit(1)  # also one that has been deleted meanwhile
    found = connection.execute(sealed).scalar()
    other = None if found is None else access.letter(connection, found, lock=True)
    return None if other is None else Pair(other, row["met_at"])


def took_back(connection: Connection, letter: LetterRow, person_id: int) -> bool:
    """Whether this person has taken back the letter that they gave for this one: then it stays closed to them.

    Also where theirs had been opened, or the difference would tell them that it had.
    """
    if letter.exchange_id is None:
        return False
    mine = (_letters.c.exchange_id == letter.exchange_id) & (_letters.c.writer_id == person_id)
    gone = select(_letters.c.id).where(mine, _letters.c.withdrawn_at.is_not(None))
    return connection.execute(gone.limit(1)).first() is not None


# -- its end


def send_alone(turn: Turn, letter: LetterRow) -> None:
    """The writer no longer waits for the other letter: this one goes by itself, as any letter."""
    assert letter.exchange_id is not None  # noqa: S101 - the caller has looked
    end(turn, letter.exchange_id)
    drafts.happen(turn.connection, letter, "send_alone", exchange_id=None, guide="blank", deliver_at=turn.now)
    turn.tell("exchange_sent_alone")


def end(turn: Turn, exchange_id: int) -> None:
    """The exchange is over: what the other one has begun becomes an ordinary draft, and its question goes."""
    row = find(turn.connection, exchange_id)
    if row is None or exchange_after(row["state"], "end") is None:
        return
    _happen(turn.connection, row, "end")
    its = _letters.c.exchange_id == exchange_id
    begun, sealed = _letters.c.state.in_(states_with("edit")), _letters.c.state == "sealed"
    turn.connection.execute(update(_letters).where(its, begun).values(exchange_id=None))
    turn.connection.execute(update(_letters).where(its, sealed).values(deliver_at=None))
    partner_id = people.partner_id(turn.connection, turn.person)
    asked = None if partner_id is None or row["offered_at"] is None else people.by_id(turn.connection, partner_id)
    if asked is not None and row["proposer_id"] == turn.person.id:
        told = turn.towards(asked, f"exchange:{exchange_id}:gone")
        told.send("exchange_gone", {"exchange": exchange_id}, urgency=Urgency.LETTER)


def end_all(connection: Connection, person_id: int) -> None:
    """The couple of this person ends, and with it every exchange."""
    person = people.by_id(connection, person_id)
    if person is not None and person.couple_id is not None:
        theirs = _rows.c.couple_id == person.couple_id
        connection.execute(update(_rows).where(theirs).values(state="ended"))


def offered_to(turn: Turn) -> list[RowMapping]:
    """Questions to which this person has not yet begun a letter, newest first."""
    if turn.person.couple_id is None or people.reachable_partner(turn.connection, turn.person) is None:
        return []
    asked = (_rows.c.couple_id == turn.person.couple_id) & (_rows.c.proposer_id != turn.person.id)
    begun = (_letters.c.exchange_id == _rows.c.id) & (_letters.c.writer_id == turn.person.id)
    filled = select(_parts.c.id).join(_letters, _letters.c.id == _parts.c.letter_id).where(begun).exists()
    query = select(_rows).where(asked, _rows.c.state == "offered", ~filled).order_by(_rows.c.begun_at.desc()).limit(3)
    return list(turn.connection.execute(query).mappings())
