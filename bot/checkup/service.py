"""The private look at what is wrong: answers and words under the person's own key, and the focus they choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from bot.checkup.rules import ranked
from bot.db import people
from bot.db.models import Checkup, table
from bot.delivery.turn import Turn

_rows = table(Checkup)
SAME = timedelta(hours=1)


def begin(turn: Turn) -> None:
    """A new check-up; earlier ones stay for then-and-now. Beginning again within the hour goes on with the last."""
    found = latest(turn)
    if found is not None and turn.now - found[2] < SAME:
        return
    checkup_id = turn.desk.chance.new_id(turn.now)
    sealed = _seal(turn, checkup_id, {})
    turn.connection.execute(
        _rows.insert().values(id=checkup_id, person_id=turn.person.id, started_at=turn.now, answers=sealed)
    )


def _seal(turn: Turn, checkup_id: int, answers: Mapping[str, Any]) -> Any:
    text = orjson.dumps(answers).decode()
    return turn.desk.vault.seal(text, owner=turn.person.id, table="checkup", column="answers", row_id=checkup_id)


def latest(turn: Turn) -> tuple[int, dict[str, Any], datetime] | None:
    """The newest check-up of this person: its id, what was said in it, and when it began."""
    query = (
        select(_rows).where(_rows.c.person_id == turn.person.id).order_by(_rows.c.started_at.desc(), _rows.c.id.desc())
    )
    row = turn.connection.execute(query.limit(1)).mappings().first()
    if row is None:
        return None
    text = turn.desk.vault.open(
        row["answers"], owner=turn.person.id, table="checkup", column="answers", row_id=row["id"]
    )
    answers: dict[str, Any] = orjson.loads(text)
    return row["id"], answers, row["started_at"]


def _note(turn: Turn, **said: str) -> None:
    found = latest(turn)
    if found is None:
        begin(turn)
        found = latest(turn)
    assert found is not None  # noqa: S101 - begun above
    checkup_id, answers, _ = found
    sealed = _seal(turn, checkup_id, {**answers, **said})
    turn.connection.execute(update(_rows).where(_rows.c.id == checkup_id).values(answers=sealed))


def note_answer(turn: Turn, *, cause: str, statement: str, answer: str) -> None:
    """One statement answered; answering it again, after Back, replaces the answer."""
    _note(turn, **{f"{cause}.{statement}": answer})


def keep_words(turn: Turn, *, kind: str, words: str) -> None:
    """What the person typed: a strength, or the trouble in their own words."""
    _note(turn, **{kind: words})


def set_focus(turn: Turn, *, focus: str) -> None:
    """The one focus chosen; gestures follow it."""
    sealed = turn.desk.vault.seal(focus, owner=turn.person.id, table="person", column="focus", row_id=turn.person.id)
    people.change(turn.connection, turn.person.id, focus=sealed)


def leading(turn: Turn) -> tuple[str, str]:
    """The cause that weighs most in the newest check-up, and the second; `none` where there is none."""
    found = latest(turn)
    order = ranked(found[1]) if found is not None else []
    return (*order, "none", "none")[0], (*order, "none", "none")[1]


def words_of(turn: Turn, kind: str) -> str:
    """What was typed in the newest check-up; empty for nothing."""
    found = latest(turn)
    return str(found[1].get(kind, "")) if found is not None else ""
