"""The bench of speed in short: it runs the real bot, everybody is answered, and its counts agree. Nothing is timed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from bench.speed import bots, dialogs, report
from bench.speed.field import Field, Result
from bench.speed.people import SENDS
from bench.speed.script import PRACTISE


def test_everybody_is_answered_and_every_call_is_counted(tmp_path: Path) -> None:
    with bots.rekindle(tmp_path / "bot", people=8) as bot:
        steps = bot.rehearse(rounds=1)
        assert len(steps) == len(PRACTISE)
        assert all(calls[SENDS] >= 1 for calls in steps)
        assert [calls.get("answerCallbackQuery", 0) for calls in steps] == [int(bool(step.taps)) for step in PRACTISE]

        closed = bot.load(users=8, seconds=2.0, warm=0.2)
        assert closed["answered"] == len(closed["seconds"]) > 0
        assert closed["calls"][SENDS] >= closed["answered"] - 8
        assert closed["cpu"][0] > 0
        given = bot.load(users=8, seconds=0.5, warm=0.0, rate=8)
        assert 1 <= given["begun"] <= given["took"] * 8 + 1
        assert (closed["stuck"], given["stuck"], closed["refused"], given["refused"]) == (0, 0, 0, 0)


def test_the_engine_alone_goes_through_the_whole_script(tmp_path: Path) -> None:
    with ExitStack() as stack:
        (found,) = dialogs.p11(Field(tmp_path, stack, short=True))
    assert found.notes == [f"{20 * len(PRACTISE)} steps"]


def test_goals_that_are_not_met_are_called_so() -> None:
    loads = {name: [{"cpu": [cpu], "answered": 10}] for name, cpu in (("Rekindle", 0.3), ("R", 0.5))}
    found = dialogs.ratio(loads, "P1", "CPU", "<= 0.45", 0.45, "Rekindle", "R")
    assert (found.value, found.met) == ("0.60", False)
    assert dialogs.ratio({"Rekindle": loads["Rekindle"]}, "P1", "CPU", "", 1, "Rekindle", "R").met is None
    lines = report.table([found, Result("P2", "more", ">= 4", "5", True)])
    assert lines[-2:] == ["| P1 | CPU | <= 0.45 | 0.60 | NOT met |", "| P2 | more | >= 4 | 5 | met |"]
