"""Buttons of letters (`l.<id>.<act>`): who may, and what happens. Says what the conversation should begin next."""

from __future__ import annotations

import re

from bot import access
from bot.access import LetterRow
from bot.db import people
from bot.delivery.buttons import act
from bot.delivery.pages import paginate
from bot.delivery.turn import Button, Turn
from bot.engine.events import Start
from bot.letters import drafts, service
from bot.letters.queries import Listed, listed

NUMBERED = re.compile(r"(?P<what>[pe])(?P<number>[1-9][0-9]{0,2})", re.ASCII)  # a page, an enclosure


def tapped(turn: Turn, letter_id: int, name: str, *, message_id: int) -> Start | str | None:
    """Does what the button says. Returns a dialog to begin, the name of a toast, or nothing."""
    letter = access.letter(turn.connection, letter_id, lock=True)
    if letter is None:
        return "moved_on"
    if letter.writer_id == turn.person.id:
        return _own(turn, letter, name, message_id=message_id)
    if letter.reader_id == turn.person.id:
        return _received(turn, letter, name)
    return "moved_on"


# -- the reader's buttons


def _received(turn: Turn, letter: LetterRow, name: str) -> Start | str | None:
    if not access.can(turn.person.id, "open", letter):
        return "moved_on"
    if letter.opened_at is None and people.reachable_partner(turn.connection, turn.person) is None:
        return "moved_on"
    if name in ("open", "read"):
        service.open_letter(turn, letter, fresh=name == "read")
        return "interface.letter_already_open" if letter.page and name == "open" else None
    if letter.opened_at is None:
        return "moved_on"
    if name == "fold":
        service.fold(turn, letter)
    elif name == "answer":
        return Start("answer_letter", {"to": str(letter.id)})
    elif name == "worry":
        service.fold(turn, letter)
        return Start("letter_worries")
    elif (number := NUMBERED.fullmatch(name)) is None:
        return "moved_on"
    elif number["what"] == "p":
        service.open_letter(turn, letter, page=int(number["number"]))
    else:
        service.enclose(turn, letter, place=int(number["number"]))
    return None


# -- the writer's buttons


def _own(turn: Turn, letter: LetterRow, name: str, *, message_id: int) -> Start | str | None:
    if name == "mine" and letter.writer_key is not None:  # a deleted one still stands in old lists
        partner = people.reachable_partner(turn.connection, turn.person)
        if letter.state == "draft" and letter.kind == "letter" and partner is not None:
            return Start("write_letter", {"draft": letter.ref})
        words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=letter)
        for page in range(1, len(paginate(words.text)) + 1):
            turn.send("own", {"letter": letter.id, "page": page}, slot=f"own:{letter.id}")
        return None
    if name == "withdraw" and access.can(turn.person.id, "withdraw", letter):
        turn.send("unbutton", {"message_id": message_id})
        service.withdraw(turn, letter)
        return None
    if name == "discard" and access.can(turn.person.id, "change", letter):
        drafts.erase(turn.connection, letter.id)
        turn.take_away(message_id)
        return None
    if name == "close":
        turn.take_away(message_id)
        return None
    return "moved_on"


# -- the list


def shelf(turn: Turn, *, limit: int = 8) -> list[Listed]:
    """What this person's list of letters holds at present."""
    together = people.reachable_partner(turn.connection, turn.person) is not None
    return listed(turn.connection, turn.person.id, now=turn.now, unopened=together, limit=limit)


def show_list(turn: Turn) -> None:
    """The last letters of a person, each a button: drafts, sent, received."""
    found = shelf(turn)
    if not found:
        turn.tell("letters_none")
        return
    partner = access.name_of_partner(turn.connection, turn.desk.vault, turn.person)
    turn.tell("letters_head", buttons=[[_line(turn, one, partner)] for one in found])


def _line(turn: Turn, one: Listed, partner: str) -> Button:
    date = {"date": turn.desk.library.day(one.at, turn.person.zone, turn.person.lang)}
    letter = one.letter
    if not one.mine:
        return "list_received", act("l", letter.id, "read"), {"partner": _signed(turn, letter) or partner, **date}
    names = {"draft": "list_draft", "kept": "list_kept"}
    sent = "list_resting" if one.resting else "list_sent"
    return names.get(letter.state, sent), act("l", letter.id, "mine"), date


def _signed(turn: Turn, letter: LetterRow) -> str:
    if letter.opened_at is None:
        return ""
    return access.signature(turn.desk.vault, actor_id=turn.person.id, object_=letter)
