"""Words typed below the daily message: its own, unless a danger is named or an open question wants them."""

from __future__ import annotations

from bot.conversation import sessions
from bot.delivery.turn import Turn
from bot.engine.answers import has_use_for
from bot.nudges import answers


def to_nudge(turn: Turn, text: str, *, reply_to: int) -> bool:
    """Whether the daily message has answered these words."""
    words = answers.meant(turn, text, reply_to=reply_to, is_busy=lambda: _is_wanted(turn, text))
    if words is None:
        return False
    danger = turn.desk.library.book.danger(text)
    if danger is not None and danger.hard:
        return False
    answers.answer(turn, words)
    if danger is not None:
        turn.tell_fixed("soft_danger")
    return True


def _is_wanted(turn: Turn, text: str) -> bool:
    """Whether an open question can use these words; one of buttons alone, left open days ago, cannot."""
    session = sessions.active(turn)
    return session is not None and has_use_for(turn.desk.library.book, session, text)
