"""Letters in the making: parts gathered, changed, and turned into a note. Never touches the reader."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, update

from bot import access
from bot.access import LetterRow
from bot.db.models import Letter, LetterPart, table
from bot.delivery.turn import Turn
from bot.letters.rules import KEEP_DRAFT

_letters = table(Letter)
_parts = table(LetterPart)
NOTE_PIECES = ("what", "feeling", "why", "wish", "seeing")


def find(connection: Connection, writer_id: int, ref: str) -> LetterRow | None:
    """The letter that a dialog knows by `ref`."""
    query = select(_letters.c.id).where(_letters.c.writer_id == writer_id, _letters.c.ref == ref)
    letter_id = connection.execute(query).scalar()
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
    turn.connection.execute(_letters.insert().values(values))
    begun = access.letter(turn.connection, letter_id)
    assert begun is not None  # noqa: S101 - just inserted
    return begun


def change(connection: Connection, letter_id: int, **values: Any) -> None:
    """Sets columns of a letter."""
    connection.execute(update(_letters).where(_letters.c.id == letter_id).values(values))


def add_part(turn: Turn, *, letter: str, kind: str, ref: int, text: str, file: str) -> None:
    """A message becomes the next part of the draft."""
    found = draft(turn, letter)
    if not access.can(turn.person.id, "change", found):
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
    turn.connection.execute(_parts.insert().values(values))


def edit_part(turn: Turn, *, letter: str, ref: int, text: str) -> None:
    """The writer changed an earlier message: the draft follows; a sealed letter does not."""
    found = find(turn.connection, turn.person.id, letter)
    if found is None or not access.can(turn.person.id, "change", found):
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
    if access.can(turn.person.id, "change", found):
        change(turn.connection, found.id, guide=guide)


def begin_answer(turn: Turn, *, letter: str, to: str) -> None:
    """Marks the draft as an answer to a letter that this person has opened; anything else is left unmarked."""
    answered = access.letter(turn.connection, int(to)) if to.isdecimal() and len(to) < 20 else None
    mine = draft(turn, letter)
    allowed = access.can(turn.person.id, "change", mine)
    if allowed and answered is not None and access.can(turn.person.id, "fold", answered):
        change(turn.connection, mine.id, answers_id=answered.id)


def write_note(turn: Turn, *, letter: str, **pieces: str) -> None:
    """Makes the five answers of a guided I-statement into a note, in the words of the interface file."""
    said = [
        turn.desk.library.catalogue.text(f"interface.i_{name}", turn.person.lang, {name: trimmed})
        for name in NOTE_PIECES
        if (trimmed := str(pieces.get(name) or "").strip().rstrip("."))
    ]
    write_sentence(turn, letter=letter, words=" ".join(said))


def write_sentence(turn: Turn, *, letter: str, words: str) -> None:
    """Makes a note of one sentence; writing it again replaces it, until it is sealed."""
    found = draft(turn, letter, kind="note")
    if not access.can(turn.person.id, "change", found):
        return
    turn.connection.execute(_parts.delete().where(_parts.c.letter_id == found.id))
    _insert_part(turn, found, position=1, kind="text", message_id=0, text=words, file="")


def keep_sentence(turn: Turn, *, letter: str) -> None:
    """Puts a note into the person's own collection; it is theirs until they send or delete it."""
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and found.state == "draft":
        change(turn.connection, found.id, state="kept", expires_at=None)


def keep_draft(turn: Turn, *, letter: str) -> None:
    """Keeps a draft for another 30 days."""
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and found.state == "draft":
        change(turn.connection, found.id, expires_at=turn.now + KEEP_DRAFT)


def discard(turn: Turn, *, letter: str) -> None:
    """Forgets a draft: its words go at once."""
    found = find(turn.connection, turn.person.id, letter)
    if found is not None and access.can(turn.person.id, "change", found):
        erase(turn.connection, found.id)


def erase(connection: Connection, letter_id: int) -> None:
    """Deletes a letter's words and keys; the row that remains says nothing."""
    connection.execute(_parts.delete().where(_parts.c.letter_id == letter_id))
    gone = {"state": "discarded", "writer_key": None, "reader_key": None, "signature": None, "expires_at": None}
    # Its name is free again: a dialog that still holds it begins a new draft instead of writing into nothing.
    change(connection, letter_id, ref=f"gone:{letter_id}", **gone)


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
    if found.state not in ("draft", "kept"):
        return "sealed"
    edit_part(turn, letter=found.ref, ref=ref, text=text)
    return None
