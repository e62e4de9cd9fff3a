"""The real bot on SQLite through a month of mornings: everybody gets their gesture, some answer, its memory is read."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.load.house import House
from bench.load.moving_in import join_all
from bench.load.phones import Phone
from emulator.answers import Json

PATIENCE = 600.0  # seconds that a morning of everybody may take
SETTLED = 5  # the day from which on memory should no longer grow
SAYINGS = ("/menu", "/why", "/practise", "/checkup", "/letters", "thank you", "/write")


@dataclass
class Figures:
    """What the month was. `megabytes`: resident, of the bot's process, at the end of each day."""

    people: int
    days: int
    nudges: int = 0
    acts: int = 0
    messages: int = 0
    seconds: float = 0.0
    megabytes: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """From the fifth day, or the first one of a short run, to the last, as a share."""
        first = self.megabytes[min(SETTLED, len(self.megabytes)) - 1]
        return self.megabytes[-1] / first - 1

    def __str__(self) -> str:
        told = f"{self.people} people, {self.days} days, {self.seconds:.0f} s"
        done = f"{self.nudges} gestures, {self.acts} acts, {self.messages} messages"
        grown = f"{self.megabytes[0]:.0f} MB on the first day, {self.megabytes[-1]:.0f} on the last"
        grown += f": {self.growth:+.1%} from day {SETTLED}"
        return "\n".join([told, done, grown, f"broken promises: {len(self.wrong)}", *self.wrong[:20]])


class Soak:
    """One month. The same seed brings the same acts; the bot's own chance is the system's."""

    def __init__(self, folder: Path, *, couples: int, days: int, seed: int) -> None:
        self._house = House(folder)
        self._rng = random.Random(seed)
        self._couples = couples
        self.figures = Figures(people=2 * couples, days=days)
        self._today: Counter[int] = Counter()

    def live(self) -> None:
        """Every day until the last."""
        begun = time.monotonic()
        with self._house as house:
            phones = [house.moves_in(f"P{number}") for number in range(2 * self._couples)]
            pairs = list(zip(phones[::2], phones[1::2], strict=True))
            join_all(house.settings(), pairs, house.at)
            house.watchers.append(self._saw)
            house.start_bot()
            for day in range(1, self.figures.days + 1):
                self._day(day, phones)
        self.figures.seconds = time.monotonic() - begun

    def _day(self, day: int, phones: list[Phone]) -> None:
        house = self._house
        self._today.clear()
        house.control.post("/control/clock", to="09:30", zone="Europe/Berlin")
        house.comes_to_rest(PATIENCE)
        self.figures.nudges += self._today.total()
        self.figures.wrong += [f"day {day}: {user} got {n} gestures" for user, n in self._today.items() if n > 1]
        house.run(self._acts(phones))
        house.comes_to_rest(PATIENCE)
        self.figures.megabytes.append(resident(house.bot.pid if house.bot else 0))

    async def _acts(self, phones: list[Phone]) -> None:
        """A third of them take up their phone."""
        for phone in self._rng.sample(phones, max(1, len(phones) // 3)):
            gesture = phone._button("Done", "n.")  # noqa: SLF001 - whether it is there, without waiting for it
            if gesture is not None and self._rng.random() < 0.7:
                phone.presses(*gesture)
            else:
                phone.says(self._rng.choice(SAYINGS))
            self.figures.acts += 1

    def _saw(self, phone: Phone, event: str, data: Json) -> None:
        self.figures.messages += event == "message"
        rows = (data.get("reply_markup") or {}).get("inline_keyboard", [])
        ends = {str(button.get("callback_data")).rpartition(".")[2] for row in rows for button in row}
        if event == "message" and "not_now" in ends:
            self._today[phone.user.id] += 1


def resident(pid: int) -> float:
    """Resident memory of a process in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
