"""Letters in the making: parts gathered, changed, and turned into a note. Never touches the reader."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, select, update

from bot import access
from bot.access import LetterRow
from bot.db.models import Letter, LetterPart
from bot.db.prepared import Prepared, with_defaults
from bot.delivery.turn import Turn
from bot.errors import BrokenAssumption
from bot.letter_life import Event, after
from bot.letters.rules import KEEP_DRAFT

_letters = Letter
_parts = LetterPart
_named = Prepared(
    select(_letters.c.id).where(_letters.c.writer_id == bindparam("writer_id"), _letters.c.ref == bindparam("ref"))
)
_BEGUN = ("id", "ref", "writer_id", "kind", "state", "created_at", "expires_at", "writer_key")
_begin = Prepared(_letters.insert().inline().values(with_defaults(_letters, _BEGUN)))
_PART = ("id", "letter_id", "position", "kind", "message_id", "body", "file")
_add = Prepared(_parts.insert().inline().values(with_defaults(_parts, _PART)))
_empty = Prepared(_parts.delete().where(_parts.c.letter_id == bindparam("letter_id")))


def find(connection: Connection, writer_id: int, ref: str) -> LetterRow | None:
    """The letter that a dialog knows by `ref`."""
    letter_id = _named.scalar(connection, writer_id=writer_id, ref=ref)
    return None if letter_id is None else access.letter(connection, letter_id, lock=True)


def draft(turn: Turn, ref: str, *, kind: str = "letter") -> LetterRow:
    """The draft of this name, begun now if there is none."""
    found = find(turn.connection, turn.person.id, ref)
    if found is not None:
        return found
    vault, letter_id = turn.desk.vault, turn.desk.chance.new_id(turn.now)
    key = vault.wrap_for(vault.new_letter_key(), owner=turn.person.id, letter_id=letter_id)
    values = {
        "id": letter_id,
        "ref": ref,
        "writer_id": turn.person.id,
        "kind": kind,
        "state": "draft",
        "created_at": turn.now,
        "expires_at": turn.now + KEEP_DRAFT,
        "writer_key": key,
    }
    _begin.run(turn.connection, **values)
    begun = access.letter(turn.connection, letter_id)
    assert begun is not None  # noqa: S101 - just inserted
    return begun


@cache
def _change(*columns: str) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return Prepared(update(_letters).where(_letters.c.id == bindparam("this_letter")).values(values))


def change(connection: Connection, letter_id: int, **values: Any) -> None:
    """Sets columns of a letter, its state excepted: that is `happen`'s."""
    _change(*values).run(connection, this_letter=letter_id, **values)


def happen(connection: Connection, letter: LetterRow, event: Event, **values: Any) -> None:
    """Moves a letter on as the table of its life says. Raises BrokenAssumption where the table refuses."""
    state = after(letter.state, event)
    if state is None:
        raise BrokenAssumption(f"letter {letter.id}: {event} while {letter.state}")
    change(connection, letter.id, state=state, **values)


def add_part(turn: Turn, *, letter: str, kind: str, ref: int, text: str, file: str) -> None:
    """A message becomes the next part of the draft."""
    found = draft(turn, letter)
    if not access.can(turn.person.id, "add", found):
        return
    query = select(func.coalesce(func.max(_parts.c.position), 0)).where(_parts.c.letter_id == found.id)
    position = turn.connection.execute(query).scalar_one() + 1
    _insert_part(turn, found, position=position, kind=kind, message_id=ref, text=text, file=file)


def _insert_part(
    turn: Turn, letter: LetterRow, *, position: int, kind: str, message_id: int, text: str, file: str
) -> None:
    vault, part_id = turn.desk.vault, turn.desk.chance.new_id(turn.now)
    key = access.letter_key(vault, turn.person.id, letter)
    values = {
        "id": part_id,
        "letter_id": letter.id,
        "position": position,
        "kind": kind,
        "message_id": message_id,
        "body": vault.seal_with(key, text, table="letter_part", column="body", row_id=part_id),
        "file": vault.seal_with(key, file, table="letter_part", column="file", row_id=part_id) if file else None,
    }
    _add.run(turn.connection, **values)


def edit_part(turn: Turn, *, letter: str, ref: int, text: str) -> None:
    """The writer changed an earlier message: the draft follows; a sealed letter does not."""
    found = find(turn.connection, turn.person.id, letter)
    if found is None or not access.can(turn.person.id, "edit", found):
        return
    query = select(_parts.c.id).where(_parts.c.letter_id == found.id, _parts.c.message_id == ref)
    part_id = turn.connection.execute(query).scalar()
    if part_id is None:
        return
    vault = turn.desk.vault
    key = access.letter_key(vault, turn.person.id, found)
    body = vault.seal_with(key, text, table="letter_part", column="body", row_id=part_id)
    turn.connection.execute(update(_parts).where(_parts.c.id == part_id).values(body=body))


