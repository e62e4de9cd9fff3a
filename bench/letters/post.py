"""Couples who write to each other for weeks, on a virtual clock and a bad line: the plan is chance, seeded."""

from __future__ import annotations

import heapq
import random
import re
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bench.letters import texts
from bench.letters.ledger import DATA, Ledger, Posted
from bench.month.month import joins, settles
from bench.month.service import StormyService, Weather
from bench.walks.acts import Phone, Shown
from bench.walks.service import Broken, Premises
from bot.db import people

FIRST = datetime(2027, 3, 1, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
A_DAY = 3
LAST_DAYS = 9  # without new letters: the longest that one may be put off, and the reader's own week
YES = ("Yes, now", "Yes, seal it")
UNTIL = re.compile(r"l\.[0-9a-z]+\.(tomorrow|three_days|week)")


class Post:
    """One run. `live` raises Broken."""

    def __init__(self, premises: Premises, *, seed: int, couples: int, letters: int, weather: Weather) -> None:
        self._rng = random.Random(f"letters {seed}")
        self.service = StormyService(premises, seed=seed, start=FIRST, weather=weather)
        names = [f"{side}{_word(number)}" for number in range(couples) for side in "ab"]
        self._phones = [Phone(self.service, name) for name in names]
        self._partner = {one.id: other for pair in self._pairs() for one, other in (pair, pair[::-1])}
        self.ledger = Ledger(self.service, {phone.id: phone for phone in self._phones})
        self.service.listener = self.ledger.arrived
        self._wanted = letters
        self._plan: list[tuple[datetime, int, Callable[[Phone], None], Phone]] = []
        self._order = count()

    def live(self) -> None:
        """From the first letter to the last, and until all that can be read is read."""
        self._move_in()
        day = FIRST
        while self.ledger.figures["sealed"] < self._wanted:
            self._plan_day(day)
            day += timedelta(days=1)
            self._until(day)
        for _ in range(LAST_DAYS):
            for phone in self._phones:
                self._at(day + timedelta(hours=self._rng.uniform(0, 24)), self._read_all, phone)
            day += timedelta(days=1)
            self._until(day)
        self._finish()
        self.ledger.look_back()

    def _pairs(self) -> list[tuple[Phone, Phone]]:
        return list(zip(self._phones[::2], self._phones[1::2], strict=True))

    def _move_in(self) -> None:
        service = self.service
        for phone in self._phones:
            service.world.act("start", user=phone.id, payload="")
            service.settle()
            service.run(settles, service.desk, phone.id, name=phone.name, zone=self._rng.choice(ZONES), minute=720,
                        now=service.now())  # fmt: skip
            service.run(_wants_no_nudges, phone.id)
        for one, other in self._pairs():
            self._join(one, other)

    def _join(self, one: Phone, other: Phone) -> None:
        self.service.run(joins, self.service.desk, one.id, other.id, now=self.service.now())

    # -- time

    def _at(self, moment: datetime, act: Callable[[Phone], None], phone: Phone) -> None:
        heapq.heappush(self._plan, (moment, next(self._order), act, phone))

    def _plan_day(self, day: datetime) -> None:
        rng = self._rng
        for phone in self._phones:
            moments = sorted(day + timedelta(hours=rng.uniform(0, 24)) for _ in range(6))
            acts = rng.choice(((self._write, self._write), (self._write,), (self._write, self._write, self._write)))
            for moment, act in zip(moments[::2], acts, strict=False):
                self._at(moment, act, phone)
            for moment in moments[1::2]:
                self._at(moment, self._read_some, phone)
            for act, share in ((self._take_back, 0.25), (self._block, 0.05), (self._leave, 0.01)):
                if rng.random() < share:
                    self._at(day + timedelta(hours=rng.uniform(0, 24)), act, phone)

    def _until(self, end: datetime) -> None:
        while self._plan and self._plan[0][0] < end:
            moment, _, act, phone = heapq.heappop(self._plan)
            self._wait(moment)
            if phone.blocked and act != self._unblock:
                continue
            act(phone)
            self.service.sent.clear()
        self._wait(end)
        self._forget_the_record()

    def _wait(self, moment: datetime) -> None:
        """From one due moment to the next."""
        clock, until = self.service.world.clock, moment.timestamp()
        while (due := self.service.next_due_of_all()) is not None and due.timestamp() < until:
            clock.advance(max(due.timestamp() - clock.now(), 0) + 0.5)
            self.service.settle()
        clock.advance(max(until - clock.now(), 0))

    def _forget_the_record(self) -> None:
        """What Telegram would have refused is looked at; the record itself would fill the memory."""
        found = self.service.world.recorder.findings()
        if found["errors"]:
            raise Broken("emulator", str(found["findings"][:3]))
        self.service.world.recorder.clear()
        self.service.log.clear()

    # -- what people do

    def _do(self, phone: Phone, act: str, **what: object) -> None:
        """And then all that it brings, also what is tried again a little later."""
        self.service.world.act(act, user=phone.id, **what)
        self.service.settle()
        for _ in range(40):
            if not self.service.peek("SELECT 1 FROM outbox WHERE chat_id = ? AND state = 'open'", phone.id):
                break
            self.service.world.clock.advance(self._rng.uniform(5, 30))
            self.service.settle()
        self.ledger.look(phone)

    def _tap(self, phone: Phone, *labels: str) -> Shown | None:
        """A button of these labels under the newest question, or under the newest message of another sort.

        An older question that a lost answer has doubled still shows its buttons, and is over.
        """
        asked = False
        for _, row in phone.keyboards():
            is_question = any(button.data.startswith("s.") for button in row)
            for button in row if not (is_question and asked) else ():
                if button.label in labels:
                    self._press(phone, button)
                    return button
            asked = asked or is_question
        return None

    def _press(self, phone: Phone, button: Shown) -> None:
        self._do(phone, "tap", message_id=button.message_id, data=button.data, force=True)

    def _write(self, phone: Phone) -> None:
        """A letter from the command to the seal: now, in two hours, on a day; or into an exchange."""
        rng = self._rng
        offered = next((b for _, row in phone.keyboards() for b in row if re.fullmatch(r"x\.\w+\.write", b.data)), None)
        if offered is not None and rng.random() < 0.8:
            self._press(phone, offered)
        else:
            self._do(phone, "say", text="/write")
            self._tap(phone, "Write anyway")
            ways = (
                ("Other kinds", "One question, two letters", "What I miss")
                if rng.random() < 0.15
                else ("A blank page",)
            )
            if not all(self._tap(phone, way) for way in ways):
                self.service.figures["not begun"] += 1
                return
        words = self._type(phone)
        self._tap(phone, "Preview")
        self._seal(phone, words)

    def _type(self, phone: Phone) -> str:
        """The parts, as Telegram received them, joined by a blank line."""
        received = []
        for part in texts.letter(self._rng, texts.length(self._rng)):
            self._do(phone, "say", text=part)
            received.append(next(m for m in reversed(phone.messages()) if not m.from_bot).content["text"])
        return "\n\n".join(received)

    def _seal(self, phone: Phone, words: str) -> None:
        rng, before = self._rng, self._newest(phone)
        rest = timedelta(0)
        if rng.random() < 0.3 and self._tap(phone, "At another time"):
            if rng.random() < 0.5 and self._tap(phone, "In two hours"):
                rest = timedelta(hours=2)
            elif self._tap(phone, "In three days"):
                self._tap(phone, "18:00")
                rest = timedelta(days=3)
        asked = self.service.now()
        self._tap(phone, *YES)
        newest = self._newest(phone)
        if newest is None or newest == before:
            self.service.figures["kept as a draft"] += 1
            self._tap(phone, "Not now")
            return
        exchange: int | None = self.service.peek("SELECT exchange_id FROM letter WHERE id = ?", newest)
        due = asked + rest if rest < timedelta(days=1) else self._six_in_three_days(phone, asked)
        self.service.figures["rested"] += rest > timedelta(0)
        self.service.figures["into an exchange"] += exchange is not None
        self.ledger.post(Posted(newest, phone.id, self._partner[phone.id].id, words, due, exchange))

    def _six_in_three_days(self, phone: Phone, now: datetime) -> datetime:
        zone = ZoneInfo(self.service.peek("SELECT zone FROM person WHERE telegram_id = ?", phone.id))
        day = now.astimezone(zone).date() + timedelta(days=3)
        return datetime(day.year, day.month, day.day, 18, tzinfo=zone).astimezone(UTC)

    def _newest(self, phone: Phone) -> int | None:
        found: int | None = self.service.peek(
            "SELECT letter.id FROM letter JOIN person ON person.id = writer_id WHERE telegram_id = ?"
            " AND kind = 'letter' AND sealed_at IS NOT NULL ORDER BY sealed_at DESC, letter.id DESC LIMIT 1",
            phone.id,
        )
        return found

    def _read_some(self, phone: Phone) -> None:
        """What can be seen on the phone: opened, put off, or left as it is."""
        for button in [b for _, row in phone.keyboards() for b in row if b.label == "Open"]:
            lot = self._rng.random()
            if lot < 0.6:
                self._open(phone, button)
            elif lot < 0.7:
                self._tap(phone, "Tonight")
                self.service.figures["put off"] += 1
            elif lot < 0.8 and self._tap(phone, "I need until …"):
                self._until_then(phone)

    def _until_then(self, phone: Phone) -> None:
        found = [b for _, row in phone.keyboards() for b in row if UNTIL.fullmatch(b.data)]
        if found:
            self._press(phone, self._rng.choice(found))
            self.service.figures["put off"] += 1

    def _read_all(self, phone: Phone) -> None:
        for message in phone.messages():
            for row in (message.markup or {}).get("inline_keyboard", []):
                for one in row:
                    if one["text"] == "Open":
                        self._open(phone, Shown("Open", one["callback_data"], message.id))

    def _open(self, phone: Phone, button: Shown) -> None:
        """Opens, turns every page, and perhaps folds it again; sometimes an impatient thumb taps twice."""
        found = DATA.fullmatch(button.data)
        letter = "" if found is None else found[1]
        if self._rng.random() < 0.1:
            self.service.world.act("tap", user=phone.id, message_id=button.message_id, data=button.data, force=True)
        self._press(phone, button)
        while (onward := self._button(phone, f"l.{letter}.p", "Next page")) is not None:
            self._press(phone, onward)
        if self._rng.random() < 0.5 and (fold := self._button(phone, f"l.{letter}.fold", "Fold it away")) is not None:
            self._press(phone, fold)

    def _button(self, phone: Phone, data: str, label: str) -> Shown | None:
        boards = (button for _, row in phone.keyboards() for button in row)
        return next((b for b in boards if b.data.startswith(data) and b.label == label), None)

    def _take_back(self, phone: Phone) -> None:
        """One of the letters that are under way, by its button; then nobody ever reads it."""
        mine = [(key, one) for key, one in self.ledger.letters.items() if one.writer == phone.id]
        unread = [pair for pair in mine[-9:] if pair[1].shown_at is None and pair[1].ended_at is None]
        if unread:
            key, letter = self._rng.choice(unread)  # below the oldest message: the one tapped loses its buttons
            self._do(phone, "tap", message_id=_oldest(phone), data=f"l.{key}.withdraw", force=True)
            self.ledger.end(letter, "withdrawn")

    def _block(self, phone: Phone) -> None:
        self.service.world.act("block", user=phone.id)
        self.service.figures["blocks"] += 1
        if self._rng.random() < 0.5:  # otherwise the bot learns of it by what it cannot send
            self.service.settle()
        self._at(self.service.now() + timedelta(hours=self._rng.uniform(1, 40)), self._unblock, phone)

    def _unblock(self, phone: Phone) -> None:
        if phone.blocked:
            self._do(phone, "unblock")

    def _leave(self, phone: Phone) -> None:
        """The two part, and find each other again at once; what was unopened never arrives."""
        partner = self._partner[phone.id]
        self._do(phone, "say", text="/leave")
        if self._tap(phone, "Leave now") is not None:
            self.ledger.part(phone.id, partner.id)
            self.service.figures["partings"] += 1
            self._join(phone, partner)

    def _finish(self) -> None:
        """Everybody comes back, an exchange that waits for nobody any more goes alone, and all that came is opened."""
        for phone in self._phones:
            self._unblock(phone)
        for key, letter in self.ledger.letters.items():
            if letter.shown_at is None and letter.ended_at is None and letter.exchange is not None:
                writer = next(phone for phone in self._phones if phone.id == letter.writer)
                self._do(writer, "tap", message_id=_oldest(writer), data=f"l.{key}.alone", force=True)
                letter.exchange = None
        self._wait(self.service.now() + timedelta(days=2))
        for phone in self._phones:
            self._read_all(phone)


def _oldest(phone: Phone) -> int:
    """A message of the bot's that has no buttons to lose."""
    return next(message.id for message in phone.messages() if message.from_bot)


def _word(number: int) -> str:
    """0 -> a, 26 -> ba."""
    name = ""
    while number or not name:
        number, digit = divmod(number, 26)
        name = string.ascii_lowercase[digit] + name
    return name


def _wants_no_nudges(connection: Connection, user: int) -> None:
    person = people.by_telegram(connection, user)
    assert person is not None
    people.change(connection, person.id, nudges_off=True, next_nudge_at=None)
