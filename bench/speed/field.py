"""All programs of one run: started when they are first asked for, ended together."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.speed import bots
from bench.speed.bots import Bot
from bench.workers.server import two_databases

Load = dict[str, Any]


@dataclass
class Result:
    """One line of the table. `met` is None where there was nothing to compare with."""

    name: str
    what: str
    goal: str
    value: str
    met: bool | None
    notes: list[str] = field(default_factory=list)


@dataclass
class Field:
    """Where the bench runs: a folder, how long and how often it measures, and what it has started."""

    folder: Path
    stack: ExitStack
    rounds: int = 5
    seconds: float = 6.0
    short: bool = False
    say: Callable[[str], None] = print
    _bots: dict[str, Bot | None] = field(default_factory=dict)

    def bot(self, name: str) -> Bot | None:
        """The running program of this name; None, and a sentence, where it cannot run here."""
        if name not in self._bots:
            try:
                self._bots[name] = self.stack.enter_context(STARTS[name](self.folder / name))
            except RuntimeError as error:
                self.say(f"  {name} is left out: {error}")
                self._bots[name] = None
        return self._bots[name]

    def interleaved(self, names: Sequence[str], what: str = "", **load: Any) -> dict[str, list[Load]]:
        """Each program in turn, so many rounds. A program that cannot run is left out."""
        running = {name: bot for name in names if (bot := self.bot(name)) is not None}
        found: dict[str, list[Load]] = {name: [] for name in running}
        for number in range(self.rounds):
            for name, bot in running.items():
                one = bot.load(**({"seconds": self.seconds} | load))
                found[name].append(one)
                self.say(f"  {what} round {number + 1}: {described(name, one)}")
        return found


def _postgres(folder: Path) -> Any:
    stack = ExitStack()
    url, keys_url = stack.enter_context(two_databases())
    bot = stack.enter_context(
        bots.rekindle(folder, people=600, name="Rekindle, PostgreSQL", url=url, keys_url=keys_url)
    )
    return _With(stack, bot)


class _With:
    """A context that holds several."""

    def __init__(self, stack: ExitStack, bot: Bot) -> None:
        self._stack, self._bot = stack, bot

    def __enter__(self) -> Bot:
        return self._bot

    def __exit__(self, *how: object) -> None:
        self._stack.close()


STARTS: dict[str, Callable[[Path], Any]] = {
    "Rekindle": lambda folder: bots.rekindle(folder, people=600),
    "Rekindle, PostgreSQL": _postgres,
    "Rekindle, 64 known": lambda folder: bots.rekindle(folder, people=64),
    "Rekindle, 10,000 known": lambda folder: bots.rekindle(folder, people=10_000),
    **{name: (lambda folder, name=name: bots.peer(name, folder)) for name in bots.PEERS},
}


def cpu(load: Load) -> float:
    """Seconds of CPU for an update."""
    return float(load["cpu"][0]) / max(1, load["answered"])


def rate(load: Load) -> float:
    """Updates answered a second."""
    return float(load["answered"]) / float(load["took"])


def latency(load: Load, share: float) -> float:
    """Seconds until an answer for this share of the updates."""
    found = sorted(load["seconds"])
    return float(found[min(len(found) - 1, int(len(found) * share))]) if found else float("inf")


def ratios(loads: dict[str, list[Load]], ours: str, theirs: str, of: Callable[[Load], float]) -> list[float]:
    """Ours through theirs, round by round."""
    return [of(one) / of(other) for one, other in zip(loads[ours], loads[theirs], strict=True)]


def described(name: str, load: Load) -> str:
    """What one measurement has really seen."""
    answered = max(1, load["answered"])
    calls = sum(load["calls"].values()) / answered
    flaws = "".join(f", {load[flaw]} {flaw}" for flaw in ("stuck", "late", "refused") if load[flaw])
    return (
        f"{name:22} {rate(load):7.1f} updates/s, {cpu(load) * 1e6:6.0f} us CPU, {calls:.2f} calls an update, "
        f"p50 {latency(load, 0.5) * 1e3:.1f} ms, p99 {latency(load, 0.99) * 1e3:.1f} ms, "
        f"busy {load['cpu'][0] / load['took']:.2f} (stand-in {load['own_cpu'] / load['took']:.2f}){flaws}"
    )


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)
