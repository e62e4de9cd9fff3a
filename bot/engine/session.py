"""A running dialog, saved between turns as JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, Literal

import orjson

from bot.engine.script import Value

FORMAT = 1
Vars = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Visited:
    """A question already answered, for Back: its node and the variables before the answer."""

    node: str
    vars: Vars


@dataclass(frozen=True, slots=True)
class Held:
    """Words set aside by a danger interrupt until the person has chosen; never read by anything else.

    `kind` and `file` are those of the photo or voice note that the words are the caption of.
    """

    text: str
    ref: int
    edited: bool = False
    kind: str = "text"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One dialog on the stack; sub-dialogs stand above their callers."""

    dialog: str
    node: str
    vars: Vars = field(default_factory=dict)
    tries: int = 0
    visits: Mapping[str, int] = field(default_factory=dict)
    history: tuple[Visited, ...] = ()
    held: Held | None = None

    def changed(
        self,
        *,
        node: str | None = None,
        vars: Vars | None = None,  # noqa: A002 - the field's name
        tries: int | None = None,
        visits: Mapping[str, int] | None = None,
        history: tuple[Visited, ...] | None = None,
    ) -> Frame:
        """The same frame but for what is given; a third of the time of `dataclasses.replace`."""
        return Frame(
            self.dialog,
            self.node if node is None else node,
            self.vars if vars is None else vars,
            self.tries if tries is None else tries,
            self.visits if visits is None else visits,
            self.history if history is None else history,
            self.held,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One person's running instance. `turn` counts the waits; buttons of another turn are stale."""

    id: int
    person_id: int
    frames: tuple[Frame, ...] = ()
    turn: int = 0
    status: Literal["new", "waiting", "ended"] = "new"
    release: int = 1

    @property
    def top(self) -> Frame:
        """The frame that is asked; a session without frames has none (IndexError)."""
        return self.frames[-1]

    def with_frames(self, frames: tuple[Frame, ...]) -> Session:
        """The same session with these frames."""
        return Session(self.id, self.person_id, frames, self.turn, self.status, self.release)

    def with_top(self, frame: Frame) -> Session:
        """The same session with its uppermost frame replaced."""
        return self.with_frames((*self.frames[:-1], frame))


def dump(session: Session) -> str:
    """The session as JSON text."""
    frames = [
        {
            "dialog": frame.dialog,
            "node": frame.node,
            "vars": dict(frame.vars),
            "tries": frame.tries,
            "visits": dict(frame.visits),
            "history": [[visited.node, dict(visited.vars)] for visited in frame.history],
            "held": list(astuple(frame.held)) if frame.held else None,
        }
        for frame in session.frames
    ]
    body = {
        "format": FORMAT,
        "id": session.id,
        "person": session.person_id,
        "turn": session.turn,
        "status": session.status,
        "release": session.release,
        "frames": frames,
    }
    return orjson.dumps(body).decode()


def load(text: str) -> Session:
    """Reads what `dump` wrote. Raises ValueError for another format."""
    body: Any = orjson.loads(text)
    found = body.get("format") if isinstance(body, dict) else None
    if found != FORMAT:
        raise ValueError(f"a session of format {found}, this release reads {FORMAT}")
    return Session(
        id=body["id"],
        person_id=body["person"],
        turn=body["turn"],
        status=body["status"],
        release=body["release"],
        frames=tuple(_frame(frame) for frame in body["frames"]),
    )


def _frame(body: dict[str, Any]) -> Frame:
    return Frame(
        dialog=body["dialog"],
        node=body["node"],
        vars=body["vars"],
        tries=body["tries"],
        visits=body["visits"],
        history=tuple(Visited(node, values) for node, values in body["history"]),
        held=Held(*body["held"]) if body["held"] else None,
    )
