"""What a reader does with a letter: opens it, turns pages, folds it away, asks for time. Knows no words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from bot import access
from bot.access import LetterRow
from bot.clock import end_of_quiet, zone_of
from bot.db import locks, people
from bot.db.each import each
from bot.db.models import Letter
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.buttons import act
from bot.delivery.letter_pages import slot
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.letter_life import states_with
from bot.letters import copies, drafts
from bot.letters.queries import parts_of
from bot.letters.rules import FOLD_AFTER, KEEP_OPENED, Until, remind_at

_letters = Letter


def open_letter(turn: Turn, letter: LetterRow, *, page: int = 1, fresh: bool = False) -> None:
    """Shows a page of the letter in its bubble; the first time, the reader gets a key of their own.

    With `fresh` the bubble is sent anew at the end of the chat (from the list), and the old one is folded. A new
    bubble holds no words and is then edited: should its message come twice, the letter's words do not.
    """
    if letter.opened_at is None:
        _hand_over(turn, letter)
    if fresh:
        _fold_bubble(turn, letter)
    drafts.change(turn.connection, letter.id, page=page, fold_at=turn.now + FOLD_AFTER)
    soon = copies.goes_soon(letter, turn.person.id, turn.now)
    if fresh or outbox.in_slot(turn.connection, turn.person.id, slot(letter.id)) is None:
        turn.send("bubble", {"letter": letter.id}, urgency=Urgency.ANSWER, slot=slot(letter.id))
    payload = {"letter": letter.id, "page": page, "soon": soon}
    turn.send("page", payload, urgency=Urgency.ANSWER, slot=slot(letter.id))


def _hand_over(turn: Turn, letter: LetterRow) -> None:
    vault = turn.desk.vault
    assert letter.writer_key is not None  # noqa: S101 - a letter that can be opened has its key
    key = vault.unwrap(letter.writer_key, owner=letter.writer_id, letter_id=letter.id)
    drafts.happen(
        turn.connection,
        letter,
        "open",
        opened_at=turn.now,
        remind_at=None,
        reader_key=vault.wrap_for(key, owner=turn.person.id, letter_id=letter.id),
        expires_at=turn.now + KEEP_OPENED,
        **({} if letter.dropped_at is None else {"writer_key": None}),
    )


def enclose(turn: Turn, letter: LetterRow, *, place: int) -> None:
    """Sends a photo or voice note; one that stands there from an earlier tap goes, so that folding leaves none."""
    if not letter.page:  # folded while the chat was closed to us: the bubble still looks open
        _fold_bubble(turn, letter)
        return
    payload = {"letter": letter.id, "place": place}
    turn.send("unenclose", payload)
    turn.send("enclosure", payload, slot=f"enclosure:{letter.id}:{place}")


def save(turn: Turn, letter: LetterRow) -> None:
    """A copy that is the reader's to keep, with all that lies in it; folding leaves it where it is."""
    turn.send("copy", {"letter": letter.id})
    count = parts_of(turn.connection, letter.id)
    for place in range(1, count.get("photo", 0) + count.get("voice", 0) + 1):
        turn.send("enclosure", {"letter": letter.id, "place": place, "saved": True})


def fold(turn: Turn, letter: LetterRow) -> None:
    """Closes the bubble: nothing of the letter stays visible."""
    drafts.change(turn.connection, letter.id, page=0, fold_at=None)
    _fold_bubble(turn, letter)


def lie_open(connection: Connection, reader_id: int) -> list[int]:
    """Letters whose words stand in this person's chat."""
    opened = (_letters.c.reader_id == reader_id) & (_letters.c.page > 0)
    return list(connection.execute(select(_letters.c.id).where(opened).order_by(_letters.c.id)).scalars())


def fold_all(turn: Turn) -> str:
    """Folds whatever lies open. Returns the toast."""
    folded = False
    for letter_id in lie_open(turn.connection, turn.person.id):
        letter = access.letter(turn.connection, letter_id, lock=True)
        if letter is not None and access.can(turn.person.id, "fold", letter):
            fold(turn, letter)
            folded = True
    return "interface.all_folded" if folded else "moved_on"


def _fold_bubble(turn: Turn, letter: LetterRow) -> None:
    turn.send("fold", {"letter": letter.id}, urgency=Urgency.ANSWER)
    turn.send("unenclose", {"letter": letter.id}, urgency=Urgency.ANSWER)


