"""Buttons of letters (`l.<id>.<act>`): who may, and what happens. Says what the conversation should begin next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from bot import access
from bot.access import LetterRow
from bot.db import people
from bot.delivery import outbox
from bot.delivery.exchange_pages import lone
from bot.delivery.letter_pages import own_slot, slot
from bot.delivery.pages import paginate
from bot.delivery.turn import Turn
from bot.engine.events import Start
from bot.letter_life import Event
from bot.letters import copies, drafts, exchange, keepsakes, reading, service
from bot.letters.rules import Until

UNTIL: Mapping[str, Until] = {name: name for name in get_args(Until)}
NUMBERED = re.compile(r"(?P<what>[pe])(?P<number>[1-9][0-9]{0,2})", re.ASCII)  # a page, an enclosure
IN_BUBBLE = frozenset({"open", "fold", "until", "back", *UNTIL})  # these stand under a letter's bubble alone
BUTTONS: Mapping[str, Event] = {
    **dict.fromkeys(("open", "read"), "open"),
    **dict.fromkeys((*UNTIL, "until", "back"), "put_off"),
    "save": "save",
    "fold": "fold",
    "answer": "answer",
    "worry": "worry",
    "mine": "look",
    "withdraw": "withdraw",
    **dict.fromkeys(("discard", "discard_yes"), "discard"),
    **dict.fromkeys(("drop", "drop_yes"), "drop"),
    **dict.fromkeys(("drop_own", "drop_own_yes"), "drop_own"),
    **dict.fromkeys(("preserve", "unpreserve"), "preserve"),
    **dict.fromkeys(("preserve_own", "unpreserve_own"), "preserve_own"),
    "alone": "send_alone",
    **dict.fromkeys(("guard", "unguard"), "prepare"),
    **dict.fromkeys(("print", "month"), "print"),
    **dict.fromkeys(("print_own", "month_own"), "print_own"),
}
"""What each button of a letter brings about, in the words of the table of its life."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of a letter: its name, and the message that it stands under."""

    name: str
    message_id: int


def tapped(turn: Turn, letter_id: int, name: str, *, message_id: int) -> Start | str | None:
    """Does what the button says, if the table lets this person. Returns a dialog, the name of a toast, or nothing."""
    letter = access.letter(turn.connection, letter_id, lock=True)
    if name == "close" and letter is not None and turn.person.id in (letter.writer_id, letter.reader_id):
        turn.take_away(message_id)
        return None
    event = _event(name)
    if letter is None or event is None or not access.can(turn.person.id, event, letter):
        return "moved_on"
    if letter.reader_id == turn.person.id and letter.opened_at is None and _alone(turn):
        outbox.vacate(turn.connection, turn.person.id, slot(letter.id))  # the notice loses its buttons by this
        return "moved_on"  # nobody is there to have sent it
    if letter.reader_id == turn.person.id and (name in IN_BUBBLE or NUMBERED.fullmatch(name)):
        _know_bubble(turn, letter, tap_on=message_id)
    return ACTS[event](turn, letter, Tap(name, message_id))


def _know_bubble(turn: Turn, letter: LetterRow, *, tap_on: int) -> None:
    """A bubble whose answer from Telegram was lost is known by the first tap on it, and opened there."""
    place, chat = slot(letter.id), turn.person.telegram_id
    if chat is not None and tap_on and outbox.in_slot(turn.connection, turn.person.id, place) is None:
        outbox.remember(
            turn.connection,
            chat_id=chat,
            message_id=tap_on,
            person_id=turn.person.id,
            ours=True,
            slot=place,
            now=turn.now,
        )
        outbox.move(turn.connection, turn.person.id, tap_on, place)  # it may be known already, without its place


def _event(name: str) -> Event | None:
    numbered = NUMBERED.fullmatch(name)
    if numbered is not None:
        return "turn" if numbered["what"] == "p" else "enclose"
    return BUTTONS.get(name)


def _alone(turn: Turn) -> bool:
    return people.reachable_partner(turn.connection, turn.person) is None


# -- the reader's buttons


def _open(turn: Turn, letter: LetterRow, tap: Tap) -> str | None:
    """Who took back their own letter of an exchange leaves the other one closed."""
    first = letter.opened_at is None
    if first and exchange.took_back(turn.connection, letter, turn.person.id):
        return "interface.exchange_closed"
    reading.open_letter(turn, letter, fresh=tap.name == "read")
    if first and letter.exchange_id is not None:
        turn.tell("exchange_together")
    return "interface.letter_already_open" if letter.page and tap.name == "open" else None