def begin(turn: Turn, *, letter: str, guide: str) -> None:
    """Notes which guide the writer chose."""
    found = draft(turn, letter)
    if access.can(turn.person.id, "prepare", found):
        change(turn.connection, found.id, guide=guide)


def begin_answer(turn: Turn, *, letter: str, to: str) -> None:
    """Marks the draft as an answer to a letter that this person has opened; anything else is left unmarked."""
    answered = access.letter(turn.connection, int(to)) if to.isdecimal() and len(to) < 20 else None
    mine = draft(turn, letter)
    allowed = access.can(turn.person.id, "prepare", mine)
    if allowed and answered is not None and access.can(turn.person.id, "answer", answered):
        change(turn.connection, mine.id, answers_id=answered.id)


def write_sentence(turn: Turn, *, letter: str, words: str) -> None:
    """Makes a note of one sentence; writing it again replaces it, until it is sealed."""
    found = draft(turn, letter, kind="note")
    if not access.can(turn.person.id, "edit", found):
        return
    _empty.run(turn.connection, letter_id=found.id)
    _insert_part(turn, found, position=1, kind="text", message_id=0, text=words, file="")


def keep_sentence(turn: Turn, *, letter: str, instead_of: str = "") -> None:
    """Puts a note into the person's own collection, until they send or delete it; `instead_of` is forgotten for it."""
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and found.state == "draft" and access.can(turn.person.id, "collect", found):
        happen(turn.connection, found, "collect", expires_at=None)
        if instead_of != letter:
            discard(turn, letter=instead_of)


def write_listed(turn: Turn, *, letter: str, sentence: str) -> None:
    """The same with one of the sentences that stand ready."""
    write_sentence(
        turn, letter=letter, words=turn.desk.library.catalogue.text(f"interface.share_{sentence}", turn.person.lang)
    )


def keep_draft(turn: Turn, *, letter: str) -> None:
    """Keeps a draft for another 30 days."""
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and access.can(turn.person.id, "keep", found):
        happen(turn.connection, found, "keep", expires_at=turn.now + KEEP_DRAFT)


def begin_unsent(turn: Turn, *, letter: str) -> None:
    """This letter stays with its writer: no way leads from here to a reader, not even by a mistake of ours."""
    found = draft(turn, letter)
    if access.can(turn.person.id, "never_send", found):
        ties = dict.fromkeys(("exchange_id", "answers_id", "deliver_at"))
        happen(turn.connection, found, "never_send", guide="unsent", **ties)


def keep_unsent(turn: Turn, *, letter: str) -> None:
    """Keeps it until its writer deletes it. The dialog has looked whether there are any words."""
    begin_unsent(turn, letter=letter)  # a draft that was begun anew under its name is one, too
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and found.state == "unsent" and access.can(turn.person.id, "collect", found):
        happen(turn.connection, found, "collect", expires_at=None)


def discard(turn: Turn, *, letter: str) -> None:
    """Forgets a draft: its words go at once."""
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and access.can(turn.person.id, "discard", found):
        erase(turn.connection, found, "discard")


def erase(connection: Connection, letter: LetterRow, event: Literal["discard", "drop_own", "forget"]) -> None:
    """Deletes a letter's words and keys; the row that remains says nothing."""
    _empty.run(connection, letter_id=letter.id)
    moments = dict.fromkeys(("expires_at", "own_until", "remind_at", "fold_at"))
    gone = {**dict.fromkeys(("writer_key", "reader_key", "signature")), **moments, "page": 0}
    # Its name is free again: a dialog that still holds it begins a new draft instead of writing into nothing.
    happen(connection, letter, event, ref=f"gone:{letter.id}", **gone)


def edit_by_message(turn: Turn, *, ref: int, text: str) -> str | None:
    """The same outside of a dialog: finds the letter by the message. Returns `sealed` when it stands fast already."""
    query = (
        select(_letters.c.ref, _letters.c.state)
        .join(_parts, _parts.c.letter_id == _letters.c.id)
        .where(_letters.c.writer_id == turn.person.id, _parts.c.message_id == ref)
        .limit(1)
    )
    found = turn.connection.execute(query).first()
    if found is None:
        return None
    if after(found.state, "edit") is None:
        return "sealed"
    edit_part(turn, letter=found.ref, ref=ref, text=text)
    return None
