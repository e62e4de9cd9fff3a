"""A person's letters as lists of buttons: the latest, those of a month, and those that hold certain words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import RowMapping

from bot import access
from bot.clock import local_day, local_month, zone_of
from bot.db import people
from bot.delivery.buttons import act
from bot.delivery.exchange_pages import lone
from bot.delivery.keepsake_pages import may_have
from bot.delivery.turn import Button, Turn
from bot.engine.events import Start
from bot.letters import copies, exchange, reading, sentences
from bot.letters.queries import Listed, listed
from bot.letters.rules import GOES_SOON

LATEST = 8
A_PAGE = 20  # letters of a month, or found ones, under one message
LOOKED_THROUGH, CHARACTERS = 10_000, 20_000_000  # the newest are searched; each is opened for it
AT_ONCE = 200  # read by one query
NAMES = {"draft": "list_draft", "unsent": "list_unsent", "withdrawn": "list_withdrawn"}
_MONTH = re.compile(r"m(\d{4})(\d{2})o(\d{1,4})", re.ASCII)


def shelf(turn: Turn, *, limit: int | None = LATEST) -> list[Listed]:
    """What this person's list of letters holds at present."""
    together = people.reachable_partner(turn.connection, turn.person) is not None
    return listed(turn.connection, turn.person.id, now=turn.now, unopened=together, limit=limit)


def show_list(turn: Turn) -> None:
    """The last letters of a person, each a button: drafts, sent, received."""
    offers = [[_offer(turn, row)] for row in exchange.offered_to(turn)]
    found = shelf(turn, limit=LATEST + 1)
    own: list[list[Button]] = [[("my_sentences", act("w", turn.person.id, "list"))]] if sentences.has_any(turn) else []
    if not found and not offers:
        turn.tell("letters_none", buttons=own)
        return
    turn.tell("letters_head", buttons=[*offers, *_lines(turn, found[:LATEST]), *_further(turn, found), *own])


def _further(turn: Turn, found: list[Listed]) -> list[list[Button]]:
    """Ways to those that do not stand there, and to fold at once whatever lies open."""
    me = turn.person.id
    folding: list[Button] = [("fold_all", act("b", me, "fold"))] if reading.lie_open(turn.connection, me) else []
    if going(turn):
        folding.append(("show_going", act("b", me, "going")))
    older: list[Button] = [("by_month", act("b", me, "months")), ("find_letter", act("b", me, "find"))]
    printing: list[Button] = [("keepsake_several", act("c", me, "begin"))] if _may_choose(turn, found) else []
    return [row for row in (older if len(found) > LATEST else [], printing, folding) if row]


def _may_choose(turn: Turn, found: list[Listed]) -> bool:
    """Whether two of these could stand in one file."""
    return sum(may_have(turn.person.id, one.letter) for one in found) > 1


def tapped(turn: Turn, person_id: int, name: str, *, message_id: int) -> Start | str | None:
    """Buttons `b.<person>.<act>`: the months, one of them from a place on, the search, folding all, and closing."""
    if person_id != turn.person.id:
        return "moved_on"
    if name == "close":
        turn.take_away(message_id)
        return None
    if name == "find":
        return Start("find_letter")
    if name == "fold":
        return reading.fold_all(turn)
    if name in ACTS:
        return ACTS[name](turn)
    month = _MONTH.fullmatch(name)
    return "moved_on" if month is None else _show_month(turn, (int(month[1]), int(month[2])), int(month[3]))


def _show_months(turn: Turn) -> str | None:
    """Every month in which there is a letter, the newest first."""
    newest = sorted(shelf(turn, limit=None), key=_when, reverse=True)
    months = [(month, next(ones)) for month, ones in groupby(newest, key=lambda one: _month_of(turn, one))]
    if not months:
        return "moved_on"
    buttons = [[_month_button(turn, month, one)] for month, one in months]
    turn.tell("letters_months", buttons=[*buttons, _closing(turn)])
    return None


