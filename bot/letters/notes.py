"""A guided I-statement made into a note: each answer in the form of the sentence that fits it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.delivery.turn import Turn
from bot.letters import drafts
from bot.phrasing import Part, fitted, is_over

NOTE_PIECES: Mapping[str, Part] = {
    "what": "situation",
    "feeling": "feeling",
    "why": "why",
    "wish": "wish",
    "seeing": "seeing",
}
FORMS = ("feeling_over", "wish_act", "wish_question", "wish_whole", "seeing_that")  # beside the usual form of a piece


def write_note(turn: Turn, *, letter: str, **pieces: str) -> None:
    """Makes the five answers of a guided I-statement into a note, in the words of the interface file."""
    over = is_over(str(pieces.get("what") or ""), turn.desk.library.lexicon)
    given = {name: words for name in NOTE_PIECES if (words := str(pieces.get(name) or "").strip(" ."))}
    said = [_said(turn, name, words, over=over) for name, words in given.items()]
    drafts.write_sentence(turn, letter=letter, words=" ".join(said))


def _said(turn: Turn, name: str, words: str, *, over: bool) -> str:
    """One piece in the form of the sentence that fits it; with a moment that is over goes a feeling that was felt."""
    library = turn.desk.library
    form, fitting = fitted(NOTE_PIECES[name], words, library.lexicon)
    form = "over" if over and name == "feeling" else form
    piece = f"{name}_{form}" if form else name
    return library.catalogue.text(f"interface.i_{piece}", turn.person.lang, {name: fitting})
