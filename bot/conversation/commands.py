"""Slash commands: which dialog or act each begins. Their descriptions stand in the interface file."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import dialogs, exporting, sessions
from bot.delivery.turn import Turn
from bot.engine.events import Command, Resume, Start
from bot.letters import listing as letters
from bot.nudges import answers
from bot.pairing import service as pairing
from bot.pairing.service import Invited
from bot.privacy import service as privacy

DIALOGS = {
    "menu": "menu",
    "practise": "practise",
    "write": "write_letter",
    "checkup": "checkup",
    "path": "my_path",
    "settings": "settings",
    "daily": "daily",
    "pause": "pause",
    "privacy": "privacy",
    "invite": "invite",
    "delete": "delete_me",
    "bye": "bye",
    "leave": "leave",
}
ACTS: dict[str, Callable[[Turn], object]] = {
    "letters": letters.show_list,
    "why": answers.explain,
    "hide": privacy.hide,
    "export": exporting.export,
    "continue": dialogs.resume,
}
FOR_ALL = frozenset({"privacy", "delete", "bye"})
MENU = (
    "menu",
    "practise",
    "write",
    "letters",
    "checkup",
    "path",
    "daily",
    "settings",
    "pause",
    "privacy",
    "help",
    "stop",
    "back",
    "export",
    "leave",
    "delete",
    "bye",
)


def command(turn: Turn, name: str, argument: str) -> None:
    """Does what a command asks; an unknown one gets a kind answer."""
    if name == "start":
        _start(turn, argument)
    elif name in ("stop", "back", "help"):
        _interrupt(turn, name)
    elif turn.person.known_at is None and name not in FOR_ALL:
        _first_minute(turn)
    elif name in DIALOGS:
        dialogs.begin(turn, Start(DIALOGS[name]))
    elif name in ACTS:
        ACTS[name](turn)
    else:
        turn.tell("unknown_command")


def _start(turn: Turn, payload: str) -> None:
    if payload:
        _invited(turn, payload)
    elif turn.person.known_at is None:
        _first_minute(turn)
    else:
        dialogs.begin(turn, Start("menu"))


def _invited(turn: Turn, code: str) -> None:
    found = pairing.redeem(turn, code)
    if not isinstance(found, Invited):
        turn.tell(found.reason)
        return
    dialogs.begin(turn, Start("invited", {"invitation": str(found.invitation_id)}))  # no name before two yeses


def _first_minute(turn: Turn) -> None:
    """A newcomer goes on where they were, or begins."""
    session = sessions.active(turn)
    if session is not None:
        dialogs.advance(turn, session, Resume())
    else:
        dialogs.begin(turn, Start("welcome"))


def _interrupt(turn: Turn, name: str) -> None:
    session = sessions.active(turn)
    if session is not None:
        dialogs.advance(turn, session, Command(name))  # type: ignore[arg-type]  # one of the three, see command()
    elif name == "help":
        dialogs.begin(turn, Start("help"))
    else:
        turn.tell_fixed("nothing_open")
