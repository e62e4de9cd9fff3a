"""The whole bot in one process without sockets or threads: real units, real SQLite, real keys, an emulated Telegram.

Units run one after another, each in a transaction of its own; the clock stands still until it is moved.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, StaticPool, create_engine, event
from telegram import Bot, InputFile, Message
from telegram.error import TelegramError

from bench.walks.remembering import Remembering
from bot.app import unreachable
from bot.chance import SeededChance
from bot.conversation import dialogs, housekeeping
from bot.conversation.shelf import DIALOGS, open_library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.delivery import outbox, outcomes, waiting
from bot.delivery.failures import Refused, Unreachable, classify
from bot.delivery.render import Call, render
from bot.delivery.turn import Desk
from bot.engine.effects import Step
from bot.engine.session import Session
from bot.intake import inbox
from bot.intake.inbox import Done
from bot.ticks import BEATS, MORE
from bot.vault import Vault
from emulator.clock import Clock
from emulator.inprocess import WorldRequest
from emulator.world import World

P = ParamSpec("P")
T = TypeVar("T")
Unit = Callable[Concatenate[Connection, P], T]

TOKEN = "1001:walks"  # noqa: S105 - of the emulated Telegram
BOT_ID, BOT_NAME = 1001, "rekindle_bot"
SERVICE_KEY = bytes(range(32))
ROUNDS = 300  # more than that to drain means that something goes round in circles
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Broken(Exception):
    """An invariant does not hold; `kind` names it in a word."""

    def __init__(self, kind: str, sentence: str) -> None:
        self.kind, self.sentence = kind, sentence
        super().__init__(f"{kind}: {sentence}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What has reached a phone. `how` is the method of PTB's Bot, `message` the bubble as it then stands."""

    to: int
    how: str
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    message_id: int = 0
    files: tuple[str, ...] = ()
    content: bytes = b""
    changed: bool = True


@dataclass(slots=True)
class Seen:
    """What walks have been through, by counting steps of the engine."""

    nodes: set[tuple[str, str]] = field(default_factory=set)
    dangers: int = 0
    sessions: dict[int, Session] = field(default_factory=dict)

    def note(self, done: Step) -> None:
        """Another step of the engine."""
        for edge in done.trace:
            self.nodes.add((edge.dialog, edge.node))
        if done.session.frames:
            top = done.session.top
            self.nodes.add((top.dialog, top.node))
            self.dangers += top.dialog.startswith("danger_") and done.outcome in ("interrupted", "waiting")
        self.sessions[done.session.person_id] = done.session


