"""Everything of one's own as one file: an act that crosses subjects. Letters of the partner only as received."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from bot import access
from bot.access import letter_row
from bot.checkup import service as checkup
from bot.db.models import Letter, NotForUs, Nudge
from bot.delivery.turn import Turn

_letters = Letter
_nudges = Nudge
_never = NotForUs


def export(turn: Turn) -> None:
    """Everything of one's own as one JSON file; letters of the partner only as received."""
    turn.send("document", {"name": "rekindle.json", "text": collect(turn).decode()})


def collect(turn: Turn) -> bytes:
    """The content of the export file."""
    return orjson.dumps(
        {
            "about": _about(turn),
            "check_ups": _checkups(turn),
            "path": access.own_steps(turn.desk.vault, turn.person),
            "letters": _letter_list(turn),
            "daily_message": _daily(turn),
            "nudges": _nudge_list(turn),
        },
        option=orjson.OPT_INDENT_2,
    )


def _checkups(turn: Turn) -> list[dict[str, Any]]:
    return [{"began_at": look.began_at.isoformat(), **look.answers} for look in checkup.looks(turn)]


def _about(turn: Turn) -> dict[str, Any]:
    person = turn.person
    return {
        "name": access.own_name(turn.desk.vault, person),
        "focus": access.own_focus(turn.desk.vault, person),
        "zone": person.zone,
        "country": person.country,
        "language": person.lang,
        "since": person.created_at.isoformat(),
    }


def _daily(turn: Turn) -> dict[str, Any]:
    """What was settled about the daily message."""
    person, wanted = turn.person, access.own_wanted(turn.desk.vault, turn.person)
    never = turn.connection.execute(select(_never.c.gesture).where(_never.c.person_id == person.id)).scalars()
    return {
        "minute_of_day": person.nudge_minute,
        "days": [turn.desk.library.weekday(day, person.lang) for day in range(7) if person.nudge_days >> day & 1],
        "quiet_minutes": [person.quiet_from, person.quiet_to],
        "effort_at_most": person.effort_max,
        "kinds_off": sorted(wanted.kinds_off),
        "homes": sorted(wanted.homes),
        "off": person.nudges_off,
        "paused_until": person.paused_until.isoformat() if person.paused_until else None,
        "not_for_us": sorted(never),
    }


def _letter_list(turn: Turn) -> list[dict[str, Any]]:
    me = turn.person.id
    mine = (_letters.c.writer_id == me) | ((_letters.c.reader_id == me) & _letters.c.opened_at.is_not(None))
    rows = turn.connection.execute(select(_letters).where(mine, _letters.c.state != "discarded")).mappings()
    found = []
    for row in rows:
        letter = letter_row(row)
        if letter is None or not letter.is_held_by(me):
            continue
        words = access.read_letter(turn.connection, turn.desk.vault, actor_id=me, object_=letter)
        written = letter.writer_id == me
        found.append(
            {
                "kind": letter.kind,
                "from": "me" if written else access.signature(turn.desk.vault, actor_id=me, object_=letter),
                "sealed_at": letter.sealed_at.isoformat() if letter.sealed_at else None,
                "text": words.text,
            }
        )
    return found


def _nudge_list(turn: Turn) -> list[dict[str, Any]]:
    mine = (_nudges.c.person_id == turn.person.id) & (_nudges.c.gesture != "")
    rows = turn.connection.execute(select(_nudges).where(mine)).mappings()
    return [{"on": row["on"].isoformat(), "gesture": row["gesture"], "answer": row["state"]} for row in rows]
