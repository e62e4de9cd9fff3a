"""A keepsake of a chosen few: one's letters by month, eight at a page, each a switch; then one file of those chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, select

from bot.clock import local_month, zone_of
from bot.db.models import KeepsakeChoice
from bot.delivery import outbox
from bot.delivery.buttons import act, base36
from bot.delivery.keepsake_pages import may_have
from bot.delivery.turn import Button, Turn
from bot.letters import listing
from bot.letters.keepsakes import MOST
from bot.letters.queries import Listed

_choices = KeepsakeChoice
A_PAGE = 8
SLOT = "chosen"
_ACT = re.compile(r"(?P<what>on|off|page)(?P<number>[0-9a-z]{1,13})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the panel: letters of one month."""

    at: datetime
    letters: tuple[Listed, ...]


def tapped(turn: Turn, person_id: int, name: str, *, message_id: int) -> str | None:
    """Buttons `c.<person>.<act>`. Returns the name of a toast."""
    if person_id != turn.person.id:
        return "moved_on"
    if name == "begin":
        _forget(turn)
        return _show(turn, 0, fresh=True)
    if name == "make":
        return _make(turn, message_id)
    if name == "close":
        _close(turn, message_id)
        return None
    found = _ACT.fullmatch(name)
    if found is None:
        return "moved_on"
    if found["what"] == "page":
        return _show(turn, int(found["number"], 36))
    return _switch(turn, int(found["number"], 36), on=found["what"] == "on")


def _printable(turn: Turn) -> list[Listed]:
    """The letters that this person may have on paper, the newest first."""
    found = [one for one in listing.shelf(turn, limit=None) if may_have(turn.person.id, one.letter)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _sheets(turn: Turn) -> list[Sheet]:
    zone = zone_of(turn.person.zone)
    months = groupby(_printable(turn), key=lambda one: local_month(one.at, zone))
    return [sheet for _, ones in months for sheet in _of_a_month(tuple(ones))]


def _of_a_month(ones: tuple[Listed, ...]) -> list[Sheet]:
    return [Sheet(ones[place].at, ones[place : place + A_PAGE]) for place in range(0, len(ones), A_PAGE)]


def _chosen(turn: Turn) -> set[int]:
    query = select(_choices.c.letter_id).where(_choices.c.person_id == turn.person.id)
    return set(turn.connection.execute(query).scalars())


def _forget(turn: Turn) -> None:
    turn.connection.execute(delete(_choices).where(_choices.c.person_id == turn.person.id))


# -- the panel


def _show(turn: Turn, number: int, *, fresh: bool = False) -> str | None:
    sheets = _sheets(turn)
    if not 0 <= number < len(sheets):
        return "moved_on"
    sheet, chosen = sheets[number], _chosen(turn)
    month = turn.desk.library.month(sheet.at, turn.person.zone, turn.person.lang)
    named = zip(sheet.letters, listing.buttons_of(turn, sheet.letters), strict=True)
    rows = [[_switch_of(turn, one, button, on=one.letter.id in chosen)] for one, button in named]
    rows += _turning(turn, number, len(sheets))
    ending: list[Button] = [("keepsake_make", act("c", turn.person.id, "make"))] if chosen else []
    rows.append([*ending, ("close", act("c", turn.person.id, "close"))])
    payload = {
        "message": "interface.keepsake_choose",
        "args": {"month": month, "count": str(len(chosen))},
        "buttons": rows,
        "edit": None if fresh else SLOT,
    }
    turn.send("say", payload, slot=SLOT)
    return None


def _turning(turn: Turn, number: int, pages: int) -> list[list[Button]]:
    newer: list[Button] = [("choose_newer", act("c", turn.person.id, f"page{base36(number - 1)}"))] if number else []
    more = number + 1 < pages
    older: list[Button] = [("choose_older", act("c", turn.person.id, f"page{base36(number + 1)}"))] if more else []
    return [[*newer, *older]] if newer or older else []


def _switch_of(turn: Turn, one: Listed, button: Button, *, on: bool) -> Button:
    """A switch says in words how it stands, and brings what it shall be."""
    name = f"{'off' if on else 'on'}{base36(one.letter.id)}"
    return (
        "keepsake_in" if on else "keepsake_out",
        act("c", turn.person.id, name),
        {"label": listing.label(turn, button)},
    )


def _switch(turn: Turn, letter_id: int, *, on: bool) -> str | None:
    pages = [
        number for number, sheet in enumerate(_sheets(turn)) if letter_id in {one.letter.id for one in sheet.letters}
    ]
    chosen = _chosen(turn)
    if not pages:
        return "moved_on"
    if on and len(chosen) >= MOST:
        return "interface.keepsake_enough"
    row = {"person_id": turn.person.id, "letter_id": letter_id}
    if on and letter_id not in chosen:
        turn.connection.execute(_choices.insert().values(row))
    elif not on:
        this = (_choices.c.person_id == turn.person.id) & (_choices.c.letter_id == letter_id)
        turn.connection.execute(delete(_choices).where(this))
    return _show(turn, pages[0])


# -- the file


def _make(turn: Turn, message_id: int) -> str:
    chosen = _chosen(turn)
    wanted = [one.letter.id for one in reversed(_printable(turn)) if one.letter.id in chosen]
    if not wanted:
        return "moved_on"
    key = f"keepsake:{turn.person.id}:{sum(wanted):x}:{turn.now:%Y%m%d%H%M}"
    turn.send("keepsake", {"letters": wanted, "more": False}, key=key)
    _close(turn, message_id)
    return "interface.keepsake_coming"


def _close(turn: Turn, message_id: int) -> None:
    _forget(turn)
    panel = outbox.in_slot(turn.connection, turn.person.id, SLOT)
    turn.take_away(panel or message_id)
