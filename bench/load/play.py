"""Couples live their lives at once, each at their own pace; what of their words came to whose phone is noted."""

from __future__ import annotations

import asyncio
import random
import re
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load.house import House
from bench.load.lives import Life, Step, Together
from bench.load.phones import Phone, Stuck
from emulator.answers import Json

WORD = re.compile(r"q(\d+)([ab])(\d)q")


class Late(Exception):
    """The time of the load is over; what was begun is not gone on with."""


@dataclass
class Couple:
    """Two people and their life."""

    number: int
    life: Life
    a: Phone
    b: Phone
    stuck: str = ""
    done: bool = False

    def word(self, name: str) -> str:
        """What stands for `{a1}` in the texts of this couple alone."""
        return f"q{self.number}{name}q"


@dataclass
class Play:
    """All couples. `think`: mean seconds before each act; none is begun after `until`, by the clock of the loop."""

    house: House
    rng: random.Random
    think: float = 0.0
    until: float = float("inf")
    couples: list[Couple] = field(default_factory=list)
    sealed: dict[str, float] = field(default_factory=dict)
    seen: defaultdict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    _owners: dict[tuple[int, str], Phone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.house.watchers.append(self._watch)

    def casts(self, life: Life) -> Couple:
        """Two more people."""
        couple = Couple(len(self.couples), life, self.house.moves_in("Ana"), self.house.moves_in("Ben"))
        self._owners[couple.number, "a"], self._owners[couple.number, "b"] = couple.a, couple.b
        self.couples.append(couple)
        return couple

    def casts_all(self, count: int, lives: Sequence[Life], *, newcomers: float) -> list[Couple]:
        """So many couples, one of each life first; `newcomers`: share of those who have not met the bot yet."""
        new, known = [life for life in lives if not life.joined], [life for life in lives if life.joined]
        for place in range(count):
            fresh = new and self.rng.random() < newcomers
            self.casts(lives[place] if place < len(lives) else self.rng.choice(new if fresh else known))
        return self.couples

    def _watch(self, phone: Phone, _event: str, data: Json) -> None:
        """A word of somebody else on this phone."""
        for found in WORD.finditer(str(data.get("text") or "")):
            if self._owners.get((int(found[1]), found[2])) is not phone:
                self.seen[found[0]].append((_now(), int(data["id"])))

    # -- living

    async def all_live(self, couples: list[Couple], *, seconds: float) -> None:
        """Each couple once, as far as they come in so many seconds."""
        self.until = _now() + seconds
        await asyncio.gather(*(self.lives(couple) for couple in couples))

    async def lives(self, couple: Couple) -> None:
        """The whole life; who is stuck stays so."""
        try:
            for step in couple.life.steps:
                if isinstance(step, Together):
                    await self._both(couple, step)
                else:
                    await self._step(couple, step)
            couple.done = True
        except Late:
            return
        except Stuck as stuck:
            couple.stuck = f"{couple.number} ({couple.life.name}): {stuck}"

    async def _both(self, couple: Couple, step: Together) -> None:
        """Each as far as they come; whichever trouble there was is told when both have ended."""
        sides = (self._steps(couple, step.a), self._steps(couple, step.b))
        for ended in await asyncio.gather(*sides, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    async def _steps(self, couple: Couple, steps: tuple[Step, ...]) -> None:
        for step in steps:
            await self._step(couple, step)

    async def _step(self, couple: Couple, step: Step) -> None:
        who, verb, what = step
        phone = couple.a if who == "a" else couple.b
        if self.think and verb not in ("see", "fire"):
            await asyncio.sleep(min(self.rng.expovariate(1 / self.think), 4 * self.think))
        if _now() > self.until:
            raise Late
        match verb:
            case "see":
                await phone.sees(what)
            case "aim":
                phone.aim = await phone.finds(what, "l.")
            case "block":
                phone.blocks()
            case "unblock":
                phone.unblocks()
            case _:
                await self._act(couple, step, phone)
                await phone.answered()

    async def _act(self, couple: Couple, step: Step, phone: Phone) -> None:
        """What the bot answers."""
        who, verb, what = step
        match verb:
            case "start":
                phone.starts()
            case "link":
                phone.starts(await (couple.b if who == "a" else couple.a).link())
            case "say":
                phone.read = phone.says(filled(couple, what))
            case "add":
                phone.says(filled(couple, what))
            case "tap":
                await phone.taps(what)
            case "press":
                await phone.taps(what, "l.")
            case "fire" if phone.aim is not None:
                phone.presses(*phone.aim)
            case "seal":
                await self._seal(couple, phone, *what.split(" ", 1))

    async def _seal(self, couple: Couple, phone: Phone, word: str, label: str) -> None:
        await phone.finds(label)
        self.sealed[couple.word(word)] = _now()
        await phone.taps(label)

    async def all_type(self, couples: list[Couple]) -> None:
        """Everybody types all of their lines at this moment; each their own in order, theirs in any mixture."""
        lines: defaultdict[tuple[int, str], deque[str]] = defaultdict(deque)
        for couple in couples:
            for who, _, what in (step for step in couple.life.steps if not isinstance(step, Together)):
                lines[couple.number, who].append(filled(couple, what))
        order = [whose for whose, texts in lines.items() for _ in texts]
        self.rng.shuffle(order)
        for place, whose in enumerate(order):
            self._owners[whose].says(lines[whose].popleft())
            if place % 50 == 0:
                await asyncio.sleep(0)


def filled(couple: Couple, text: str) -> str:
    """With the couple's own words."""
    return re.sub(r"\{(\w+)\}", lambda name: couple.word(name[1]), text)


def _now() -> float:
    return asyncio.get_running_loop().time()