def _closing(turn: Turn) -> list[Button]:
    return [("close", act("b", turn.person.id, "close"))]


def _when(one: Listed) -> datetime:
    return one.at


def _month_of(turn: Turn, one: Listed) -> tuple[int, int]:
    return local_month(one.at, zone_of(turn.person.zone))


def _month_button(turn: Turn, month: tuple[int, int], one: Listed) -> Button:
    name = turn.desk.library.month(one.at, turn.person.zone, turn.person.lang)
    return "list_month", _month_act(turn, month, 0), {"month": name}


def _month_act(turn: Turn, month: tuple[int, int], place: int) -> str:
    return act("b", turn.person.id, f"m{month[0]:04}{month[1]:02}o{place}")


def _show_month(turn: Turn, month: tuple[int, int], place: int) -> str | None:
    """The letters of a month, the newest first, from this place on."""
    theirs = [one for one in shelf(turn, limit=None) if _month_of(turn, one) == month]
    theirs.sort(key=_when, reverse=True)
    found = theirs[place : place + A_PAGE]
    if not found:
        return "moved_on"
    name = turn.desk.library.month(found[0].at, turn.person.zone, turn.person.lang)
    more = len(theirs) > place + A_PAGE
    older: list[list[Button]] = [[("month_older", _month_act(turn, month, place + A_PAGE))]] if more else []
    turn.tell("letters_month", {"month": name}, buttons=[*_lines(turn, found), *older, _closing(turn)])
    return None


def find(turn: Turn, *, words: str) -> None:
    """The letters that hold all these words, the newest first: one's own, and received ones that were opened."""
    newest = sorted(shelf(turn, limit=None), key=_when, reverse=True)
    found, looked = _search(turn, newest, words.casefold().split())
    if found:
        turn.tell(
            "letters_found_many" if len(found) > A_PAGE else "letters_found", buttons=_lines(turn, found[:A_PAGE])
        )
    else:
        turn.tell("letters_not_found")
    if looked < len(newest) and len(found) <= A_PAGE:
        last = turn.desk.library.date(local_day(newest[looked - 1].at, zone_of(turn.person.zone)), turn.person.lang)
        turn.tell("letters_looked_back", {"date": last})


def _search(turn: Turn, newest: list[Listed], wanted: list[str]) -> tuple[list[Listed], int]:
    """What was found, one more than fits a page at most, and how many letters were looked at."""
    found: list[Listed] = []
    looked = characters = 0
    while wanted and looked < min(len(newest), LOOKED_THROUGH) and characters < CHARACTERS and len(found) <= A_PAGE:
        some = newest[looked : looked + AT_ONCE]
        read = access.read_many(
            turn.connection, turn.desk.vault, actor_id=turn.person.id, letters=[one.letter for one in some]
        )
        texts = {letter.id: text.casefold() for letter, text in read}
        found += [
            one for one in some if one.letter.id in texts and all(word in texts[one.letter.id] for word in wanted)
        ]
        looked += len(some)
        characters += sum(map(len, texts.values()))
    return found[: A_PAGE + 1], looked


# -- those whose half year is nearly over


def going(turn: Turn) -> list[Listed]:
    """Copies of this person that go within a month, the first to go at the top; none while nobody is there."""
    if people.reachable_partner(turn.connection, turn.person) is None:
        return []
    found = listed(turn.connection, turn.person.id, now=turn.now, going_by=turn.now + GOES_SOON)
    found = [one for one in found if copies.may_be_kept(turn, one.letter)]
    return sorted(found, key=lambda one: _ends(turn, one))


