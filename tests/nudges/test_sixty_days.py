"""Two people for sixty days, doing anything: at most one unasked message a local day, whatever it is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.clock import in_quiet_hours, local_day, zone_of
from bot.conversation import housekeeping
from bot.db import people
from bot.delivery.render import Call
from bot.nudges import service as nudges
from tests.support.units import Phone, World

ZONES = ("UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago")
KINDS = {".done": "nudge", ".yes": "quiet", ".look": "recheck"}
COMMANDS = ("menu", "daily", "pause", "settings", "why", "letters", "help", "practise", "write", "checkup")
TEXTS = ("done", "not now", "I did it", "hello", "I want to kill myself", "22:00", "she laughed", "/daily")


class Watch:
    """One phone and what came to it by itself."""

    def __init__(self, world: World, phone: Phone, chance: random.Random) -> None:
        self.world, self.phone, self.chance = world, phone, chance
        self.unasked: dict[date, list[str]] = {}
        self.kinds: Counter[str] = Counter()
        self.put_off: set[date] = set()

    @property
    def today(self) -> date:
        return local_day(self.world.now, zone_of(self.phone.row.zone))

    def ticks(self) -> None:
        """What comes by itself is looked at; a nudge put off to this evening is the person's own appointment."""
        self.phone.looks_away()
        self.world.ticks()
        housekeeping.forget_silent(self.world.connection, self.world.desk, now=self.world.now)
        self.world.deliver()
        for call in self.phone.new:
            kind = self.kind_of(call)
            if kind == "nudge" and self.today in self.put_off:
                self.put_off.remove(self.today)
                kind = "put off"
            elif kind:
                self.unasked.setdefault(self.today, []).append(kind)
            if kind:
                self.kinds[kind] += 1
                row = self.phone.row
                assert not in_quiet_hours(self.world.now, zone_of(row.zone), row.quiet_from, row.quiet_to), kind
                assert len(str(call.params["text"])) <= 280
                assert len(buttons(call)) <= 3

    def kind_of(self, call: Call) -> str:
        """Which of the unasked messages this call sends; empty for what was asked for, and for letters."""
        if not call.method.startswith("send"):
            return ""
        if call.params.get("text") == self.world.words("silence_warning"):
            return "warning"
        return next((kind for data in buttons(call) for end, kind in KINDS.items() if data.endswith(end)), "")

    def acts(self) -> None:
        """Something that people do."""
        act = self.chance.choice((self.taps, self.taps, self.taps, self.writes, self.commands, self.moves, self.waits))
        act()

    def taps(self) -> None:
        if not self.phone.buttons:
            return
        label = self.chance.choice(self.phone.buttons[-12:])
        if label in ("Leave now", "Delete everything"):
            return
        if label == "Ask again tonight":
            self.put_off.add(self.today)
        self.phone.taps(label)

    def writes(self) -> None:
        self.phone.writes(self.chance.choice(TEXTS))

    def commands(self) -> None:
        self.phone.commands(self.chance.choice(COMMANDS))

    def moves(self) -> None:
        if self.chance.random() < 0.3:
            people.change(self.world.connection, self.phone.row.id, zone=self.chance.choice(ZONES))
            nudges.replan(self.phone.turn)

    def waits(self) -> None:
        """Three months have gone by since the last check-up."""
        people.change(self.world.connection, self.phone.row.id, recheck_on=self.today)


def buttons(call: Call) -> list[str]:
    rows = (call.params.get("reply_markup") or {}).get("inline_keyboard", ())
    return [one["callback_data"] for row in rows for one in row]


def live(world: World, watches: list[Watch], chance: random.Random, *, days: int, busy: float) -> None:
    """Time goes by from due moment to due moment; sometimes somebody does something."""
    end = world.now + timedelta(days=days)
    while world.now < end:
        step: Callable[[], timedelta] = lambda: timedelta(hours=chance.choice((4, 8, 12)))  # noqa: E731
        due = [watch.phone.row.next_nudge_at for watch in watches]
        ahead = [moment for moment in due if moment is not None and moment > world.now]
        world.now = min([world.now + step(), *ahead])
        for watch in watches:
            watch.ticks()
            if chance.random() < busy:
                watch.acts()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("seed", "busy"), [(3, 0.4), (2, 0.05)])
def test_never_more_than_one_unasked_message_a_local_day(
    world: World, ana: Phone, ben: Phone, couple: int, seed: int, busy: float
) -> None:
    chance = random.Random(seed)
    watches = [Watch(world, ana, chance), Watch(world, ben, chance)]
    live(world, watches, chance, days=60, busy=busy)
    for watch in watches:
        crowded = {day: kinds for day, kinds in watch.unasked.items() if len(kinds) > 1}
        assert crowded == {}
    assert sum(watch.kinds["nudge"] for watch in watches) >= 12


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_each_kind_takes_the_day_from_the_others(world: World, ana: Phone) -> None:
    """So that the test above has something to notice: in these weeks every kind comes once at least."""
    chance = random.Random(5)
    watch = Watch(world, ana, chance)
    people.change(world.connection, ana.row.id, nudges_ignored=8, recheck_on=watch.today + timedelta(days=3))
    live(world, [watch], chance, days=40, busy=0)
    people.change(world.connection, ana.row.id, seen_at=world.now - timedelta(days=400))
    live(world, [watch], chance, days=2, busy=0)
    assert {"nudge", "recheck", "quiet", "warning"} <= watch.kinds.keys()
    assert all(len(kinds) == 1 for kinds in watch.unasked.values())
