"""The shell without a process: real dialogs, real vault, a real database, and phones that show what is sent.

One connection holds everything that a test does; updates go through `conversation.service.handle`, messages through
the outbox, its renderers and `outcomes.settle`. A chat of twenty turns takes some hundredths of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.chance import SeededChance
from bot.content.library import Library
from bot.conversation import housekeeping, service
from bot.conversation.incoming import Blocked, Changed, Commanded, Incoming, Returned, Sender, Sent, Tapped, Wrote
from bot.conversation.service import Handled
from bot.conversation.shelf import open_library
from bot.db import people
from bot.db.keystore import KeyStore
from bot.db.models import Letter, Outbox
from bot.db.people import PersonRow
from bot.delivery import (
    keepsake_pages,
    letter_pages,
    nudge_pages,
    outbox,
    outcomes,
    panel_pages,
    sentence_pages,
    waiting,
)
from bot.delivery.buttons import act
from bot.delivery.kinds import SENDS
from bot.delivery.render import Call, render
from bot.delivery.turn import Desk, Turn
from bot.letters import drafts, reading
from bot.letters import service as letters
from bot.nudges import clock_back, snooze
from bot.nudges import service as nudges
from bot.people import service as people_service
from bot.vault import Vault

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
RENDERERS = (keepsake_pages, letter_pages, nudge_pages, panel_pages, sentence_pages)  # imported for their kinds of rows
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
LONG = 40  # more messages in a row than this are a loop

_outbox = Outbox
_letters = Letter


def read_library() -> Library:
    """Everything in dialogs/."""
    return open_library(DIALOGS)


def a_desk(library: Library, keys: KeyStore, *, seed: int = 1) -> Desk:
    """A desk with a real vault. Tests that share a key store have seeds of their own, and one service key."""
    chance = SeededChance(seed)
    vault = Vault([bytes(32)], keys, chance)
    return Desk(library, vault, chance, bot_id=7, bot_username="rekindle_bot", operator="the operator")


@dataclass(slots=True)
class Bubble:
    """One message on a screen, ours or theirs."""

    id: int
    text: str
    ours: bool
    labels: dict[str, str] = field(default_factory=dict)  # what stands on a button -> what a tap brings back
    entities: tuple[Any, ...] = ()
    kind: str = "text"
    call: Call | None = None


class Phone:
    """One person with one chat."""

    def __init__(self, world: World, name: str, telegram_id: int, lang: str = "en") -> None:
        self.world, self.name, self.id, self.lang = world, name, telegram_id, lang
        self.screen: dict[int, Bubble] = {}
        self.calls: list[Call] = []
        self.toasts: list[str | None] = []
        self.read_up_to = 0
        self._next = 0

    # -- acting

    def hears(self, incoming: Incoming) -> Phone:
        """Something comes from this person; what is due is sent at once."""
        self.read_up_to = len(self.calls)
        self.toasts.append(self.world.handle(incoming).toast)
        self.world.deliver()
        return self

    @property
    def sender(self) -> Sender:
        return Sender(self.id, self.lang)

    def writes(self, text: str) -> Phone:
        return self.hears(Wrote(self.sender, self._theirs(text), text))

    def commands(self, name: str, argument: str = "") -> Phone:
        return self.hears(Commanded(self.sender, self._theirs(f"/{name}"), name, argument))

    def sends(self, kind: str, file: str = "file", caption: str = "") -> Phone:
        return self.hears(Sent(self.sender, self._theirs(caption, kind), kind, file, caption))

    def edits(self, old: str, new: str) -> Phone:
        bubble = next(b for b in reversed(list(self.screen.values())) if not b.ours and b.text == old)
        bubble.text = new
        return self.hears(Changed(self.sender, bubble.id, new))

    def taps(self, *labels: str) -> Phone:
        for label in labels:
            bubble = self.button(label)
            self.forges(bubble.labels[label], ref=bubble.id)
        return self

    def forges(self, data: str, *, ref: int = 0) -> Phone:
        return self.hears(Tapped(self.sender, ref, data, "q"))

    def blocks(self) -> Phone:
        return self.hears(Blocked(self.sender))

    def returns(self) -> Phone:
        return self.hears(Returned(self.sender))

    # -- seeing

    @property
    def toast(self) -> str | None:
        """What the last tap was answered with."""
        return self.toasts[-1]

    @property
    def said(self) -> str:
        """All that was sent or edited since this person last did something."""
        texts = (_said_by(call) for call in self.new)
        return "\n".join(text for text in texts if text)

    @property
    def new(self) -> list[Call]:
        """The calls since this person last did something."""
        return self.calls[self.read_up_to :]

    @property
    def shown(self) -> str:
        """Everything that stands on the screen."""
        return "\n".join(bubble.text for bubble in self.screen.values())

    def button(self, label: str) -> Bubble:
        """The lowest message with this button."""
        for bubble in reversed(list(self.screen.values())):
            if label in bubble.labels:
                return bubble
        raise AssertionError(f"{self.name} sees no button {label!r}; there are {self.buttons}\n{self.shown}")

    @property
    def buttons(self) -> list[str]:
        """Everything that can be tapped, from the top."""
        return [label for bubble in self.screen.values() for label in bubble.labels]

    def bubble(self, text: str) -> Bubble:
        """The lowest message that holds this text."""
        for bubble in reversed(list(self.screen.values())):
            if text in bubble.text:
                return bubble
        raise AssertionError(f"{self.name} does not see {text!r} in\n{self.shown}")

    def looks_away(self) -> Phone:
        """What came until now is no longer new."""
        self.read_up_to = len(self.calls)
        return self

    @property
    def row(self) -> PersonRow:
        found = people.by_telegram(self.world.connection, self.id)
        assert found is not None, f"{self.name} is not known"
        return found

    @property
    def turn(self) -> Turn:
        """A unit on behalf of this person, for calling a subject directly."""
        return self.world.turn(self.row)

    # -- what the network does

    def _theirs(self, text: str, kind: str = "text") -> int:
        self._next += 1
        self.screen[self._next] = Bubble(self._next, text, ours=False, kind=kind)
        return self._next

    def receive(self, call: Call) -> int | None:
        """What Telegram does with a call. Returns the id of the new message."""
        self.calls.append(call)
        params = call.params
        if call.method == "delete_messages":
            for message_id in params["message_ids"]:
                self.screen.pop(message_id, None)
            return None
        if call.method.startswith("edit"):
            self._edit(self.screen.get(params["message_id"]), call)
            return None
        self._next += 1
        kind = call.method.removeprefix("send_")
        bubble = Bubble(self._next, "", ours=True, kind=kind, call=call)
        self.screen[bubble.id] = bubble
        self._edit(bubble, call)
        return bubble.id

    def _edit(self, bubble: Bubble | None, call: Call) -> None:
        if bubble is None:
            return  # deleted, or older than what this phone remembers
        params = call.params
        bubble.text = str(params.get("text", params.get("caption", bubble.text)))
        bubble.entities = tuple(params.get("entities", ()))
        rows = (params.get("reply_markup") or {}).get("inline_keyboard", ())
        bubble.labels = {one["text"]: one.get("callback_data") or one["url"] for row in rows for one in row}


def _said_by(call: Call) -> str:
    """What a call shows, with what will be printed in its file."""
    shown = str(call.params.get("text", call.params.get("caption", "")))
    leaves = call.manuscript.leaves if call.manuscript is not None else ()
    printed = [line for leaf in leaves for line in (leaf.head, *(piece.text for piece in leaf.pieces))]
    return "\n".join([shown, *printed])


class World:
    """Everybody, and the time."""

    def __init__(self, connection: Connection, desk: Desk, *, now: datetime = NOON) -> None:
        self.connection, self.desk, self.now = connection, desk, now
        self.phones: dict[int, Phone] = {}
        self._update = 0

    def phone(self, name: str, telegram_id: int, lang: str = "en") -> Phone:
        """Somebody who has not yet written to the bot."""
        return self.phones.setdefault(telegram_id, Phone(self, name, telegram_id, lang))

    def handle(self, incoming: Incoming) -> Handled:
        """One update, one unit."""
        self._update += 1
        with self.connection.begin_nested():
            return service.handle(self.connection, self.desk, incoming, key=f"u:7:{self._update}", now=self.now)

    def turn(self, person: PersonRow) -> Turn:
        """A unit of its own for a person."""
        self._update += 1
        return Turn(connection=self.connection, desk=self.desk, person=person, now=self.now, key=f"t:{self._update}")

    def deliver(self) -> None:
        """Sends all that is due, in order, to the phones."""
        for _ in range(LONG):
            chats = waiting.open_chats(self.connection, now=self.now, busy=(), limit=100)
            sent = [self._deliver_next(chat) for chat, _ in chats]
            if not any(sent):
                return
        raise AssertionError("messages without end")

    def _deliver_next(self, chat: int) -> bool:
        row = outbox.claim(self.connection, self.desk.vault, chat_id=chat, now=self.now)
        if row is None:
            return False
        call = render(self.connection, self.desk, row)
        new = call is not None and call.method.startswith("send")
        assert not new or row.kind in SENDS, f"{row.kind} makes a message, and SENDS does not know it"
        phone = self.phones.get(chat) or self.phone(str(chat), chat)
        message_id = phone.receive(call) if call is not None else None
        outcomes.settle(self.connection, row, call=call, message_id=message_id, now=self.now)
        return True

    def passes(self, **time: float) -> World:
        """Time goes by, in one leap, and everything that is due happens."""
        self.now += timedelta(**time)
        return self.ticks()

    def ticks(self) -> World:
        """Every beat once."""
        for beat in (
            nudges.plan_due,
            snooze.return_due,
            clock_back.mend,
            letters.release_due,
            reading.fold_due,
            reading.remind_due,
        ):
            beat(self.connection, self.desk, now=self.now)
        housekeeping.end_waits(self.connection, self.desk, now=self.now)
        housekeeping.erase_keys(self.connection, self.desk.vault, housekeeping.erasable(self.connection))
        self.deliver()
        return self

    def words(self, name: str, **args: str) -> str:
        """A message of the interface, in English."""
        return self.desk.library.catalogue.text(f"interface.{name}", "en", args)

    def open_rows(self, person_id: int) -> list[str]:
        """Kinds of the messages that are not yet sent to this person."""
        query = select(_outbox.c.kind).where(_outbox.c.person_id == person_id, _outbox.c.state == "open")
        return list(self.connection.execute(query).scalars())

    # -- short ways; the long ways are tested where they belong

    def knows(self, phone: Phone, *, zone: str = "UTC") -> Phone:
        """This person has said yes to the notice and gave their name."""
        self.handle(Returned(phone.sender))
        people_service.accept_terms(phone.turn)
        people_service.save_name(phone.turn, name=phone.name)
        people.change(self.connection, phone.row.id, zone=zone)
        nudges.replan(phone.turn)
        return phone

    def joins(self, one: Phone, other: Phone) -> int:
        """These two are a couple."""
        couple_id = self.desk.chance.new_id(self.now)
        ids = {"inviter_id": one.row.id, "invitee_id": other.row.id}
        people.join(self.connection, couple_id=couple_id, now=self.now, **ids)
        for phone in (one, other):
            people_service.choose_path(phone.turn, path="together")
        return couple_id

    # -- letters, by the subject's own functions

    def drafts(self, writer: Phone, *texts: str, ref: str | None = None) -> int:
        """A draft with these messages. Returns its id."""
        ref = ref or f"r{self.desk.chance.new_id(self.now)}"
        for number, text in enumerate(texts, 1):
            drafts.add_part(writer.turn, letter=ref, kind="text", ref=9000 + number, text=text, file="")
        return drafts.draft(writer.turn, ref).id

    def seals(self, writer: Phone, *texts: str, rest: str = "none") -> int:
        """A sealed letter. Returns its id."""
        letter_id = self.drafts(writer, *texts)
        letters.seal(writer.turn, letter=self.letter(letter_id)["ref"], rest=rest)
        self.deliver()
        return letter_id

    def delivers(self, writer: Phone, *texts: str) -> int:
        """A letter whose notice stands in its reader's chat."""
        letter_id = self.seals(writer, *texts)
        self.ticks()
        assert self.letter(letter_id)["state"] == "waiting"
        return letter_id

    def letter(self, letter_id: int) -> dict[str, Any]:
        """The row of a letter."""
        return dict(self.connection.execute(select(_letters).where(_letters.c.id == letter_id)).mappings().one())

    def taps_letter(self, phone: Phone, letter_id: int, name: str) -> Phone:
        """A button of a letter, whether it is on the screen or not."""
        return phone.forges(act("l", letter_id, name), ref=1)


def rows_of(connection: Connection, names: Iterable[type] = ()) -> Iterator[tuple[str, tuple[tuple[str, Any], ...]]]:
    """Every row of every table, to see whether anything has changed."""
    from bot.db.models import METADATA  # noqa: PLC0415 - only for this

    for found in METADATA.sorted_tables:
        query: Callable[..., Any] = connection.execute
        for row in query(select(found).order_by(*found.primary_key.columns)).mappings():
            yield found.name, tuple(sorted((key, repr(value)) for key, value in row.items()))
