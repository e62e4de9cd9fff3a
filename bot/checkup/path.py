"""A person's way along the exercises of their focus. What they did is sealed under their own key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import orjson

from bot import access
from bot.checkup import path_rules as rules
from bot.content.paths import Step
from bot.db import people
from bot.delivery.turn import Turn
from bot.engine.events import Start


def steps(turn: Turn, focus: str) -> list[Step]:
    """The exercises of this focus that are open to the person, the one to propose first in front."""
    walked = rules.read(access.own_steps(turn.desk.vault, turn.person), focus)
    return rules.upcoming(_open_path(turn, focus), walked)


def step_text(turn: Turn, focus: str, place: int) -> str:
    """In one sentence the exercise at this place, counted from 0; empty where there is none."""
    found = steps(turn, focus)
    return turn.desk.library.catalogue.text(found[place].text.id, turn.person.lang) if place < len(found) else ""


def is_walked(turn: Turn, focus: str) -> bool:
    """Whether nothing is left that was not done once."""
    walked = rules.read(access.own_steps(turn.desk.vault, turn.person), focus)
    return rules.is_walked(_open_path(turn, focus), walked)


def begin_step(turn: Turn) -> Start | None:
    """The exercise that comes next begins when the dialog that asked for it has ended."""
    turn.person = people.by_id(turn.connection, turn.person.id) or turn.person  # one may have been chosen just now
    found = steps(turn, access.own_focus(turn.desk.vault, turn.person))
    return Start(found[0].dialog) if found else None


def choose_step(turn: Turn, *, place: int) -> None:
    """The exercise at this place, counted from 1, comes next until it is done with."""
    focus = access.own_focus(turn.desk.vault, turn.person)
    kept, found = access.own_steps(turn.desk.vault, turn.person), steps(turn, focus)
    if 0 < place <= len(found):
        walked = replace(rules.read(kept, focus), chosen=found[place - 1].id)
        _keep(turn, rules.written(kept, focus, walked))


def note_done(turn: Turn, dialogs: Collection[str]) -> None:
    """These dialogs have ended as done, wherever they were begun: the path of the focus goes on."""
    focus = access.own_focus(turn.desk.vault, turn.person)
    on_path = [dialog for dialog in dialogs if any(step.dialog == dialog for step in _path(turn, focus))]
    if not on_path or turn.person.gone_at is not None:
        return
    kept = access.own_steps(turn.desk.vault, turn.person)
    walked = rules.read(kept, focus)
    for dialog in on_path:
        walked = rules.finished(_path(turn, focus), walked, dialog)
    _keep(turn, rules.written(kept, focus, walked))


def _path(turn: Turn, focus: str) -> tuple[Step, ...]:
    return turn.desk.library.paths.get(focus, ())


def _open_path(turn: Turn, focus: str) -> tuple[Step, ...]:
    person = turn.person
    together = person.path == "together" and not _still(turn, person.resting_until)
    return rules.open_to(
        _path(turn, focus),
        with_partner=together and people.reachable_partner(turn.connection, person) is not None,
        apart=_keeps_apart(turn),
    )


def _keeps_apart(turn: Turn) -> bool:
    """Whether this person may be afraid of the other one, by what is kept of everybody and tells nobody.

    Who says so goes on alone and without the daily messages: so do some others, who miss little.
    """
    person = turn.person
    if _still(turn, person.resting_until):
        return True
    quiet = _still(turn, person.paused_until) or people.was_joined(turn.connection, person)
    return person.path == "solo" and quiet


def _still(turn: Turn, until: datetime | None) -> bool:
    return until is not None and until > turn.now


def _keep(turn: Turn, kept: rules.Kept) -> None:
    person_id = turn.person.id
    sealed = turn.desk.vault.seal(
        orjson.dumps(kept).decode(), owner=person_id, table="person", column="steps_done", row_id=person_id
    )
    people.change(turn.connection, person_id, steps_done=sealed)