def _put_off(turn: Turn, letter: LetterRow, tap: Tap) -> str | None:
    """From the notice: until when it may wait, or which times there are."""
    if letter.opened_at is not None:
        return "moved_on"
    if tap.name in UNTIL:
        reading.put_off(turn, letter, UNTIL[tap.name])
    else:
        reading.ask_until(turn, letter, choosing=tap.name == "until")
    return None


def _worry(turn: Turn, letter: LetterRow, tap: Tap) -> Start:  # noqa: ARG001 - every act is given the tap
    if letter.opened_at is None:
        reading.ask_until(turn, letter, choosing=False)
    else:
        reading.fold(turn, letter)
    return Start("letter_worries")


def _number(tap: Tap) -> int:
    return int(tap.name[1:])


# -- the writer's buttons


def _look(turn: Turn, letter: LetterRow, tap: Tap) -> Start | str | None:  # noqa: ARG001
    if letter.state == "unsent":
        return Start("unsent_letter", {"draft": letter.ref})
    if letter.state == "draft" and not _alone(turn):
        if letter.kind == "letter":
            return Start("write_letter", {"draft": letter.ref})
        if letter.exchange_id is not None:
            return Start("share_sentence", {"note": letter.ref})
    words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=letter)
    soon = copies.goes_soon(letter, turn.person.id, turn.now)
    pages = len(paginate(words.text))
    for page in range(1, pages + 1):
        place = own_slot(letter.id, "last" if page == pages else str(page))
        turn.send("own", {"letter": letter.id, "page": page, "soon": soon}, slot=place)
    return None


def _withdraw(turn: Turn, letter: LetterRow, tap: Tap) -> None:
    turn.send("unbutton", {"message_id": tap.message_id})
    service.withdraw(turn, letter)


def _send_alone(turn: Turn, letter: LetterRow, tap: Tap) -> str | None:
    if not lone(turn.connection, letter):
        return "moved_on"
    turn.send("unbutton", {"message_id": tap.message_id})
    exchange.send_alone(turn, letter)
    return None


def _guard(turn: Turn, letter: LetterRow, tap: Tap) -> str:
    """This one letter is kept from being forwarded, or not, whatever the settings say."""
    drafts.change(turn.connection, letter.id, guarded=tap.name == "guard")
    turn.send("guard", {"letter": letter.id})
    return f"interface.letter_{tap.name}ed"


def _discard(turn: Turn, letter: LetterRow, tap: Tap) -> None:
    if tap.name == "discard":
        copies.ask(turn, letter, "discard", question="discard")
        return
    drafts.erase(turn.connection, letter, "discard")
    turn.take_away(tap.message_id)
    copies.take_away_own(turn, letter)
    turn.tell("discarded")


# -- of each, about their own copy


def _drop(turn: Turn, letter: LetterRow, tap: Tap) -> str | None:
    """The question first; its message goes with the answer."""
    if tap.name in ("drop", "drop_own"):
        is_given = tap.name == "drop_own" and letter.seen_by_writer != "withdrawn"
        received = "drop" if letter.opened_at is not None else "drop_unread"
        question = "drop_own" if is_given else received if tap.name == "drop" else "discard"
        copies.ask(turn, letter, tap.name, question=question, also="withdraw" if is_given else "")
        return None
    turn.take_away(tap.message_id)
    return copies.drop(turn, letter)


def _preserve(turn: Turn, letter: LetterRow, tap: Tap) -> str:
    return copies.preserve(turn, letter, on=not tap.name.startswith("un"))


ACTS: Mapping[Event, Callable[[Turn, LetterRow, Tap], Start | str | None]] = {
    "open": _open,
    "turn": lambda turn, letter, tap: reading.open_letter(turn, letter, page=_number(tap)),
    "enclose": lambda turn, letter, tap: reading.enclose(turn, letter, place=_number(tap)),
    "save": lambda turn, letter, _: reading.save(turn, letter),
    "fold": lambda turn, letter, _: reading.fold(turn, letter),
    "put_off": _put_off,
    "answer": lambda _, letter, __: Start("answer_letter", {"to": str(letter.id)}),
    "worry": _worry,
    "look": _look,
    "withdraw": _withdraw,
    "send_alone": _send_alone,
    "prepare": _guard,
    "discard": _discard,
    **dict.fromkeys(("drop", "drop_own"), _drop),
    **dict.fromkeys(("preserve", "preserve_own"), _preserve),
    **dict.fromkeys(("print", "print_own"), lambda turn, letter, tap: keepsakes.ask(turn, letter, tap.name)),
}