def _show_going(turn: Turn) -> str | None:
    found = going(turn)
    if not found:
        turn.tell("letters_going_none")
        return None
    first, last = (
        turn.desk.library.day(_ends(turn, one), turn.person.zone, turn.person.lang) for one in (found[0], found[-1])
    )
    several = len(found) > 1
    keeping: list[Button] = [("preserve_all" if several else "preserve", act("b", turn.person.id, "preserve"))]
    buttons = [*_lines(turn, found[:A_PAGE]), keeping]
    if first != last:
        turn.tell("letters_going", {"first": first, "last": last}, buttons=buttons)
    else:
        turn.tell("letters_going_on" if several else "letter_goes", {"date": first}, buttons=buttons)
    return None


def _ends(turn: Turn, one: Listed) -> datetime:
    return one.letter.ends_for(turn.person.id) or turn.now


def _preserve_all(turn: Turn) -> str:
    found = going(turn)
    for one in found:
        copies.keep(turn, one.letter)
    if not found:
        return "moved_on"
    return "interface.letters_preserved" if len(found) > 1 else "interface.letter_preserved"


# -- a line


def _offer(turn: Turn, row: RowMapping) -> Button:
    label = turn.desk.library.label("questions", row["question"])
    return "list_exchange", act("x", row["id"], "write"), {"question": label}


def _lines(turn: Turn, found: list[Listed]) -> list[list[Button]]:
    return [[button] for button in buttons_of(turn, found)]


def buttons_of(turn: Turn, found: Sequence[Listed]) -> list[Button]:
    """A button for each letter; those that would read alike have the hour as well, and those of one minute a number."""
    partner = access.name_of_partner(turn.connection, turn.desk.vault, turn.person)
    buttons = [_line(turn, one, partner) for one in found]
    alike = _alike(turn, buttons)
    buttons = [_line(turn, one, partner, hour=place in alike) for place, one in enumerate(found)]
    number = {
        place: rank for rank, place in enumerate(sorted(_alike(turn, buttons), key=lambda at: found[at].letter.id), 1)
    }
    return [_line(turn, one, partner, hour=place in alike, number=number.get(place)) for place, one in enumerate(found)]


def _alike(turn: Turn, buttons: list[Button]) -> set[int]:
    """The places of buttons that read like another one."""
    labels = [label(turn, button) for button in buttons]
    often = Counter(labels)
    return {place for place, text in enumerate(labels) if often[text] > 1}


def label(turn: Turn, button: Button) -> str:
    """What stands on a button."""
    args = button[2] if len(button) > 2 else {}
    return turn.desk.library.catalogue.text(f"interface.{button[0]}", turn.person.lang, args)


def _line(turn: Turn, one: Listed, partner: str, *, hour: bool = False, number: int | None = None) -> Button:
    date, letter = {"date": _date(turn, one, hour=hour, number=number)}, one.letter
    if not one.mine and letter.keeps and letter.opened_at is None:
        name = "list_kept_closed_on" if hour else "list_kept_closed"
        return name, act("l", letter.id, "read"), {"partner": partner, **date}
    if not one.mine:
        return "list_received", act("l", letter.id, "read"), {"partner": _signed(turn, one) or partner, **date}
    sent = "list_resting" if one.resting else "list_sent"
    sent = "list_exchanging" if lone(turn.connection, letter) else sent
    name = NAMES.get(letter.seen_by_writer, sent)
    return name, act("l", letter.id, "mine"), date


def _date(turn: Turn, one: Listed, *, hour: bool, number: int | None) -> str:
    library, person = turn.desk.library, turn.person
    date = library.day(one.at, person.zone, person.lang)
    if not hour:
        return date
    args = {"date": date, "time": library.time(one.hour, person.zone), "number": str(number or "")}
    name = "list_hour" if number is None else "list_alike"
    return library.catalogue.text(f"interface.{name}", person.lang, args)


def _signed(turn: Turn, one: Listed) -> str:
    if one.letter.opened_at is None:
        return ""
    return access.signature(turn.desk.vault, actor_id=turn.person.id, object_=one.letter)


ACTS: dict[str, Callable[[Turn], str | None]] = {
    "months": _show_months,
    "going": _show_going,
    "preserve": _preserve_all,
}
