"""Couples on several workers of one PostgreSQL: their lives, deaths and freezes, the next morning, a verdict."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash import evidence
from bench.load import verdict
from bench.load.house import House
from bench.load.lives import HURRIED, LIVES, Life
from bench.load.measures import Measures
from bench.load.moving_in import join_all
from bench.load.play import Couple, Play
from bench.workers import troubles
from bench.workers.campaign import answer_seconds, cuts, first_difference, without_a_late_one
from bench.workers.troupe import Troupe, troupe
from tests.support.phones import NotSeen, wait_for
from tests.support.process import Stage

REST = 240.0  # seconds that everything may take to come to rest
NEWCOMERS = 0.25
REPEATS = 0.05
ASK_SECONDS = 5.0  # a worker under load is slow, and not dead


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked for. `rates`: SEND_RATE and SEND_RATE_CHAT; `overload`: everybody types everything at once.

    `lives`: the names of those that are lived; none stands for all. `pause`: mean seconds before a death or freeze; 0
    spreads them over the minutes. `repeats`: the share of the updates that come twice.
    """

    people: int = 2000
    workers: int = 4
    minutes: float = 3.0
    seed: int = 1
    kills: int = 0
    freezes: int = 0
    longest: float = 13.0
    overload: bool = False
    rates: tuple[float, float] = (200.0, 1.0)
    a_second: float = 20.0
    lives: tuple[str, ...] = ()
    pause: float = 0.0
    repeats: float = REPEATS


