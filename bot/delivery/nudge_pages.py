"""How a nudge looks: the gesture and its buttons, and what stands there after a tap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.db.models import Nudge
from bot.delivery.buttons import Label, Shown, act
from bot.delivery.render import Call, Page, message, renders

_nudges = Nudge


def slot(nudge_id: int) -> str:
    """The place of a nudge in its person's chat."""
    return f"nudge:{nudge_id}"


def _gesture(page: Page) -> str | None:
    nudge_id = page.row.payload["nudge"]
    query = select(_nudges.c.gesture).where(_nudges.c.id == nudge_id, _nudges.c.person_id == page.person.id)
    gesture = page.desk.library.gestures.get(page.connection.execute(query).scalar() or "")
    if gesture is None:
        return None
    return page.label(f"gestures.{gesture.id}")


@renders("nudge")
def nudge(page: Page) -> Call | None:
    """The day's gesture, in its place or, `fresh`, below everything else."""
    text = _gesture(page)
    if text is None:
        return None
    nudge_id = page.row.payload["nudge"]
    done = page.own("nudge_done", act("n", nudge_id, "done"))
    another = page.own("nudge_another", act("n", nudge_id, "another"))
    later = page.own("nudge_not_now", act("n", nudge_id, "not_now"))
    rows = [[done], [another, later]]
    return message(page, Shown(text), rows, edit=None if page.row.payload.get("fresh") else slot(nudge_id))


@renders("nudge_end")
def nudge_end(page: Page) -> Call | None:
    """After an answer: the gesture stays to be read, a word below it. Not now: tonight, never again, and why."""
    text = _gesture(page)
    if text is None:
        return None
    payload = page.row.payload
    shown = page.words(f"interface.{payload['message']}", payload.get("args")).after(f"{text}\n\n")
    rows = _behind(page, payload) if payload["message"] == "nudge_not_now_said" else []
    return message(page, shown, rows, edit=slot(payload["nudge"]))


def _behind(page: Page, payload: Mapping[str, Any]) -> list[list[Label]]:
    """What stands behind "Not now"; tonight only while this day still has an evening."""
    tonight = [page.own("nudge_tonight", act("n", payload["nudge"], "tonight"))] if payload.get("tonight") else []
    never = page.own("nudge_not_for_us", act("n", payload["nudge"], "never"))
    return [tonight, [never, page.own("nudge_why", act("n", payload["nudge"], "why"))]]


@renders("quiet")
def quiet(page: Page) -> Call:
    """After weeks without an answer: one question, and then silence."""
    person_id = page.row.payload["person"]
    rows = [[page.own("quiet_yes", act("q", person_id, "yes")), page.own("quiet_no", act("q", person_id, "no"))]]
    return message(page, page.words("interface.nudge_quiet_question"), rows)


@renders("recheck")
def recheck(page: Page) -> Call:
    """Three months later, instead of a gesture: another look, which names nothing on a lock screen."""
    person_id = page.row.payload["person"]
    look, later = (page.own(f"recheck_{name}", act("r", person_id, name)) for name in ("look", "later"))
    return message(page, page.words("interface.recheck_question"), [[look, later]])
