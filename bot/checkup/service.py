"""The private look at what is wrong: answers and words under the person's own key, and the focus they choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from bot.checkup.rules import is_whole, ranked
from bot.clock import local_day, zone_of
from bot.db import people
from bot.db.models import Checkup
from bot.delivery.turn import Turn

_rows = Checkup
SAME = timedelta(hours=1)
RECHECK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when it began, and what was said in it."""

    id: int
    answers: dict[str, Any]
    began_at: datetime


def begin(turn: Turn) -> None:
    """A new check-up; earlier ones stay for then-and-now. Beginning again within the hour goes on with the last."""
    found = latest(turn)
    if found is not None and turn.now - found.began_at < SAME:
        return
    checkup_id = turn.desk.chance.new_id(turn.now)
    sealed = _seal(turn, checkup_id, {})
    turn.connection.execute(
        _rows.insert().values(id=checkup_id, person_id=turn.person.id, started_at=turn.now, answers=sealed)
    )


def _seal(turn: Turn, checkup_id: int, answers: Mapping[str, Any]) -> Any:
    text = orjson.dumps(answers).decode()
    return turn.desk.vault.seal(text, owner=turn.person.id, table="checkup", column="answers", row_id=checkup_id)


def looks(turn: Turn, *, limit: int | None = None) -> list[Look]:
    """The looks of this person, the newest first."""
    query = (
        select(_rows)
        .where(_rows.c.person_id == turn.person.id)
        .order_by(_rows.c.started_at.desc(), _rows.c.id.desc())
        .limit(limit)
    )
    return [_opened(turn, row) for row in turn.connection.execute(query).mappings()]


def _opened(turn: Turn, row: Mapping[Any, Any]) -> Look:
    text = turn.desk.vault.open(
        row["answers"], owner=turn.person.id, table="checkup", column="answers", row_id=row["id"]
    )
    return Look(row["id"], orjson.loads(text), row["started_at"])


def latest(turn: Turn) -> Look | None:
    """The newest look of this person, whole or not."""
    return next(iter(looks(turn, limit=1)), None)


def whole_looks(turn: Turn) -> list[Look]:
    """Those that went through all the statements, the newest first."""
    return [look for look in looks(turn) if is_whole(look.answers)]


def _note(turn: Turn, **said: str) -> None:
    found = latest(turn)
    if found is None:
        begin(turn)
        found = latest(turn)
    assert found is not None  # noqa: S101 - begun above
    sealed = _seal(turn, found.id, {**found.answers, **said})
    turn.connection.execute(update(_rows).where(_rows.c.id == found.id).values(answers=sealed))


def note_answer(turn: Turn, *, cause: str, statement: str, answer: str) -> None:
    """One statement answered; answering it again, after Back, replaces the answer."""
    _note(turn, **{f"{cause}.{statement}": answer})


def keep_words(turn: Turn, *, kind: str, words: str) -> None:
    """What the person typed, or the strength that they tapped."""
    _note(turn, **{kind: words})


def finish(turn: Turn) -> None:
    """All statements are answered; after a season a new look is proposed, on the person's own calendar."""
    today = local_day(turn.now, zone_of(turn.person.zone))
    people.change(turn.connection, turn.person.id, recheck_on=today + RECHECK)


def set_focus(turn: Turn, *, focus: str) -> None:
    """The one focus chosen; gestures follow it."""
    sealed = turn.desk.vault.seal(focus, owner=turn.person.id, table="person", column="focus", row_id=turn.person.id)
    people.change(turn.connection, turn.person.id, focus=sealed)


def leading(turn: Turn) -> tuple[str, str]:
    """The cause that weighs most in the newest look, and the second; `none` where there is none.

    A break of trust is left out: the dialog asks about it last and speaks of it by itself.
    """
    found = latest(turn)
    order = [cause for cause in ranked(found.answers) if cause != "infidelity"] if found is not None else []
    return (*order, "none", "none")[0], (*order, "none", "none")[1]


def words_of(turn: Turn, kind: str) -> str:
    """What was typed in the newest look; empty for nothing."""
    found = latest(turn)
    return str(found.answers.get(kind, "")) if found is not None else ""
