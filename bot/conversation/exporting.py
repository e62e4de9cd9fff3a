"""Everything of one's own as one file: an act that crosses subjects. Letters of the partner only as received."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from bot import access
from bot.access import letter_row
from bot.checkup import service as checkup
from bot.db.models import Letter, Nudge, table
from bot.delivery.turn import Turn

_letters = table(Letter)
_nudges = table(Nudge)


def export(turn: Turn) -> None:
    """Everything of one's own as one JSON file; letters of the partner only as received."""
    turn.send("document", {"name": "rekindle.json", "text": collect(turn).decode()})


def collect(turn: Turn) -> bytes:
    """The content of the export file."""
    return orjson.dumps(
        {
            "about": _about(turn),
            "check_up": _checkup(turn),
            "letters": _letter_list(turn),
            "nudges": _nudge_list(turn),
        },
        option=orjson.OPT_INDENT_2,
    )


def _checkup(turn: Turn) -> dict[str, Any]:
    found = checkup.latest(turn)
    return {} if found is None else found[1]


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


def _letter_list(turn: Turn) -> list[dict[str, Any]]:
    me = turn.person.id
    mine = (_letters.c.writer_id == me) | ((_letters.c.reader_id == me) & _letters.c.opened_at.is_not(None))
    rows = turn.connection.execute(select(_letters).where(mine, _letters.c.state != "discarded")).mappings()
    found = []
    for row in rows:
        letter = letter_row(row)
        if letter is None or (letter.writer_key if letter.writer_id == me else letter.reader_key) is None:
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
    rows = turn.connection.execute(select(_nudges).where(_nudges.c.person_id == turn.person.id)).mappings()
    return [{"on": row["on"].isoformat(), "gesture": row["gesture"], "answer": row["state"]} for row in rows]