class Premises:
    """What all walks of a process share: texts, key store, one connection to a database in memory and its template."""

    def __init__(self, folder: Path) -> None:
        self.library = open_library(DIALOGS)
        self.keys = KeyStore(f"sqlite:///{folder / 'keys.db'}")
        self.raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.raw.execute("PRAGMA foreign_keys=ON")
        self.engine = create_engine("sqlite://", creator=lambda: self.raw, poolclass=StaticPool)
        event.listen(self.engine, "begin", _begin)
        with self.engine.begin() as connection:
            migrate.upgrade(connection)
        self._template = self.raw.serialize()
        self.connection = self.engine.connect()  # one for all units: to open one costs as much as a unit
        self.rules = Remembering(self.library.lexicon)

    def fresh(self) -> None:
        """A migrated database with nobody in it."""
        self.raw.deserialize(self._template)

    def close(self) -> None:
        """Gives back files."""
        self.connection.close()
        self.engine.dispose()
        self.keys.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class Service:
    """One bot from its first update on."""

    def __init__(self, premises: Premises, *, seed: int, start: datetime) -> None:
        premises.fresh()
        self._premises = premises
        self._connection = premises.connection
        self.library = premises.library
        chance = SeededChance(seed)
        vault = Vault([SERVICE_KEY], premises.keys, chance)
        self.desk = Desk(premises.library, vault, chance, bot_id=BOT_ID, bot_username=BOT_NAME, operator="Walks")
        moment = start.timestamp()
        self.world = World(clock=Clock(real=lambda: moment), seed=seed)
        self.phone_side = self.world.add_bot(TOKEN, BOT_NAME, "Rekindle")
        self._bot = Bot(TOKEN, request=WorldRequest(self.world), get_updates_request=WorldRequest(self.world))
        self._offset = 0
        self.seen = Seen()
        self.sent: list[Sent] = []  # since the last act
        self.log: list[Sent] = []
        self.listener: Callable[[Sent], None] = lambda _: None
        self.benign = 0
        self.doubled: set[tuple[int, int]] = set()  # chat and message: what came once more below

    def now(self) -> datetime:
        """The moment on everybody's clock."""
        return datetime.fromtimestamp(self.world.clock.now(), UTC)

    def run(self, unit: Unit[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A unit in a transaction of its own; its exception is the walk's."""
        with self._connection.begin():
            return unit(self._connection, *args, **kwargs)

    # -- what the edges do

    def settle(self) -> None:
        """Takes every update, runs every beat, and sends until nothing is due."""
        with watching(self.seen), self._premises.rules.at_work():
            self._take()
            if (due := self.next_due()) is not None and due <= self.now():
                self.beat()
            self._drain()

    def beat(self) -> None:
        """Every beat of the scheduler once, and again while it says that more is due."""
        for name, unit, _ in BEATS:
            for _ in range(ROUNDS):
                self.run(unit, self.desk, now=self.now())
                if name not in MORE or not self.run(MORE[name], now=self.now()):
                    break
            else:
                raise Broken("endless", f"{name} is always due")
        self.run(housekeeping.erase_keys, self.desk.vault, self.run(housekeeping.erasable))

    def _take(self) -> None:
        answer = self.world.call(TOKEN, "getUpdates", {"offset": self._offset, "limit": 100})
        updates = answer["result"]
        if not updates:
            return
        self._offset = updates[-1]["update_id"] + 1
        senders = self.run(inbox.receive, self.desk.vault, updates, bot_id=BOT_ID, now=self.now())
        self.world.call(TOKEN, "getUpdates", {"offset": self._offset, "limit": 1})
        for one in senders:
            while (done := self.run(inbox.process_next, self.desk, one, now=self.now())) is not None:
                self._answer(done, one)

    def _answer(self, done: Done, person: int) -> None:
        if done.query is None:
            return
        toast = done.handled.toast
        try:
            drive(self._bot.answer_callback_query(done.query, text=toast))
        except TelegramError as error:
            raise Broken("refused", f"answerCallbackQuery: {error}") from error
        if toast:
            self._tell(Sent(person, "toast", toast))

    def _drain(self) -> None:
        for _ in range(ROUNDS):
            chats = self.run(waiting.open_chats, now=self.now(), busy=(), limit=50)
            if not chats:
                return
            for chat, _ in chats:
                while self._one(chat):
                    pass
        raise Broken("endless", "the outbox does not become empty")

    def _one(self, chat: int) -> bool:
        """A chat's next message; whether another is due."""
        taken = self.run(_take, self.desk, chat, self.now())
        if taken is None:
            return False
        row, call = taken
        if call is None:
            return self.run(outcomes.settle, row, call=None, message_id=None, now=self.now()) is not None
        call = readable(call)
        try:
            answer = drive(getattr(self._bot, call.method)(**call.params))
        except TelegramError as error:
            self._failed(row, call, error)
            return True
        message_id = answer.message_id if isinstance(answer, Message) else None
        more = self.run(outcomes.settle, row, call=call, message_id=message_id, now=self.now())
        self._tell(self._arrived(chat, call, message_id))
        return more is not None

    def _failed(self, row: outbox.Row, call: Call, error: TelegramError) -> None:
        failure = classify(error)
        if isinstance(failure, Refused) and failure.benign:
            self.benign += 1
            self._tell(Sent(row.chat_id, call.method, message_id=call.params.get("message_id", 0), changed=False))
        self.run(
            outcomes.fail,
            row,
            failure,
            idempotent=call.idempotent,
            until=self.now(),
            now=self.now(),
            on_unreachable=unreachable,
        )
        closed = isinstance(failure, Unreachable) and self.phone_side.chats[row.chat_id].blocked
        if not closed and self.peek("SELECT state FROM outbox WHERE id = ?", row.id) not in ("sent", "dropped", "open"):
            raise Broken("refused", f"{call.method} of a row {row.kind!r}: {error}") from error

    def _arrived(self, chat: int, call: Call, message_id: int | None) -> Sent:
        """The bubble as it now stands on the phone."""
        message = self.phone_side.chats[chat].messages.get(message_id or 0)
        if message is None:
            return Sent(chat, call.method)
        rows = (message.markup or {}).get("inline_keyboard", [])
        buttons = tuple((b["text"], b.get("callback_data") or b.get("url", "")) for row in rows for b in row)
        files = [message.content[kind] for kind in ("voice", "document") if kind in message.content]
        files += message.content.get("photo", [])[-1:]
        ids = tuple(str(file["file_id"]) for file in files)
        if call.method == "edit_message_reply_markup":  # its words and its file stood there before
            return Sent(chat, call.method, "", buttons, message.id, ids)
        content = b"".join(self.phone_side.files[one].data for one in ids if message.kind == "document")
        said = str(message.content.get("text") or message.content.get("caption") or "")
        return Sent(chat, call.method, said, buttons, message.id, ids, content)

    def _tell(self, sent: Sent) -> None:
        self.sent.append(sent)
        self.log.append(sent)
        self.listener(sent)

    # -- looking

    def peek(self, query: str, *values: object) -> Any:
        """The first value of the first row, past SQLAlchemy: rules look often."""
        row = self._premises.raw.execute(query, values).fetchone()
        return None if row is None else row[0]

    def all(self, query: str, *values: object) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self._premises.raw.execute(query, values)]

    def person_id(self, user: int) -> int | None:
        """The bot's id of a Telegram user."""
        found: int | None = self.peek("SELECT id FROM person WHERE telegram_id = ?", user)
        return found

    def session_of(self, user: int) -> Session | None:
        """The dialog of this Telegram user that the engine stepped last."""
        return self.seen.sessions.get(self.person_id(user) or 0)

    def next_due(self) -> datetime | None:
        """The next moment at which a beat has something to do."""
        found = self.peek(_NEXT)
        return None if found is None else EPOCH + timedelta(microseconds=found)


_NEXT = (
    "SELECT min(due) FROM (SELECT min(next_nudge_at) AS due FROM person"
    " UNION ALL SELECT min(snoozed_until) FROM nudge WHERE state = 'snoozed'"
    " UNION ALL SELECT min(deliver_at) FROM letter WHERE state = 'sealed'"
    " UNION ALL SELECT min(fold_at) FROM letter UNION ALL SELECT min(remind_at) FROM letter"
    " UNION ALL SELECT min(timeout_at) FROM dialog_session"
    " UNION ALL SELECT min(expires_at) FROM dialog_session"
    " UNION ALL SELECT min(next_at) FROM outbox WHERE state = 'later'"
    " UNION ALL SELECT min(asked_at) FROM key_erasure)"
)


def _take(connection: Connection, desk: Desk, chat_id: int, now: datetime) -> tuple[outbox.Row, Call | None] | None:
    """As the sender's, but a message that cannot be worded is an exception and not a parked row."""
    row = outbox.claim(connection, desk.vault, chat_id=chat_id, now=now)
    return None if row is None else (row, render(connection, desk, row))


def readable(call: Call) -> Call:
    """A keepsake as the words that would be printed, so that it can be seen whose they are."""
    if call.manuscript is None:
        return call
    leaves = call.manuscript.leaves
    words = "\n".join(line for leaf in leaves for line in (leaf.head, *(piece.text for piece in leaf.pieces)))
    document = InputFile(words.encode(), filename=call.manuscript.name)
    return replace(call, params={**call.params, "document": document}, manuscript=None)


def drive(call: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing."""
    try:
        call.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    call.close()
    raise AssertionError("something waited although there are no sockets")


@contextmanager
def watching(seen: Seen) -> Iterator[None]:
    """Counts the engine's steps while units run."""
    step: Callable[..., Step] = vars(dialogs)["step"]

    def counted(*args: Any) -> Step:
        done = step(*args)
        seen.note(done)
        return done

    vars(dialogs)["step"] = counted
    try:
        yield
    finally:
        vars(dialogs)["step"] = step
