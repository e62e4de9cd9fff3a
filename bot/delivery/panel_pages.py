"""Two panels of switches, each one message whose keyboard is edited: kinds of gestures, and days of the week."""

from __future__ import annotations

from collections.abc import Sequence

from bot import access
from bot.content.gestures import CATEGORIES, HOMES
from bot.delivery.buttons import Label, act
from bot.delivery.render import Call, Page, message, renders

WEEK = range(7)
WORKING_DAYS, WEEKEND, EVERY_DAY = 0b0011111, 0b1100000, 0b1111111
PRESETS = {"all": EVERY_DAY, "work": WORKING_DAYS, "end": WEEKEND}
PREFIX = {"kinds": "k", "days": "d"}


def slot(panel: str) -> str:
    """The place of a panel in its person's chat: only the newest is alive."""
    return f"panel:{panel}"


@renders("panel")
def panel(page: Page) -> Call:
    """The panel as it is now; `fresh` below everything else, `closed` as one sentence without switches."""
    name, payload = page.row.payload["panel"], page.row.payload
    edit = None if payload.get("fresh") else slot(name)
    if payload.get("closed"):
        text, listed = _summary(page, name)
        return message(page, page.words(f"interface.{text}", {"listed": listed}), [], edit=edit)
    done = page.own("panel_done", act(PREFIX[name], page.person.id, "done"))
    return message(page, page.words(f"interface.panel_{name}"), [*_rows(page, name), [done]], edit=edit)


def _rows(page: Page, name: str) -> list[list[Label]]:
    if name == "kinds":
        wanted = access.own_wanted(page.desk.vault, page.person)
        kinds = [_switch(page, "k", kind, _kind(page, kind), on=kind not in wanted.kinds_off) for kind in CATEGORIES]
        homes = [_switch(page, "k", home, _kind(page, home), on=home in wanted.homes) for home in HOMES]
        return [*_pairs(kinds), *_pairs(homes)]
    presets = [[page.own(f"days_{preset}", act("d", page.person.id, f"{preset}_on"))] for preset in PRESETS]
    days = [_switch(page, "d", f"day{day}", _day(page, day), on=_has(page, day)) for day in WEEK]
    return [*presets, *_pairs(days)]


def _switch(page: Page, prefix: str, name: str, label: str, *, on: bool) -> Label:
    """A switch says in words how it stands, and brings what it shall be: a second tap on an old one does no harm."""
    text = page.label(f"interface.switch_{'on' if on else 'off'}", {"label": label})
    return Label(text, act(prefix, page.person.id, f"{name}_{'off' if on else 'on'}"))


def _pairs(labels: Sequence[Label]) -> list[list[Label]]:
    return [list(labels[place : place + 2]) for place in range(0, len(labels), 2)]


def _kind(page: Page, kind: str) -> str:
    return page.label(f"interface.kind_{kind}")


def _day(page: Page, day: int) -> str:
    return page.desk.library.weekday(day, page.lang)


def _has(page: Page, day: int) -> bool:
    return bool(page.person.nudge_days >> day & 1)


def _summary(page: Page, name: str) -> tuple[str, str]:
    if name == "days":
        return "panel_days_said", ", ".join(_day(page, day) for day in WEEK if _has(page, day))
    off = access.own_wanted(page.desk.vault, page.person).kinds_off
    listed = ", ".join(_kind(page, kind) for kind in CATEGORIES if kind in off)
    return ("panel_kinds_said", listed) if off else ("panel_kinds_all_said", listed)
