"""A month of many couples on a virtual clock: visits by chance, gestures and letters by the bot, all of it seeded."""

from __future__ import annotations

import hashlib
import heapq
import random
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.month.looking_back import LATE, look_back
from bench.month.moving_in import joins, settles
from bench.month.service import StormyService, Weather
from bench.walks.acts import Act, Hand, Phone, typed
from bench.walks.oracle import Oracle
from bench.walks.policies import DRIVEN, POLICIES, SWAPPING, Chooser, Policy
from bench.walks.service import Broken, Premises, Sent
from bench.walks.words import Pen
from bot.ticks import housekeep

FIRST = datetime(2026, 3, 1, tzinfo=UTC)  # clocks change within the month, in both hemispheres
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Santiago", "Africa/Cairo")
WRITES = 0.3  # share of visits that are meant for a letter
HOUR = timedelta(hours=1)
BEAT = 300  # seconds between two looks at what is due while nobody has their phone in hand: letters on hold are many


@dataclass(slots=True)
class Lived:
    """What a month was, and the rule that it broke, if any."""

    seed: int
    figures: Counter[str] = field(default_factory=Counter)
    kind: str = ""
    sentence: str = ""
    digest: str = ""


class Month:
    """Couples, a clock and a die. The same seed is the same month."""

    def __init__(self, premises: Premises, *, seed: int, couples: int, days: int, weather: Weather) -> None:
        self._rng = random.Random(f"month {seed}")
        self.service = StormyService(premises, seed=seed, start=FIRST, weather=weather)
        names = [f"{side}{_letters(number)}" for number in range(couples) for side in ("a", "b")]
        self.phones = {name: Phone(self.service, name) for name in names}
        self._days = days
        self._tidied = FIRST
        self._hand = Hand(self.service, self.phones)
        self._chooser = Chooser(self.service, self._rng, {name: Pen(name) for name in names}, self.phones)
        self._habits = {name: self._habit() for name in names}
        self.oracle = Oracle(self.service, self.phones)
        self.service.listener = self._arrived
        self._hash = hashlib.blake2b(digest_size=8)
        self.lived = Lived(seed)

    def live(self) -> Lived:
        """The whole month. Never raises."""
        try:
            self._move_in()
            for moment, name in self._visits():
                self._wait_until(moment)
                self._visit(name)
            self._wait_until(FIRST + timedelta(days=self._days + 1))
            look_back(self.service, self.oracle.letters)
        except Broken as broken:
            self.lived.kind, self.lived.sentence = broken.kind, broken.sentence
        except Exception as error:  # noqa: BLE001 - whatever a unit raises is what a month looks for
            self.lived.kind, self.lived.sentence = type(error).__name__, repr(error)[:300]
        figures = self.lived.figures
        figures.update(self.service.figures)
        figures.update(self.oracle.figures)
        figures.update(months=1, sent=len(self.service.log), letters_opened=len(self.oracle.letters.readings))
        figures["letters_sealed"] = self.service.peek("SELECT count(*) FROM letter WHERE sealed_at IS NOT NULL") or 0
        self.lived.digest = self._hash.hexdigest()
        return self.lived

    # -- people

    def _habit(self) -> tuple[float, Policy]:
        """How many visits a day, and of which sort."""
        return self._rng.choice((0.1, 0.4, 0.8, 1.5)), self._rng.choices((*POLICIES, SWAPPING), (20, 40, 20, 6, 14))[0]

    def _move_in(self) -> None:
        names = list(self.phones)
        for name, phone in self.phones.items():
            self.service.world.act("start", user=phone.id, payload="")
            self.service.settle()
            zone, minute = self._rng.choice(ZONES), self._rng.choice((7, 9, 12, 18, 21)) * 60
            self.service.run(settles, self.service.desk, phone.id, name=f"robin-{name}-1", zone=zone, minute=minute,
                             now=self.service.now())  # fmt: skip
        for one, other in zip(names[::2], names[1::2], strict=True):
            self.service.run(joins, self.service.desk, self.phones[one].id, self.phones[other].id,
                             now=self.service.now())  # fmt: skip

    def _visits(self) -> Iterator[tuple[datetime, str]]:
        """Moments at which somebody takes up their phone, in order."""
        soonest = [(self._next_visit(FIRST, name), name) for name in self.phones]
        heapq.heapify(soonest)
        end = FIRST + timedelta(days=self._days)
        while soonest and soonest[0][0] < end:
            moment, name = heapq.heappop(soonest)
            yield moment, name
            heapq.heappush(soonest, (self._next_visit(moment, name), name))

    def _next_visit(self, after: datetime, name: str) -> datetime:
        return after + timedelta(days=self._rng.expovariate(self._habits[name][0]))

    def _visit(self, name: str) -> None:
        """A few acts in a row, as long as a person has their phone in hand; some evenings somebody means to write."""
        rng, policy = self._rng, self._habits[name][1]
        acts = rng.randint(1, 9)
        if rng.random() < WRITES:
            policy, acts = rng.choice((DRIVEN, SWAPPING)), rng.randint(10, 22)
            self._do(Act(name, "say", "/write"))
        for _ in range(acts):
            act = self._chooser.act(name, policy)
            if act.kind in ("clock", "leap", "link"):
                continue
            self._do(act)

    def _do(self, act: Act) -> None:
        service, phone = self.service, self.phones[act.who]
        service.sent.clear()
        service.world.clock.advance(self._rng.uniform(2, 40))
        phone.taps.clear()
        chosen = typed(phone, act)
        if act.kind == "say" and not chosen:
            self.oracle.letters.said(phone, act.text)
        done = self._hand.do(act)
        for button in (*chosen, *phone.taps):
            self.oracle.letters.tapped(phone, button)
        service.settle()
        phone.taps.clear()  # what comes later was not asked for by them
        self.lived.figures["acts"] += done

    # -- time

    def _wait_until(self, moment: datetime) -> None:
        """From one due moment to the beat after the next."""
        clock, until = self.service.world.clock, moment.timestamp()
        while (due := self._next_due()) < moment:
            if due < self.service.now() - LATE:
                raise Broken("overdue", f"what was due at {due} has been passed over until {self.service.now()}")
            beat = (max(due.timestamp(), clock.now()) // BEAT + 1) * BEAT
            if beat >= until:
                break
            clock.advance(beat - clock.now())
            self.service.sent.clear()
            self.service.settle()
            self._tidy()
        clock.advance(max(until - clock.now(), 0))

    def _next_due(self) -> datetime:
        hour = self._tidied + HOUR
        return min(self.service.next_due_of_all() or hour, hour)

    def _tidy(self) -> None:
        """What the bot does once an hour: what is of no more use is forgotten."""
        if self.service.now() >= self._tidied + HOUR:
            self._tidied = self.service.now()
            self.service.run(housekeep, now=self._tidied)

    def _arrived(self, sent: Sent) -> None:
        self._hash.update(repr((sent.to, sent.how, sent.text, sent.buttons)).encode())
        self.oracle.arrived(sent)


def _letters(number: int) -> str:
    """0 -> a, 26 -> ba: canary words carry their owner in letters alone."""
    name = ""
    while number or not name:
        number, digit = divmod(number, 26)
        name = string.ascii_lowercase[digit] + name
    return name