def fold_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Folds letters that have lain open for a day. Returns the chats."""

    def fold_one(due: tuple[LetterRow, PersonRow | None]) -> list[int]:
        letter, reader = due
        drafts.change(connection, letter.id, page=0, fold_at=None)
        if reader is None or reader.telegram_id is None:
            return []
        key = f"letter:{letter.id}:fold:{now:%Y%m%d%H%M}"
        fold(Turn(connection=connection, desk=desk, person=reader, now=now, key=key), letter)
        return [reader.telegram_id]

    return each(connection, _due(connection, _letters.c.fold_at, now=now, limit=limit), fold_one)


def _due(
    connection: Connection, column: ColumnElement[datetime], *, now: datetime, limit: int
) -> list[tuple[LetterRow, PersonRow | None]]:
    """Letters whose moment in this column has come, each with its reader, both held by this unit."""
    due = column <= now
    query = select(_letters.c.id, _letters.c.reader_id).where(due).order_by(column).limit(limit)
    found = []
    for letter_id, reader_id in connection.execute(query).all():
        reader = None if reader_id is None else locks.free(connection, reader_id)
        if reader is None and reader_id is not None:
            continue  # busy
        letter = access.letter(connection, letter_id, lock=True)
        still = connection.execute(select(_letters.c.id).where(_letters.c.id == letter_id, due)).first()
        if letter is not None and still is not None:
            found.append((letter, reader))
    return found


# -- time of one's own


def ask_until(turn: Turn, letter: LetterRow, *, choosing: bool) -> None:
    """Shows on the notice until when it could wait, or the notice as it was."""
    turn.send("notice", {"letter": letter.id, "edit": True, "choosing": choosing}, slot=slot(letter.id))


def put_off(turn: Turn, letter: LetterRow, until: Until) -> None:
    """The reader wants to hear of this letter again, once, at a time of their own. Nobody else learns of it."""
    person = turn.person
    moment = remind_at(turn.now, zone_of(person.zone), until, quiet_from=person.quiet_from, quiet_to=person.quiet_to)
    drafts.happen(turn.connection, letter, "put_off", remind_at=moment)
    if letter.opened_at is None:
        ask_until(turn, letter, choosing=False)


def put_off_answer(turn: Turn, *, to: str, until: Until) -> None:
    """The same for a letter that was opened and waits for its answer; anything else is left as it is."""
    letter = access.letter(turn.connection, int(to), lock=True) if to.isdecimal() and len(to) < 20 else None
    if letter is not None and letter.opened_at is not None and access.can(turn.person.id, "put_off", letter):
        put_off(turn, letter, until)


def remind_due(connection: Connection, desk: Desk, *, now: datetime, limit: int = 200) -> list[int]:
    """Brings letters up again, once, as their readers asked. Returns the chats."""

    def remind(due: tuple[LetterRow, PersonRow | None]) -> list[int]:
        letter, reader = due
        awake = now if reader is None else end_of_quiet(now, zone_of(reader.zone), reader.quiet_from, reader.quiet_to)
        drafts.change(connection, letter.id, remind_at=awake if awake > now else None)
        if reader is None or awake > now or not _wants(connection, letter, reader):
            return []
        _remind(Turn(connection=connection, desk=desk, person=reader, now=now, key=_reminder(letter)), letter)
        return [reader.telegram_id or 0]

    return each(connection, _due(connection, _letters.c.remind_at, now=now, limit=limit), remind)


def _reminder(letter: LetterRow) -> str:
    return f"letter:{letter.id}:remind:{letter.remind_at:%Y%m%d%H%M%S}"


def _wants(connection: Connection, letter: LetterRow, reader: PersonRow) -> bool:
    """Whether it still makes sense: the reader can be reached and, for an unopened letter, lets letters in."""
    if reader.telegram_id is None or reader.unreachable_at is not None or letter.state not in states_with("remind"):
        return False
    return letter.opened_at is not None or (
        not reader.letters_muted and people.reachable_partner(connection, reader) is not None
    )


def _remind(turn: Turn, letter: LetterRow) -> None:
    if letter.opened_at is None:
        old = outbox.in_slot(turn.connection, turn.person.id, slot(letter.id))
        turn.send("notice", {"letter": letter.id, "again": True}, urgency=Urgency.APPOINTMENT, slot=slot(letter.id))
        if old is not None:
            turn.take_away(old)
        return
    name = access.signature(turn.desk.vault, actor_id=turn.person.id, object_=letter)
    date = turn.desk.library.day(letter.dated, turn.person.zone, turn.person.lang)
    turn.tell(
        "letter_come_back",
        {"partner": name, "date": date},
        buttons=[[("open_again", act("l", letter.id, "read"))], [("answer", act("l", letter.id, "answer"))]],
        urgency=Urgency.APPOINTMENT,
    )
