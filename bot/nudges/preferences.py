"""What a person settles about the daily message: hour, days, quiet hours, kinds, and how long a gesture may take."""

from __future__ import annotations

from typing import Any

from bot import access
from bot.access import Wanted
from bot.clock import is_quiet
from bot.content.gestures import CATEGORIES, HOMES
from bot.db import people
from bot.delivery import outbox, panel_pages
from bot.delivery.panel_pages import PRESETS, WEEK
from bot.delivery.turn import Turn
from bot.engine.script import Value
from bot.nudges import service

EFFORT = {"short": 2, "any": 3}
QUIET = {"h21_h08": (1260, 480), "h22_h07": (1320, 420), "h23_h09": (1380, 540), "none": (0, 0)}


def save_hour(turn: Turn, *, hour: str) -> None:
    """The hour of the daily message, an id of the hours list."""
    _change(turn, nudge_minute=_minute(hour))
    _say_if_quiet(turn)


def save_quiet(turn: Turn, *, hours: str) -> None:
    """Quiet hours from a short list."""
    quiet_from, quiet_to = QUIET[hours]
    _change(turn, quiet_from=quiet_from, quiet_to=quiet_to)
    _say_if_quiet(turn)


def save_own_quiet(turn: Turn, *, start: str, end: str) -> None:
    """Quiet hours of one's own; equal ends mean none."""
    _change(turn, quiet_from=_minute(start), quiet_to=_minute(end))
    _say_if_quiet(turn)


def save_effort(turn: Turn, *, effort: str) -> None:
    """How long a gesture may take."""
    _change(turn, effort_max=EFFORT[effort])


def _minute(hour: str) -> int:
    return int(hour[1:3]) * 60


def _change(turn: Turn, **values: Any) -> None:
    people.change(turn.connection, turn.person.id, **values)
    service.replan(turn)


def _say_if_quiet(turn: Turn) -> None:
    """The chosen hour lies in quiet hours: what happens then."""
    person = people.by_id(turn.connection, turn.person.id)
    if person is not None and is_quiet(person.nudge_minute, person.quiet_from, person.quiet_to):
        turn.tell("hour_in_quiet", {"hour": _clock(person.nudge_minute), "end": _clock(person.quiet_to)})


# -- panels


def show_kinds(turn: Turn) -> None:
    """The panel of kinds, below everything else."""
    _show(turn, "kinds")


def show_days(turn: Turn) -> None:
    """The panel of days, below everything else."""
    _show(turn, "days")


def _show(turn: Turn, panel: str) -> None:
    older = outbox.in_slot(turn.connection, turn.person.id, panel_pages.slot(panel))
    if older is not None:
        turn.send("unbutton", {"message_id": older})
    turn.send("panel", {"panel": panel, "fresh": True}, slot=panel_pages.slot(panel))


def tapped(turn: Turn, panel: str, owner: int, name: str, *, message_id: int) -> str | None:
    """A switch of a panel, or its end. Returns a toast; `moved_on` for one that is no longer the newest."""
    alive = outbox.in_slot(turn.connection, turn.person.id, panel_pages.slot(panel))
    if owner != turn.person.id or message_id != alive:
        return "moved_on"
    if name == "done":
        turn.send("panel", {"panel": panel, "closed": True}, slot=panel_pages.slot(panel))
        return None
    which, _, wanted = name.rpartition("_")
    if wanted not in ("on", "off"):
        return "moved_on"
    switch = _switch_kind if panel == "kinds" else _switch_day
    toast = switch(turn, which, on=wanted == "on")
    if toast is None:
        turn.send("panel", {"panel": panel}, slot=panel_pages.slot(panel))
    return toast


def _switch_kind(turn: Turn, kind: str, *, on: bool) -> str | None:
    wanted = access.own_wanted(turn.desk.vault, turn.person)
    off, homes = set(wanted.kinds_off), set(wanted.homes)
    if kind in HOMES:
        (homes.add if on else homes.discard)(kind)
    elif kind in CATEGORIES:
        (off.discard if on else off.add)(kind)
    else:
        return "moved_on"
    if not set(CATEGORIES) - off:
        return "interface.one_stays_on"
    sealed = access.seal_wanted(turn.desk.vault, turn.person, Wanted(frozenset(off), frozenset(homes)))
    people.change(turn.connection, turn.person.id, gestures_off=sealed)
    return None


def _switch_day(turn: Turn, name: str, *, on: bool) -> str | None:
    days = turn.person.nudge_days
    if name in PRESETS:
        days = PRESETS[name]
    elif name.startswith("day") and name[3:] in map(str, WEEK):
        bit = 1 << int(name[3:])
        days = days | bit if on else days & ~bit
    else:
        return "moved_on"
    if not days:
        return "interface.one_stays_on"
    _change(turn, nudge_days=days)
    return None


# -- as facts


def nudge_time(turn: Turn) -> Value:
    """The hour at which the daily message really comes: one in quiet hours gives way to their end."""
    person = turn.person
    quiet = is_quiet(person.nudge_minute, person.quiet_from, person.quiet_to)
    return _clock(person.quiet_to if quiet else person.nudge_minute)


def quiet_hours(turn: Turn) -> Value:
    """Quiet hours in words."""
    person, lang = turn.person, turn.person.lang
    ends = {"start": _clock(person.quiet_from), "end": _clock(person.quiet_to)}
    name = "quiet_none" if person.quiet_from == person.quiet_to else "quiet_span"
    return turn.desk.library.catalogue.text(f"interface.{name}", lang, ends)


def effort(turn: Turn) -> Value:
    """How long a gesture may take."""
    return "any" if turn.person.effort_max > EFFORT["short"] else "short"


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
