"""The bot of the walks in bad weather: calls are lost, refused or slow, the process dies at any point and starts again.

Deaths happen between two steps of the one sender and of the intake, where a kill would: what was committed stays,
what was only in memory is gone. What really reached Telegram is known here, past the bot.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Message
from telegram.error import TelegramError

from bench.walks.service import BOT_ID, EPOCH, ROUNDS, TOKEN, Broken, Premises, Service, _take, drive, readable
from bot.app import unreachable
from bot.delivery import outbox, outcomes, waiting
from bot.delivery.failures import NotSent, Refused, Unreachable, classify
from bot.delivery.outbox import Urgency
from bot.delivery.render import Call
from bot.intake import inbox


@dataclass(frozen=True, slots=True)
class Weather:
    """How often things go wrong, each as a share of the calls or steps."""

    lost_answers: float = 0.01
    refused: float = 0.01
    floods: float = 0.005
    deaths: float = 0.004
    retries: timedelta = timedelta(seconds=20)


class StormyService(Service):
    """One bot, killed and restarted, on a bad line. Keeps account of what reached the phones."""

    def __init__(self, premises: Premises, *, seed: int, start: datetime, weather: Weather) -> None:
        super().__init__(premises, seed=seed, start=start)
        self._rng = random.Random(seed)
        self._weather = weather
        self.figures: Counter[str] = Counter()
        self._reached: Counter[int] = Counter()  # row of the outbox -> calls that Telegram took
        self._excused: Counter[int] = Counter()  # row -> times that its outcome was lost on the way
        self._copies: dict[int, int] = {}  # row -> the newest message that came of it
        self._last: defaultdict[int, int] = defaultdict(int)  # chat -> newest row that was taken
        self._moved = False

    def _dies(self) -> bool:
        """Whether the process is killed here. What it left in the middle is settled by the next one."""
        if self._rng.random() >= self._weather.deaths:
            return False
        self.figures["deaths"] += 1
        return True

    def begin_again(self) -> None:
        """The start of a process: what the one before left in `sending` has an unknown outcome."""
        self.run(outcomes.recover, now=self.now())

    # -- intake

    def _take(self) -> None:
        updates = self.world.call(TOKEN, "getUpdates", {"offset": self._offset, "limit": 100})["result"]
        if not updates:
            return
        senders = self.run(inbox.receive, self.desk.vault, updates, bot_id=BOT_ID, now=self.now())
        if self._dies():  # committed, and not yet confirmed: Telegram hands the same updates out once more
            self.figures["updates_repeated"] += len(updates)
            self.begin_again()
            self._take()
            return
        self._offset = updates[-1]["update_id"] + 1
        self.world.call(TOKEN, "getUpdates", {"offset": self._offset, "limit": 1})
        for one in {*senders, *self.run(inbox.waiting, now=self.now())}:
            while (done := self.run(inbox.process_next, self.desk, one, now=self.now())) is not None:
                self.figures["updates"] += 1
                if self._dies():  # after the commit of the unit: the tap stays unanswered, nothing else is lost
                    self.begin_again()
                    continue
                self._answer(done, one)

    # -- sending

    def _drain(self) -> None:
        for _ in range(ROUNDS):
            chats = self.run(waiting.open_chats, now=self.now(), busy=(), limit=50)
            self._moved = False
            for chat, _ in chats:
                while self._one(chat):
                    pass
            if not self._moved:  # what is left waits behind a message that is tried again later
                return
        raise Broken("endless", "the outbox does not become empty")

    def _one(self, chat: int) -> bool:
        taken = self.run(_take, self.desk, chat, self.now())
        if taken is None:
            return False
        self._moved = True
        row, call = taken
        if self._dies():
            self._excused[row.id] += 1
            self.begin_again()
            return True
        if call is None:
            return self.run(outcomes.settle, row, call=None, message_id=None, now=self.now()) is not None
        return self._call(chat, row, readable(call))

    def _call(self, chat: int, row: outbox.Row, call: Call) -> bool:
        trouble, newest = self._order_trouble(row), self._newest(chat)
        try:
            answer = drive(getattr(self._bot, call.method)(**call.params))
        except TelegramError as error:
            if trouble == "cut_after":
                new = self._newest(chat)
                message = call.params.get("message_id") or (
                    new if new > newest else None
                )  # a deletion leaves an older one
                self._took(chat, row, call, message)
                if message is not None:
                    self._tell(self._arrived(chat, call, message))
            return self._not_taken(row, call, error, ordered=trouble != "")
        message_id = answer.message_id if isinstance(answer, Message) else None
        self._took(chat, row, call, message_id)
        self._tell(self._arrived(chat, call, message_id))
        if self._dies():
            self._excused[row.id] += 1
            self.begin_again()
            return True
        return self.run(outcomes.settle, row, call=call, message_id=message_id, now=self.now()) is not None

    def _newest(self, chat: int) -> int:
        return max(self.phone_side.chats[chat].messages, default=0)

    def _order_trouble(self, row: outbox.Row) -> str:
        """Perhaps something happens to this very call."""
        weather, lot = self._weather, self._rng.random()
        kinds = (("cut_after", weather.lost_answers), ("cut_before", weather.refused), ("429", weather.floods))
        for kind, share in kinds:
            if lot < share:
                self.world.faults.add(kind, count=1, retry_after=7, seed=row.id)
                self.figures[kind] += 1
                return kind
            lot -= share
        return ""

    def _not_taken(self, row: outbox.Row, call: Call, error: TelegramError, *, ordered: bool) -> bool:
        if not ordered:
            self._failed(row, call, error)
            return True
        self.world.faults.clear()
        failure = classify(error)
        if not isinstance(failure, NotSent):
            self._excused[row.id] += 1
        self.run(
            outcomes.fail,
            row,
            failure,
            idempotent=call.idempotent,
            until=self.now() + self._weather.retries,
            now=self.now(),
            on_unreachable=unreachable,
        )
        if isinstance(failure, Refused | Unreachable):
            raise Broken("misread", f"a fault of the line was read as {failure}")
        return False

    def _took(self, chat: int, row: outbox.Row, call: Call, message_id: int | None) -> None:
        """Telegram has taken this call: in order, and never more often than lost outcomes explain."""
        self._reached[row.id] += 1
        if call.method.startswith("send") and message_id is not None:
            if row.id in self._copies:
                self.doubled.add((chat, self._copies[row.id]))
            self._copies[row.id] = message_id
        times, excuses = self._reached[row.id], self._excused[row.id]
        new = call.method.startswith("send")
        if times > 1 and new:
            self.figures["repeated_messages"] += 1
            if row.urgency is Urgency.NUDGE:
                raise Broken("nudge_repeated", f"row {row.id} {row.kind} reached its chat {times} times")
        if new and times > 1 + excuses:
            raise Broken("repeated", f"row {row.id} {row.kind} reached its chat {times} times, lost {excuses} times")
        if row.id < self._last[chat]:
            raise Broken("order", f"row {row.id} {row.kind} came after row {self._last[chat]}")
        self._last[chat] = row.id

    # -- looking

    def unexplained(self, rows: list[int]) -> list[int]:
        """Of these parked rows, those that fewer outcomes were lost of than a message is tried."""
        return [row for row in rows if self._excused[row] < outbox.MAX_ATTEMPTS]

    def next_due_of_all(self) -> datetime | None:
        """The next moment at which a beat or the sender has something to do."""
        tries = self.peek("SELECT min(next_at) FROM outbox WHERE state = 'open'")
        retry = None if tries is None else EPOCH + timedelta(microseconds=tries)
        return min((moment for moment in (self.next_due(), retry) if moment is not None), default=None)
