"""Everything of one's own as JSON, and as a page to read: an act that crosses subjects.

Letters of the partner only as received.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import func, select

from bot import access
from bot.access import LetterRow, letter_row
from bot.checkup import service as checkup
from bot.conversation import readable
from bot.db.models import Letter, NotForUs, Nudge
from bot.delivery.turn import Turn

_letters = Letter
_COLUMNS = [_letters.c[name] for name in LetterRow.__dataclass_fields__]
_nudges = Nudge
_never = NotForUs


def export(turn: Turn) -> None:
    """A page to read, and the same as JSON for other programs; letters of the partner only as received."""
    letters = own_letters(turn)
    readable.send(turn, letters)
    turn.send("document", {"name": "rekindle.json", "text": _json(turn, letters).decode()})


def collect(turn: Turn) -> bytes:
    """The content of the JSON file."""
    return _json(turn, own_letters(turn))


def _json(turn: Turn, letters: list[LetterRow]) -> bytes:
    return orjson.dumps(
        {
            "about": _about(turn),
            "check_ups": _checkups(turn),
            "path": access.own_steps(turn.desk.vault, turn.person),
            "letters": [_letter(turn, letter) for letter in letters],
            "daily_message": _daily(turn),
            "nudges": _nudge_list(turn),
        },
        option=orjson.OPT_INDENT_2,
    )


def page(turn: Turn) -> bytes:
    """The page to read, in one file however long it is."""
    return readable.whole(turn, [letter.id for letter in own_letters(turn)]).encode()


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
        "path": person.path,
        "letters_muted": person.letters_muted,
        "letters_guarded": bool(person.letters_guarded),
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


def own_letters(turn: Turn) -> list[LetterRow]:
    """The letters that this person has a copy of and may read, the oldest first."""
    me = turn.person.id
    mine = (_letters.c.writer_id == me) | ((_letters.c.reader_id == me) & _letters.c.opened_at.is_not(None))
    dated = func.coalesce(_letters.c.sealed_at, _letters.c.created_at)
    query = select(*_COLUMNS).where(mine, _letters.c.state != "discarded").order_by(dated, _letters.c.id)
    found = [letter_row(row) for row in turn.connection.execute(query).mappings()]
    return [letter for letter in found if letter is not None and letter.is_held_by(me)]


def _letter(turn: Turn, letter: LetterRow) -> dict[str, Any]:
    me, vault = turn.person.id, turn.desk.vault
    words = access.read_letter(turn.connection, vault, actor_id=me, object_=letter)
    return {
        "kind": letter.kind,
        "from": "me" if letter.writer_id == me else access.signature(vault, actor_id=me, object_=letter),
        "sealed_at": letter.sealed_at.isoformat() if letter.sealed_at else None,
        "text": words.text,
    }


def _nudge_list(turn: Turn) -> list[dict[str, Any]]:
    mine = (_nudges.c.person_id == turn.person.id) & (_nudges.c.gesture != "")
    rows = turn.connection.execute(select(_nudges).where(mine)).mappings()
    return [{"on": row["on"].isoformat(), "gesture": row["gesture"], "answer": row["state"]} for row in rows]
