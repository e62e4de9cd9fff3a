"""A person's own sentences: the notes that they kept for themselves. Listed, and made the start of a letter."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot import access
from bot.db.models import Letter, LetterPart
from bot.delivery.turn import Turn
from bot.engine.events import Start
from bot.letters import drafts

_letters = Letter
_parts = LetterPart
A_PAGE = 6


def kept_by(connection: Connection, person_id: int, *, before: int | None = None, limit: int = A_PAGE) -> list[int]:
    """Ids of their sentences, newest first (ids sort by age); with `before` only older ones than that."""
    filled = select(_parts.c.id).where(_parts.c.letter_id == _letters.c.id).exists()
    mine = (_letters.c.writer_id == person_id) & (_letters.c.kind == "note") & _letters.c.exchange_id.is_(None)
    query = select(_letters.c.id).where(mine, _letters.c.state.in_(("draft", "kept")), filled)
    if before is not None:
        query = query.where(_letters.c.id < before)
    return list(connection.execute(query.order_by(_letters.c.id.desc()).limit(limit)).scalars())


def has_any(turn: Turn) -> bool:
    """Whether this person has sentences of their own."""
    return bool(kept_by(turn.connection, turn.person.id, limit=1))


def show_list(turn: Turn, *, before: int | None = None) -> None:
    """The newest sentences, each a button that begins with its first words."""
    found = kept_by(turn.connection, turn.person.id, before=before, limit=A_PAGE + 1)
    if not found:
        turn.tell("sentences_none")
        return
    turn.send("sentences", {"letters": found[:A_PAGE], "more": len(found) > A_PAGE})


def tapped(turn: Turn, object_id: int, name: str, *, message_id: int) -> Start | str | None:
    """Buttons `w.<id>.<act>`: the list and its end by the person's id, the others by a sentence's."""
    if name in ("list", "close"):
        if object_id != turn.person.id:
            return "moved_on"
        if name == "close":
            turn.take_away(message_id)
        else:
            show_list(turn)
        return None
    letter = access.letter(turn.connection, object_id, lock=True)
    if letter is None or letter.kind != "note" or not access.can(turn.person.id, "edit", letter):
        return "moved_on"
    if name == "read":
        return Start("sentence", {"note": letter.ref})
    if name != "older":
        return "moved_on"
    show_list(turn, before=letter.id)
    return None


def begin_letter_with(turn: Turn, *, letter: str, sentence: str) -> Start | None:
    """A new draft whose first part is this sentence, and the way on into writing it. The sentence itself stays kept."""
    found = drafts.find(turn.connection, turn.person.id, sentence)
    if found is None or not access.can(turn.person.id, "edit", found):
        return None
    words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=found).text
    drafts.keep_sentence(turn, letter=sentence)
    begun = drafts.draft(turn, letter)
    drafts.add_part(turn, letter=letter, kind="text", ref=0, text=words, file="")
    return Start("write_letter", {"draft": begun.ref})
