"""The one sender: drains the outbox, a chat's messages in order, many chats at once. The row is the truth.

Of each message, in this order: 1 a token of the limits (`tokens`), 2 claimed and worded (`outcomes.take`, committed),
3 the call, 4 what became of it (`outcomes.settle` or `fail`, committed; `noting` tries until the database takes it,
`setbacks` tells when to try again). A kill between 2 and 4 leaves a row in `sending`: whether it was sent is unknown,
and the next start, or another worker, settles it by kind (`outcomes.recover`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot import faultpoints, meters
from bot.clock import Clock
from bot.db.session import Database
from bot.delivery import calls, outbox, outcomes, waiting
from bot.delivery.binding import Bindery
from bot.delivery.kinds import SENDS
from bot.delivery.limits import Limits
from bot.delivery.noting import Notes
from bot.delivery.outbox import Row, Urgency
from bot.delivery.outcomes import Later, Left, OnUnreachable, Taken
from bot.delivery.render import Call
from bot.delivery.request import still_ours
from bot.delivery.setbacks import Setbacks
from bot.delivery.tokens import Token, Tokens, now
from bot.delivery.turn import Desk
from bot.delivery.waiting import Next
from bot.delivery.workers import Workers
from bot.errors import TokenRefused
from bot.log import log

LOOK = 0.5  # seconds between looks for rows of other workers, of ticks and of retries
AT_ONCE = 50  # chats
OTHERS_SHARE = 5  # of the places of a queue of answers one in so many is for what is less urgent
LEFT_SECONDS = 10.0  # for which a chat is left to workers of a newer release
CALL_SECONDS = 40
TOAST_SECONDS = 5
HASTENED = 500  # messages in one unit
AN_ANSWER = Next(Urgency.ANSWER, "say")  # what a chat is taken to have next when somebody wakes the sender for it


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
        workers: Workers,
        at_once: int = AT_ONCE,
        on_unreachable: OnUnreachable,
    ) -> None:
        self._database = database
        self._bot = bot
        self._bindery = Bindery(bot)
        self._desk = desk
        self._clock = clock
        self._workers = workers
        self._at_once = at_once
        self._tokens = Tokens(limits)
        self._notes = Notes(database, clock)
        self._setbacks = Setbacks(
            bot=bot,
            clock=clock,
            tokens=self._tokens,
            notes=self._notes,
            on_unreachable=on_unreachable,
            on_over=self._begin_hastening,
        )
        workers.on_change = self._tokens.share
        self._chat_pace = limits.chat
        self._busy: set[int] = set()  # chats with a task of their own, `_drain`
        self._again: set[int] = set()  # of these: where something was put since
        self._left: dict[int, float] = {}  # chats for workers of a newer release, and until when
        self._more = False  # chats wait for a place
        self._look = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._stopping = False

    # -- outside

    @property
    def newest_release(self) -> int:
        """The newest release among the workers that are there."""
        return self._workers.standing.release

    @property
    def is_first(self) -> bool:
        """Whether this worker is the oldest one."""
        return self._workers.standing.first

    def wake(self, chats: Iterable[int]) -> None:
        """New rows for these chats were committed; they are looked at now, ahead of the next round."""
        for chat in chats:
            if chat in self._busy:
                self._again.add(chat)
            elif self._tasks is not None and not self._stopping:
                self._start(chat, AN_ANSWER)

    def look(self) -> None:
        """New rows were committed that are no answers; they are looked at now, in the order of their classes."""
        self._look.set()

    async def answer(self, query: str, text: str | None) -> None:
        """Answers a tap once, best effort: a lost answer costs a spinner, never a word."""
        try:
            async with asyncio.timeout(TOAST_SECONDS):
                await calls.make(self._bot, "answer_callback_query", {"callback_query_id": query, "text": text})
        except (TelegramError, TimeoutError) as error:
            log.info("tap_not_answered", error=type(error))

    async def leave_group(self, chat_id: int, text: str) -> None:
        """A group is no place for this: one sentence, where we may write, then out. Best effort."""
        for goodbye in (lambda: self._bot.send_message(chat_id, text), lambda: self._bot.leave_chat(chat_id)):
            try:
                async with asyncio.timeout(CALL_SECONDS):
                    await goodbye()
            except (TelegramError, TimeoutError) as error:
                log.info("group_not_left", error=type(error))

    def stop(self) -> None:
        """Begin no further call; those under way end and are noted."""
        self._stopping = True
        self._tokens.stop()
        self._look.set()

    # -- rounds: which chats are drained

    async def run(self) -> None:
        """Drains until `stop`. What dead senders have left is settled first."""
        await self._workers.join()
        async with asyncio.TaskGroup() as self._tasks:
            while not self._stopping:
                self._look.clear()
                try:
                    await self._round()
                    meters.round_made.now()
                except Exception as error:  # noqa: BLE001 - an edge: a database that does not answer is asked again
                    log.warning("outbox_not_read", error=type(error))
                try:
                    async with asyncio.timeout(LOOK):
                        await self._look.wait()
                except TimeoutError:
                    pass

    async def _round(self) -> None:
        """Gives free places to the most urgent chats; a wave that fills them all leaves as many again for answers."""
        free = self._at_once - len(self._busy)
        least = Urgency.NUDGE if free > 0 else Urgency.ANSWER
        free = free if free > 0 else 2 * self._at_once - len(self._busy)
        if free <= 0:
            return
        found = await self._open(limit=free, least=least)
        self._more = len(found) >= free
        if self._more and least == Urgency.NUDGE and found[-1][1].urgency <= Urgency.ANSWER:
            found += await self._open(limit=max(1, free // OTHERS_SHARE), most=Urgency.LETTER)
        for chat, ahead in found:
            if chat not in self._busy and not self._stopping:
                self._start(chat, ahead)

    async def _open(self, **which: Any) -> list[tuple[int, Next]]:
        standing = self._workers.standing
        share = (standing.workers, standing.place)
        self._left = {chat: until for chat, until in self._left.items() if until > now()}
        busy = (*self._busy, *self._left)
        return await self._database.run(waiting.open_chats, now=self._clock.now(), busy=busy, share=share, **which)

    def _start(self, chat: int, ahead: Next) -> None:
        assert self._tasks is not None  # noqa: S101 - only `run` and what it woke come here
        self._busy.add(chat)
        self._tasks.create_task(self._drain(chat, ahead))

    # -- one chat

    async def _drain(self, chat: int, ahead: Next | None) -> None:
        """One message after another. Whatever ends it, what is left is found by the next round."""
        first = ahead.urgency if ahead is not None else Urgency.NUDGE
        try:
            while ahead is not None and not self._stopping:
                if ahead.urgency > first and self._more:
                    return  # others wait for a place, and perhaps for something more urgent
                token = await self._tokens.take(chat, ahead, hurry=lambda: chat in self._again)
                if token is None:
                    return
                ahead = await self._one(chat, ahead, token)
                if ahead is None and chat in self._again:
                    self._again.discard(chat)
                    ahead = AN_ANSWER
        except TokenRefused:
            raise
        except Exception as error:  # noqa: BLE001 - an edge: one chat's trouble stops nobody else's messages
            log.error("drain_failed", error=type(error))
        finally:
            self._busy.discard(chat)
            self._again.discard(chat)
            if self._more and len(self._busy) <= self._at_once * 3 // 4:
                self._look.set()

    async def _one(self, chat: int, ahead: Next, token: Token) -> Next | None:
        """One message of this chat. Returns what it has next; None when there is nothing to do now."""
        worker = self._workers.id
        taken = await self._take(chat, worker, ahead)
        if not (isinstance(taken, tuple) and taken[1] is not None and taken[0].kind in SENDS):
            self._tokens.give_back(token)
        match taken:
            case Later(seconds=seconds):
                self._tokens.hold(chat, seconds)
                return ahead
            case Left():
                self._left[chat] = now() + LEFT_SECONDS
                return None
            case None:
                return None
            case (row, None):
                return await self._settle(row, None, None)
            case (row, call):
                return await self._send(row, call, worker, token)

    async def _take(self, chat: int, worker: int | None, ahead: Next) -> Taken:
        try:
            found: Taken = await self._notes.runner(ahead.urgency)(
                outcomes.take,
                self._desk,
                chat_id=chat,
                now=self._clock.now(),
                worker_id=worker,
                chat_pace=self._chat_pace,
            )
        except Exception:
            # A commit whose answer was lost may have kept the claim, and no call is made for it.
            await self._notes.surely(outbox.unclaim, chat_id=chat, worker_id=worker)
            raise
        return found

    async def _send(self, row: Row, call: Call, worker: int | None, token: Token) -> Next | None:
        """The call for a claimed message, and the note of what became of it. Without a call it is given back."""
        faultpoints.reach("claimed")
        sends = row.kind in SENDS
        if sends and not token.sends:  # what this token was for is gone: its own one comes first
            return await self._give_back(row, worker, Next(row.urgency, row.kind))
        if call.manuscript is not None:
            bound = await self._bound(row, call)
            if bound is None:
                return await self._notes.surely(outcomes.give_up, row, now=self._clock.now())
            call = bound
        if sends:
            await self._tokens.room()
        # A frozen worker may have been taken over; and another chat may have heard meanwhile that all have to wait.
        if not await self._workers.holds(worker) or self._tokens.is_paused(row.chat_id):
            return await self._give_back(row, worker, None)
        still_ours.set(lambda: self._workers.is_sure(worker))
        try:
            async with asyncio.timeout(CALL_SECONDS):
                message_id = await calls.make(self._bot, call.method, call.params)
        except (TelegramError, TimeoutError, asyncio.CancelledError) as error:
            return await self._setbacks.note(row, call, error, shared=self._workers.id is not None)
        self._setbacks.answered()
        faultpoints.reach("called")
        ahead = await self._settle(row, call, message_id)
        faultpoints.reach("settled")
        return ahead

    async def _give_back(self, row: Row, worker: int | None, ahead: Next | None) -> Next | None:
        """No call was made. Left in `sending` it would stay there for as long as this worker's lease goes on."""
        await self._notes.surely(outbox.unclaim, chat_id=row.chat_id, worker_id=worker)
        return ahead

    async def _bound(self, row: Row, call: Call) -> Call | None:
        try:
            return await self._bindery.bound(call)
        except Exception as error:  # noqa: BLE001 - an edge: one file that cannot be made holds up no chat
            log.error("not_made", id=row.id, kind=row.kind, error=type(error))
            return None

    async def _settle(self, row: Row, call: Call | None, message_id: int | None) -> Next | None:
        """Done: sent, or without a `call` nothing was left to say."""
        ahead = await self._notes.outcome(
            row, outcomes.settle, row, call=call, message_id=message_id, now=self._clock.now()
        )
        meters.sends.add(row.urgency.name.lower(), "sent" if call is not None else "dropped")
        return ahead

    # -- after an outage

    def _begin_hastening(self) -> None:
        if self._tasks is not None and not self._stopping:
            self._tasks.create_task(self._hasten())

    async def _hasten(self) -> None:
        try:
            while await self._notes.surely(outbox.hasten, now=self._clock.now(), limit=HASTENED):
                pass
        except Exception as error:  # noqa: BLE001 - an edge: they are tried in two minutes anyway
            log.error("not_hastened", error=type(error))
        self._look.set()
