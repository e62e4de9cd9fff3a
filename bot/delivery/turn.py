"""One unit of work on behalf of one person: what every subject's function needs, and nothing that waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.chance import Chance
from bot.content.library import Library
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.engine.effects import Edge
from bot.vault import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """What does not change while the process runs: texts and rules, keys, chance."""

    library: Library
    vault: Vault
    chance: Chance
    bot_id: int = 0
    bot_username: str = ""
    operator: str = ""
    newest: int = 0  # the newest release among the workers that are there
    watch: Callable[[int, tuple[Edge, ...]], None] | None = None  # told of each step's way; only an author's view is


@dataclass(slots=True)
class Turn:
    """A person's unit. `key` begins every dedupe key, so that doing the unit again repeats no message."""

    connection: Connection
    desk: Desk
    person: PersonRow
    now: datetime
    key: str
    session_id: int = 0
    source: int = 0
    said: int = field(default=0)
    told_of_parting: bool = False
    telegram_name: str = ""  # as it came with this update

    def send(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        urgency: Urgency = Urgency.ANSWER,
        slot: str | None = None,
        key: str | None = None,
    ) -> None:
        """Puts a message to this person into the outbox; `key` where the unit's own running number will not do."""
        self.said += 1
        outbox.put(
            self.connection,
            self.desk.vault,
            key=key or f"{self.key}:{self.said}",
            person_id=self.person.id,
            chat_id=self.person.telegram_id,
            urgency=urgency,
            kind=kind,
            payload=payload,
            slot=slot,
            now=self.now,
        )

    def tell(self, message: str, args: Mapping[str, Any] | None = None, *, buttons: Buttons = (), **how: Any) -> None:
        """Says a message of the interface file, with rows of buttons (label id, callback data or address)."""
        self.send("say", {"message": f"interface.{message}", "args": dict(args or {}), "buttons": buttons}, **how)

    def towards(self, person: PersonRow, key: str) -> Turn:
        """What this unit does to another person: their own turn, with a key of its own."""
        return Turn(connection=self.connection, desk=self.desk, person=person, now=self.now, key=key)

    def take_away(self, message_id: int) -> None:
        """One of our messages goes; one that Telegram does not let us delete any more says nothing instead."""
        young = outbox.recent(self.connection, self.person.id, since=self.now - outbox.DELETABLE)
        if any(message_id == one for one, _ in young):
            self.send("delete", {"message_ids": [message_id]})
        else:
            self.send("cover", {"message_id": message_id})

    def tell_fixed(self, name: str, args: Mapping[str, Any] | None = None) -> None:
        """Says one of the engine's fixed messages."""
        self.send("say", {"message": f"interrupts.{name}", "args": dict(args or {})})


Buttons = tuple[tuple["Button", ...], ...] | list[list["Button"]]
Button = tuple[str, str] | tuple[str, str, Mapping[str, Any]]