@dataclass
class Figures:
    """What was really exercised, and what was wrong."""

    load: Load
    couples: int = 0
    lived_to_the_end: int = 0
    stuck: int = 0
    updates: int = 0
    updates_a_second: float = 0.0
    updates_repeated: int = 0
    answers_of_workers: dict[int, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    messages_on_their_way_at_a_kill: int = 0
    freezes: int = 0
    repeated_messages: int = 0
    late_messages: int = 0
    deadlocks: int = 0
    seen_after: tuple[float, ...] = ()
    sent_after: tuple[float, ...] = ()
    most_in_a_second: int = 0
    most_to_a_chat_in_ten: int = 0
    nudges: int = 0
    morning_seconds: float = 0.0
    morning_most_in_a_second: int = 0
    megabytes_a_worker: float = 0.0
    connections: int = 0
    worker_ms_an_update: float = 0.0
    machine_busy: float = 0.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{name.replace('_', ' ')}: {_shown(getattr(self, name))}" for name in self.__dataclass_fields__]
        return "\n".join([*lines[:-1], f"broken promises: {len(self.wrong)}", *self.wrong[:30]])


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(f"{one:.2f}" for one in value)
    return round(value, 2) if isinstance(value, float) else value


def run(folder: Path, url: str, keys_url: str, load: Load, *, kind: Callable[..., House] = House) -> Figures:
    """One load, from moving in to the verdict."""
    begun, rng = time.monotonic(), random.Random(load.seed)
    figures = Figures(load)
    plays: list[Play] = []

    def move_in(stage: Stage) -> None:
        assert isinstance(stage, House)
        play = Play(stage, rng)
        play.casts_all(max(load.people // 2, 1), _lives(load), newcomers=NEWCOMERS)
        join_all(stage.settings(), [(one.a, one.b) for one in play.couples if one.life.joined], stage.at)
        plays.append(play)

    more = {"SEND_RATE": f"{load.rates[0]:g}", "SEND_RATE_CHAT": f"{load.rates[1]:g}"}
    how = {"more": more, "before": move_in, "repeats": load.repeats, "patience": ASK_SECONDS}
    with troupe(folder, url, keys_url, count=load.workers, seed=load.seed, kind=kind, **how) as found:
        _Campaign(found, plays[0], load, figures, rng).live()
        if figures.wrong:
            sys.stderr.write(found.stage.logs())
    figures.seconds = time.monotonic() - begun
    return figures


def _lives(load: Load) -> tuple[Life, ...]:
    if load.overload:
        return (HURRIED,)
    return tuple(life for life in LIVES if not load.lives or life.name in load.lives)


@dataclass
class _Campaign:
    """The parts of a run in their order."""

    found: Troupe
    play: Play
    load: Load
    figures: Figures
    rng: random.Random

    @property
    def house(self) -> House:
        assert isinstance(self.found.stage, House)
        return self.found.stage

    def live(self) -> None:
        lives = len({couple.life.name for couple in self.play.couples})
        models, couples = self.play.couples[:lives], self.play.couples[lives:]
        self._undisturbed(models)
        expected = {one.life.name: (verdict.said(one.a)[0], verdict.said(one.b)[0]) for one in models}
        held = dict(zip((one.life.name for one in models), verdict.states(self.found, models).values(), strict=True))
        lines, measures = len(self.house.world.recorder.lines), Measures(self.found)
        self.found.balancer.answers.clear()
        measures.start()
        begun = time.monotonic()
        self._disturbed(couples)
        spent = time.monotonic() - begun
        measures.stop()
        self._count(couples, lines, spent, measures)
        self._chats(couples, expected)
        self._held(couples, held)
        self._morning()

    def _undisturbed(self, models: list[Couple]) -> None:
        """One couple of each life, before the crowd comes: what it should be like for all."""
        everyone = self.play.all_type(models) if self.load.overload else self.play.all_live(models, seconds=REST)
        self.house.run(everyone)
        wait_for(self.found.rests, "the first couples at rest", REST)
        assert not any(one.stuck for one in models), [one.stuck for one in models]
        assert self.load.overload or all(one.done for one in models)

    def _disturbed(self, couples: list[Couple]) -> None:
        """Everybody, while workers die and stand still."""
        self.play.think = len(couples) / self.load.a_second
        within = self.load.minutes * 60
        work = self.play.all_type(couples) if self.load.overload else self.play.all_live(couples, seconds=within)
        living = asyncio.run_coroutine_threadsafe(work, self.house.loop)
        kinds = [True] * self.load.kills + [False] * self.load.freezes
        self.rng.shuffle(kinds)
        for kill in kinds:
            threading.Event().wait(self.rng.uniform(0.3, 1.7) * (self.load.pause or 0.6 * within / (len(kinds) + 1)))
            self._trouble(kill=kill)
        living.result()
        self._rests("the load")

    def _trouble(self, *, kill: bool) -> None:
        if kill:
            self.figures.kills += 1
            self.figures.messages_on_their_way_at_a_kill += troubles.dies(self.found, self.rng)
        else:
            self.figures.freezes += 1
            troubles.stands_still(self.found, self.rng, longest=self.load.longest)

    def _rests(self, what: str) -> None:
        try:
            wait_for(self.found.rests, what, REST)
        except NotSeen:
            self.figures.wrong.append(f"{what} is not over after {REST:.0f} s")

    def _count(self, couples: list[Couple], since: int, spent: float, measures: Measures) -> None:
        figures, lines = self.figures, self.house.world.recorder.lines
        wrong, _ = verdict.updates(self.found, lines)
        figures.wrong += wrong + verdict.order(self.found)
        figures.updates = sum("update" in line for line in lines[since:])
        figures.lived_to_the_end = sum(one.done for one in couples)
        figures.couples, figures.stuck = len(couples), sum(bool(one.stuck) for one in couples)
        figures.wrong += [f"stuck: {one.stuck}" for one in couples if one.stuck]
        figures.updates_a_second = figures.updates / spent
        figures.updates_repeated = self.found.balancer.repeated
        figures.answers_of_workers = dict(self.found.balancer.answers)
        figures.deadlocks = self.found.deadlocks()
        figures.wrong += [f"{figures.deadlocks} deadlocks"] if figures.deadlocks else []
        waits = sorted(seconds for one in couples for phone in (one.a, one.b) for _, seconds in phone.waits)
        figures.seen_after, figures.sent_after = cuts(waits), cuts(answer_seconds(self.found))
        figures.most_in_a_second, figures.most_to_a_chat_in_ten = verdict.rates(lines[since:])
        figures.megabytes_a_worker, figures.connections = measures.memory, measures.connections
        figures.worker_ms_an_update = measures.cpu / max(figures.updates, 1) * 1000
        figures.machine_busy = measures.busy

    def _chats(self, couples: list[Couple], expected: dict[str, tuple[list[str], list[str]]]) -> None:
        for one in couples:
            for phone, model in zip((one.a, one.b), expected[one.life.name], strict=True):
                told, repeated = verdict.said(phone)
                self.figures.repeated_messages += repeated
                whole = model if one.done or self.load.overload else model[: len(told)]
                if told == whole or one.stuck:
                    continue
                if without_a_late_one(told, whole):
                    self.figures.late_messages += 1
                else:
                    self.figures.wrong.append(f"{one.number} ({one.life.name}): {first_difference(told, whole)}")
        excused = self.figures.messages_on_their_way_at_a_kill + 3 * self.figures.freezes
        if self.figures.late_messages > self.figures.freezes:
            self.figures.wrong.append(f"{self.figures.late_messages} late messages, {self.figures.freezes} freezes")
        if self.figures.repeated_messages > excused:
            self.figures.wrong.append(f"{self.figures.repeated_messages} repeated messages, {excused} are excused")

    def _held(self, couples: list[Couple], held: dict[str, object]) -> None:
        wrong, texts = verdict.letters(self.play, couples)
        self.figures.texts = dict(texts)
        self.figures.wrong += wrong
        for one, found in zip(couples, verdict.states(self.found, couples).values(), strict=True):
            if found != held[one.life.name] and (one.done or self.load.overload):
                self.figures.wrong.append(f"{one.number} ({one.life.name}): {found} instead of {held[one.life.name]}")

    def _morning(self) -> None:
        """Everybody's daily message is due at once."""
        since = len(self.house.world.recorder.lines)
        begun = time.monotonic()
        self.house.control.post("/control/clock", to="09:05", zone="Europe/Berlin")
        if self.load.kills + self.load.freezes:
            threading.Event().wait(self.rng.uniform(0.5, 2.0))
            self._trouble(kill=self.load.kills > 0)
        self._rests("the morning")
        self.figures.morning_seconds = time.monotonic() - begun
        self.figures.morning_most_in_a_second, _ = verdict.rates(self.house.world.recorder.lines[since:])
        wrong, self.figures.nudges = evidence.nudges(self.house)
        self.figures.wrong += wrong
