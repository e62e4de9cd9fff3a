"""People on the real planner and a real database while clocks jump, journeys are made and the service stands still."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bench.walks.service import SERVICE_KEY, Premises
from bench.zones.days import Found, all_zones
from bot.chance import SeededChance
from bot.db import people
from bot.db.models import Outbox
from bot.delivery.turn import Desk
from bot.nudges import clock_back
from bot.nudges import service as nudges
from bot.ticks import housekeep
from bot.vault import Vault

_outbox = Outbox
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 9, 20, 3, tzinfo=UTC)
SETTLED = timedelta(days=4)  # after a jump or a journey; a day that came twice had its message the first time
EVENTS = ("hours_on", "hours_back", "days_on", "days_back", "years", "journey", "stands", "week", "hour", "quiet")


@dataclass(slots=True)
class Life:
    """One person, and what the service sent them."""

    connection: Connection
    desk: Desk
    chance: random.Random
    person_id: int
    now: datetime = START
    settled_at: datetime = START
    sent: dict[date, list[datetime]] = field(default_factory=dict)
    found: Found = field(default_factory=Found)

    @property
    def row(self) -> Any:
        """The person as they are now."""
        return people.by_id(self.connection, self.person_id)

    @property
    def zone(self) -> ZoneInfo:
        """Where they are."""
        return ZoneInfo(self.row.zone)

    def runs(self, length: timedelta) -> None:
        """So much time with the service running: it looks at each due moment, a second late at most."""
        end = self.now + length
        while self.now < end:
            due, before = self.row.next_nudge_at, self.now
            ahead = due if due is not None and due > before else before + HOUR
            self.now = min(end, ahead + timedelta(seconds=1), before + 6 * HOUR)
            self.beats()
            self.looks_at_days(before)

    def beats(self) -> None:
        """The beats of the scheduler that have to do with nudges, and the tidying."""
        clock_back.mend(self.connection, self.desk, now=self.now)
        nudges.plan_due(self.connection, self.desk, now=self.now)
        self.takes()
        if self.now.hour % 6 == 0:
            housekeep(self.connection, now=self.now)

    def takes(self) -> None:
        """What was put into the outbox goes out, and is answered."""
        query = select(_outbox.c.id).where(_outbox.c.person_id == self.person_id, _outbox.c.state == "open")
        for row_id in self.connection.execute(query).scalars().all():
            sent = _outbox.update().where(_outbox.c.id == row_id).values(state="sent", sent_at=self.now)
            self.connection.execute(sent)
            self.notes()
            people.change(self.connection, self.person_id, nudges_ignored=0)
            nudges.schedule(self.connection, self.row, now=self.now)

    def notes(self) -> None:
        """That this message is the only one of its local day and lies outside quiet hours."""
        wall, row = self.now.astimezone(self.zone), self.row
        self.found.figures["nudges"] += 1
        if self.sent.setdefault(wall.date(), []):
            self.found.broken.append(f"a second one on {wall.date()} in {self.zone}, after {self.sent[wall.date()]}")
        self.sent[wall.date()].append(self.now)
        if (wall.hour * 60 + wall.minute - row.quiet_from) % 1440 < (row.quiet_to - row.quiet_from) % 1440:
            self.found.broken.append(f"in quiet hours: {wall}")

    def looks_at_days(self, before: datetime) -> None:
        """A local day that is over and was undisturbed had its message.

        Not so the two days before one that had a message already: a clock that went back looks like a journey west.
        """
        zone = self.zone
        yesterday, today = before.astimezone(zone).date(), self.now.astimezone(zone).date()
        if yesterday != today and before - self.settled_at > SETTLED:
            self.found.figures["quiet_days"] += 1
            last = self.row.last_nudge_on
            if yesterday not in self.sent and not (last and yesterday < last <= yesterday + 2 * DAY):
                self.found.broken.append(f"none on {yesterday} in {zone}")

    # -- what happens

    def happens(self, event: str) -> None:
        """Something that a clock, a person or a machine does."""
        self.found.figures[event] += 1
        getattr(self, f"_{event}")()
        self.settled_at = max(self.now, self.settled_at) if event in ("hour", "quiet") else self.now

    def _jump(self, by: timedelta) -> None:
        """The clock jumps, and the service goes on at once."""
        self.now += by
        self.beats()

    def _hours_on(self) -> None:
        self._jump(self.chance.randint(1, 23) * HOUR)

    def _hours_back(self) -> None:
        self._jump(-self.chance.randint(1, 23) * HOUR)

    def _days_on(self) -> None:
        self._jump(self.chance.randint(1, 9) * DAY)

    def _days_back(self) -> None:
        self._jump(-self.chance.randint(1, 9) * DAY)

    def _years(self) -> None:
        """An hour ten years ahead, or ten years ago, and back."""
        ten = self.chance.choice((1, -1)) * 3650 * DAY
        here = self.now
        self._jump(ten)
        for _ in range(4):
            self.now += 6 * HOUR
            self.beats()
        self.now = here + HOUR
        self.beats()

    def _journey(self) -> None:
        zone = self.chance.choice(all_zones())
        people.change(self.connection, self.person_id, zone=zone)
        nudges.schedule(self.connection, self.row, now=self.now)

    def _stands(self) -> None:
        self.now += self.chance.randint(1, 60) * HOUR
        self._at_most_one_after()

    def _week(self) -> None:
        self.now += 7 * DAY
        self._at_most_one_after()

    def _at_most_one_after(self) -> None:
        before = self.found.figures["nudges"]
        for _ in range(10):
            self.beats()
        if self.found.figures["nudges"] - before > 1:
            self.found.broken.append(f"several at once after an outage, at {self.now}")

    def _hour(self) -> None:
        self._sets(nudge_minute=30 * self.chance.randrange(48))

    def _quiet(self) -> None:
        self._sets(quiet_from=60 * self.chance.randrange(24), quiet_to=60 * self.chance.randrange(24))

    def _sets(self, **values: int) -> None:
        people.change(self.connection, self.person_id, **values)
        nudges.schedule(self.connection, self.row, now=self.now)


def a_life(connection: Connection, desk: Desk, seed: int) -> Life:
    """Somebody new."""
    person_id = seed + 1
    desk.vault.create_key(person_id)
    people.create(connection, person_id=person_id, telegram_id=seed + 1, lang="en", now=START)
    life = Life(connection, desk, random.Random(seed), person_id)
    zone, minute = life.chance.choice(all_zones()), 30 * life.chance.randrange(48)
    people.change(connection, person_id, known_at=START, zone=zone, nudge_minute=minute)
    nudges.schedule(connection, life.row, now=START)
    life.beats()
    return life


def live(life: Life, *, events: int = 24) -> Found:
    """One life: something happens, some days go by, and again."""
    for _ in range(events):
        life.happens(life.chance.choice(EVENTS))
        life.runs(life.chance.randint(1, 8) * DAY)
    life.found.figures["lives"] += 1
    return life.found


def live_alone(premises: Premises, seed: int) -> Found:
    """One life in a database of its own."""
    premises.fresh()
    chance = SeededChance(seed)
    desk = Desk(premises.library, Vault([SERVICE_KEY], premises.keys, chance), chance)
    with premises.engine.connect() as connection, connection.begin() as unit:
        found = live(a_life(connection, desk, seed))
        unit.rollback()
    return found


def summed(lives: list[Found]) -> Found:
    """Lives together."""
    found = Found()
    for one in lives:
        found.join(one)
    return found
