"""The one sender: drains the outbox, a chat's messages in order, many chats at once. The row is the truth.

Numbered as it happens: 1 a token of the limits, 2 claim and render (committed), 3 the call, 4 what became of it
(committed). A kill between 3 and 4 leaves a row in `sending`, whose outcome is unknown.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from telegram import Bot, Message
from telegram.error import InvalidToken, TelegramError

from bot.clock import Clock
from bot.db.session import Database
from bot.delivery import outbox
from bot.delivery.failures import (
    Failure,
    NotSent,
    Reason,
    Refused,
    TokenTrouble,
    Unknown,
    Unreachable,
    classify,
)
from bot.delivery.limits import Limits
from bot.delivery.outbox import Row, Urgency
from bot.delivery.render import Call, render
from bot.delivery.turn import Desk
from bot.errors import TokenRefused
from bot.log import log

LOOK = 0.5  # seconds between looks for rows of other workers, of ticks and of retries
CALL_SECONDS = 40
TOAST_SECONDS = 5
AT_ONCE = 50
STALE_TARGETS = {Reason.NOTHING_TO_EDIT, Reason.CANNOT_EDIT}
TIDYING = frozenset({"unbutton", "retire", "cover", "fold", "gone"})  # where a message is gone nothing is left to do
OnUnreachable = Callable[[Connection, int, datetime], None]
Head = tuple[Urgency, str]


class Sender:
    """Sends what the outbox holds. `on_unreachable` hears of persons who closed the chat, in the same unit."""

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        desk: Desk,
        clock: Clock,
        limits: Limits,
        on_unreachable: OnUnreachable,
    ) -> None:
        self._database = database
        self._bot = bot
        self._desk = desk
        self._clock = clock
        self._limits = limits
        self._on_unreachable = on_unreachable
        self._busy: set[int] = set()
        self._again: set[int] = set()
        self._look = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._recent_429: dict[int, float] = {}
        self._trouble = 0
        self._stopping = False

    # -- outside

    def wake(self, chats: Iterable[int]) -> None:
        """New rows for these chats were committed; they are looked at now, ahead of the next round."""
        for chat in chats:
            if chat in self._busy:
                self._again.add(chat)
            elif self._tasks is not None and not self._stopping:
                self._start(chat, (Urgency.ANSWER, "say"))

    async def answer(self, query: str, text: str | None) -> None:
        """Answers a tap once, best effort: a lost answer costs a spinner, never a word."""
        try:
            async with asyncio.timeout(TOAST_SECONDS):
                await self._bot.answer_callback_query(query, text=text)
        except (TelegramError, TimeoutError) as error:
            log.info("tap_not_answered", error=type(error))

    async def leave_group(self, chat_id: int, text: str) -> None:
        """A group is no place for this: one sentence, then out. Best effort."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._bot.send_message(chat_id, text)
                await self._bot.leave_chat(chat_id)
        except (TelegramError, TimeoutError) as error:
            log.info("group_not_left", error=type(error))

    def stop(self) -> None:
        """Begin no further call; those under way end and are noted."""
        self._stopping = True
        self._look.set()

    async def run(self) -> None:
        """Drains until `stop`."""
        await self._database.run(recover, self._desk, now=self._clock.now())
        async with asyncio.TaskGroup() as self._tasks:
            while not self._stopping:
                try:
                    await self._round()
                except Exception as error:  # noqa: BLE001 - an edge: a database that does not answer is asked again
                    log.warning("outbox_not_read", error=type(error))
                self._look.clear()
                try:
                    async with asyncio.timeout(LOOK):
                        await self._look.wait()
                except TimeoutError:
                    pass

    async def _round(self) -> None:
        free = AT_ONCE - len(self._busy)
        if free <= 0:
            return
        found = await self._database.run(outbox.open_chats, now=self._clock.now(), busy=tuple(self._busy), limit=free)
        for chat, head in found:
            if chat not in self._busy and not self._stopping:
                self._start(chat, head)

    def _start(self, chat: int, head: Head) -> None:
        assert self._tasks is not None  # noqa: S101 - only `run` and what it woke come here
        self._busy.add(chat)
        self._tasks.create_task(self._drain(chat, head))

    # -- one chat

    async def _drain(self, chat: int, head: Head | None) -> None:
        try:
            while head is not None and not self._stopping:
                if not await self._token(chat, head):
                    return
                head = await self._one(chat)
                if head is None and chat in self._again:
                    self._again.discard(chat)
                    head = (Urgency.ANSWER, "say")
        except Exception as error:  # noqa: BLE001 - an edge: one chat's trouble stops nobody else's messages
            self._see_token(error)
            log.error("drain_failed", error=type(error))
        finally:
            self._busy.discard(chat)
            self._again.discard(chat)

    def _see_token(self, error: Exception) -> None:
        if isinstance(error, TokenRefused):
            raise error

    async def _token(self, chat: int, head: Head) -> bool:
        """Waits for the limits. False when the wait is long enough to look at the queue anew."""
        urgency, kind = head
        is_edit = kind not in SENDS
        waited = 0.0
        while True:
            wait = self._limits.take(_monotonic(), chat, urgency <= Urgency.ANSWER, edit=is_edit)
            if wait <= 0:
                return True
            if waited + wait > 5 or self._stopping:
                return False
            await asyncio.sleep(wait)
            waited += wait

    async def _one(self, chat: int) -> Head | None:
        now = self._clock.now()
        taken = await self._database.run(take, self._desk, chat_id=chat, now=now)
        if taken is None:
            return None
        row, call = taken
        if call is None:
            return await self._settle(row, None, None)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await getattr(self._bot, call.method)(**call.params)
        except (TelegramError, TimeoutError, asyncio.CancelledError) as error:
            return await self._failed(row, call, error)
        self._trouble = 0
        return await self._settle(row, call, answer)

    async def _settle(self, row: Row, call: Call | None, answer: Any) -> Head | None:
        message_id = answer.message_id if isinstance(answer, Message) else None
        return await self._database.run(settle, row, call=call, message_id=message_id, now=self._clock.now())

    # -- failures

    async def _failed(self, row: Row, call: Call, error: BaseException) -> Head | None:
        failure = classify(error)
        log.info("not_sent", id=row.id, kind=row.kind, outcome=type(failure), error=type(error))
        if isinstance(failure, TokenTrouble):
            await self._check_token()
            failure = NotSent(None, everywhere=True)
        head = await self._database.run(
            fail,
            row,
            failure,
            idempotent=call.idempotent,
            until=self._until(row, failure),
            now=self._clock.now(),
            on_unreachable=self._on_unreachable,
        )
        if isinstance(error, asyncio.CancelledError):
            raise error
        return head

    async def _check_token(self) -> None:
        try:
            await self._bot.get_me()
        except InvalidToken:
            raise TokenRefused("Telegram refuses TELEGRAM_BOT_TOKEN: it was revoked. Set the new one.") from None
        except TelegramError:
            return

    def _until(self, row: Row, failure: Failure) -> datetime:
        """When to try again; keeps the limits informed."""
        now, clock = self._clock.now(), _monotonic()
        if isinstance(failure, NotSent) and failure.retry_after is not None:
            self._limits.pause(row.chat_id, clock + failure.retry_after)
            self._recent_429 = {chat: at for chat, at in self._recent_429.items() if at > clock - 5}
            self._recent_429[row.chat_id] = clock
            if len(self._recent_429) > 1:
                self._limits.pause(None, clock + failure.retry_after)
            return now + timedelta(seconds=failure.retry_after)
        self._trouble = min(self._trouble + 1, 6)
        seconds = min(30.0, 0.25 * 2**self._trouble) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret
        if isinstance(failure, NotSent) and failure.everywhere:
            self._limits.pause(None, clock + seconds)
        return now + timedelta(seconds=seconds)


