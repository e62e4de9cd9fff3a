"""How a nudge looks: the gesture and its buttons, and what stands there after a tap."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Nudge, table
from bot.delivery.buttons import Shown, act
from bot.delivery.render import Call, Page, message, renders

_nudges = table(Nudge)


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
    """The day's gesture. Behind "Not now" stands the way to never see it again."""
    text = _gesture(page)
    if text is None:
        return None
    nudge_id = page.row.payload["nudge"]
    done = page.own("nudge_done", act("n", nudge_id, "done"))
    another = page.own("nudge_another", act("n", nudge_id, "another"))
    later = page.own("nudge_not_now", act("n", nudge_id, "not_now"))
    rows = [[done], [another, later]]
    return message(page, Shown(text), rows, edit=slot(nudge_id))


@renders("nudge_end")
def nudge_end(page: Page) -> Call | None:
    """After an answer: the gesture stays to be read, a word below it, and a way to have it never again."""
    text = _gesture(page)
    if text is None:
        return None
    nudge_id = page.row.payload["nudge"]
    shown = page.words(f"interface.{page.row.payload['message']}").after(f"{text}\n\n")
    never = [[page.own("nudge_not_for_us", act("n", nudge_id, "never"))]]
    rows = never if page.row.payload["message"] == "nudge_not_now_said" else []
    return message(page, shown, rows, edit=slot(nudge_id))


@renders("quiet")
def quiet(page: Page) -> Call:
    """After weeks without an answer: one question, and then silence."""
    person_id = page.row.payload["person"]
    rows = [[page.own("quiet_yes", act("q", person_id, "yes")), page.own("quiet_no", act("q", person_id, "no"))]]
    return message(page, page.words("interface.nudge_quiet_question"), rows)
