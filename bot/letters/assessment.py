"""What is known of a letter in the making: how much there is, and what a kind coach would mark."""

from __future__ import annotations

from bot import access
from bot.access import LetterRow
from bot.delivery import previews
from bot.delivery.turn import Turn
from bot.engine.script import Value
from bot.letters import drafts
from bot.letters.queries import exchange_of, parts_of
from bot.letters.service import has_threat
from bot.phrasing import Mark, heat, marks

EMPTY: dict[str, Value] = {
    "parts": 0,
    "words": 0,
    "heat": 0,
    "marks": 0,
    "flag": "none",
    "marked": "",
    "rewrite": "",
    "has_rewrite": False,
    "threat": False,
    "exchange": False,
    "question": "",
    "keeps": False,
    "hidden": False,
}
ORDER = ("threat", "contempt", "blame", "absolute")


def letter_values(turn: Turn, ref: str) -> dict[str, Value]:
    """The fields of a letter variable, as `vocabulary.letter_fields` names them."""
    letter = drafts.find(turn.connection, turn.person.id, ref)
    if letter is None or not access.can(turn.person.id, "read", letter) or letter.writer_key is None:
        return EMPTY
    words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=letter)
    found = tuple(mark for mark in marks(words.text, turn.desk.library.lexicon) if mark.flags)
    values: dict[str, Value] = {
        "parts": sum(parts_of(turn.connection, letter.id).values()),
        "words": len(words.text.split()),
        "heat": heat(found),
        "marks": len(found),
        "keeps": letter.keeps,
        "threat": has_threat(turn.desk, words.text, found),
        "hidden": previews.is_hidden(turn.connection, turn.person.id, letter.id),
    }
    return EMPTY | values | _first(found) | _exchange(turn, letter)


def _exchange(turn: Turn, letter: LetterRow) -> dict[str, Value]:
    """Whether the letter belongs to an exchange, and to which question."""
    row = exchange_of(turn.connection, letter)
    if row is None:
        return {}
    text = turn.desk.library.catalogue.text(f"interface.question_{row['question']}", turn.person.lang)
    return {"exchange": row["state"] != "ended", "question": text}


def _first(found: tuple[Mark, ...]) -> dict[str, Value]:
    """The most helpful mark: a threat before contempt, blame and absolutes; what rules name before what is felt."""
    for flag in ORDER:
        for mark in sorted(found, key=lambda mark: mark.felt):
            if flag in mark.flags:
                rewrite = mark.rewrite or ""
                return {"flag": flag, "marked": mark.words, "rewrite": rewrite, "has_rewrite": bool(rewrite)}
    return {}