def _monotonic() -> float:
    return asyncio.get_running_loop().time()


# -- units


def recover(connection: Connection, desk: Desk, *, now: datetime) -> None:
    """What a killed process left in `sending`: its outcome is unknown and is settled by kind."""
    for row in outbox.interrupted(connection, desk.vault):
        _unknown(connection, row, idempotent=row.kind not in SENDS, until=now, now=now)


# Kinds of rows that make a new message; all others change one, so that doing them again does no harm.
SENDS = frozenset({"say", "notice", "nudge", "preview", "quiet", "document", "own", "enclosure", "status", "page"})


def take(connection: Connection, desk: Desk, *, chat_id: int, now: datetime) -> tuple[Row, Call | None] | None:
    """Claims and words a chat's next message. One that cannot be worded is parked, and the next one is taken."""
    while (row := outbox.claim(connection, desk.vault, chat_id=chat_id, now=now)) is not None:
        try:
            with connection.begin_nested():
                return row, render(connection, desk, row)
        except Exception as error:  # noqa: BLE001 - an edge: one message that cannot be worded blocks no chat
            log.error("not_rendered", id=row.id, kind=row.kind, error=type(error))
            outbox.close(connection, row.id, "parked", now=now)
    return None


def settle(
    connection: Connection, row: Row, *, call: Call | None, message_id: int | None, now: datetime
) -> Head | None:
    """The call was taken: the row is done, and the message remembered."""
    outbox.close(connection, row.id, "sent" if call is not None else "dropped", now=now)
    if message_id is not None and call is not None and not call.method.startswith("edit"):
        slot = row.slot if call.fills else None
        outbox.remember(
            connection,
            chat_id=row.chat_id,
            message_id=message_id,
            person_id=row.person_id,
            ours=True,
            slot=slot,
            now=now,
        )
    return outbox.head(connection, chat_id=row.chat_id, now=now)


def fail(
    connection: Connection,
    row: Row,
    failure: Failure,
    *,
    idempotent: bool,
    until: datetime,
    now: datetime,
    on_unreachable: OnUnreachable,
) -> Head | None:
    """The outcome table of the failed call."""
    match failure:
        case NotSent() | TokenTrouble():
            outbox.postpone(connection, row.id, until=until, counted=False)
        case Refused(reason=reason) if reason in STALE_TARGETS and row.slot is not None and row.attempt == 1:
            outbox.vacate(connection, row.person_id, row.slot)
            outbox.postpone(connection, row.id, until=now, counted=True)
        case Refused(reason=Reason.NOTHING_TO_EDIT) if row.kind in TIDYING:
            outbox.close(connection, row.id, "dropped", now=now)
        case Refused(benign=benign):
            outbox.close(connection, row.id, "sent" if benign else "parked", now=now)
        case Unreachable():
            outbox.close(connection, row.id, "dropped", now=now)
            on_unreachable(connection, row.person_id, now)
        case Unknown():
            _unknown(connection, row, idempotent=idempotent, until=until, now=now)
    return outbox.head(connection, chat_id=row.chat_id, now=now)


def _unknown(connection: Connection, row: Row, *, idempotent: bool, until: datetime, now: datetime) -> None:
    """Perhaps sent: a nudge never again, everything else again, at most five times."""
    if row.urgency == Urgency.NUDGE and not idempotent:
        outbox.close(connection, row.id, "dropped", now=now)
    elif row.attempt >= outbox.MAX_ATTEMPTS:
        outbox.close(connection, row.id, "parked", now=now)
    else:
        outbox.postpone(connection, row.id, until=until, counted=True)
