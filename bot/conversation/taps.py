"""Buttons: those of questions go to the engine, the others to their subject, which checks the owner."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import dialogs, leaving, sessions
from bot.conversation.incoming import Tapped
from bot.delivery.buttons import Tapped as Parsed
from bot.delivery.buttons import parse
from bot.delivery.turn import Turn
from bot.engine.events import Start, Tap
from bot.letters import chosen, exchange, listing, sentences
from bot.letters import taps as letters
from bot.nudges import answers, preferences
from bot.pairing import service as pairing

MOVED_ON = "interrupts.moved_on"


def tapped(turn: Turn, tap: Tapped) -> str | None:
    """Does what the button says. Returns the message id of a toast, if there is one to show."""
    parsed = parse(tap.data)
    if parsed is None or parsed.prefix not in OUTSIDE | {"s": None}:
        return _moved_on(turn, tap)
    if parsed.prefix == "s":
        return _in_dialog(turn, tap, parsed)
    wanted = OUTSIDE[parsed.prefix](turn, parsed, tap)
    if isinstance(wanted, Start):
        dialogs.begin(turn, wanted)
        return None
    return _moved_on(turn, tap) if wanted == "moved_on" else wanted


def _in_dialog(turn: Turn, tap: Tapped, parsed: Parsed) -> str | None:
    session = sessions.active(turn)
    if session is None or session.id != parsed.id:
        return _moved_on(turn, tap)
    done = dialogs.advance(turn, session, Tap(parsed.turn, parsed.act))
    if done.outcome == "stale" and parsed.turn != session.turn:
        return _moved_on(turn, tap)
    return done.toast


def _moved_on(turn: Turn, tap: Tapped) -> str:
    """An old keyboard: it goes, and nothing else happens."""
    if tap.ref:
        turn.send("unbutton", {"message_id": tap.ref})
    return MOVED_ON


def _menu(turn: Turn, parsed: Parsed, tap: Tapped) -> Start | str | None:
    turn.send("unbutton", {"message_id": tap.ref})
    known = turn.person.known_at is not None
    return Start("menu" if known else "welcome") if parsed.act == "menu" else "moved_on"


def _quiet(turn: Turn, parsed: Parsed, tap: Tapped) -> Start | str | None:
    if parsed.id != turn.person.id:
        return "moved_on"
    turn.send("unbutton", {"message_id": tap.ref})
    return answers.answer_quiet(turn, parsed.act)


def _recheck(turn: Turn, parsed: Parsed, tap: Tapped) -> Start | str | None:
    if parsed.id != turn.person.id:
        return "moved_on"
    turn.send("unbutton", {"message_id": tap.ref})
    wanted = answers.answer_recheck(turn, parsed.act)
    return Start("checkup") if wanted == "look" else wanted


def _panel(name: str) -> Callable[[Turn, Parsed, Tapped], Start | str | None]:
    return lambda turn, parsed, tap: preferences.tapped(turn, name, parsed.id, parsed.act, message_id=tap.ref)


def _letter(turn: Turn, parsed: Parsed, tap: Tapped) -> Start | str | None:
    return letters.tapped(turn, parsed.id, parsed.act, message_id=tap.ref)


OUTSIDE: dict[str, Callable[[Turn, Parsed, Tapped], Start | str | None]] = {
    "b": lambda turn, parsed, tap: listing.tapped(turn, parsed.id, parsed.act, message_id=tap.ref),
    "c": lambda turn, parsed, tap: chosen.tapped(turn, parsed.id, parsed.act, message_id=tap.ref),
    "d": _panel("days"),
    "k": _panel("kinds"),
    "l": _letter,
    "m": _menu,
    "n": lambda turn, parsed, _: answers.tapped(turn, parsed.id, parsed.act),
    "p": lambda turn, parsed, _: pairing.tapped(turn, parsed.id, parsed.act, leave=leaving.end_couple),
    "q": _quiet,
    "r": _recheck,
    "w": lambda turn, parsed, tap: sentences.tapped(turn, parsed.id, parsed.act, message_id=tap.ref),
    "x": lambda turn, parsed, _: exchange.tapped(turn, parsed.id, parsed.act),
}
