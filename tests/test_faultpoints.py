"""Places where a test lets the process die: armed by name and count, and nothing at all where they are not."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import faultpoints
from bot.errors import SettingsError
from bot.faultpoints import POINTS, arm, reach

BOT = Path(__file__).resolve().parents[1] / "bot"


@pytest.fixture(autouse=True)
def deaths(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How the process would have died."""
    found: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: found.append(number))
    yield found
    arm("")


def test_unarmed_points_do_nothing(deaths: list[int]) -> None:
    for point in POINTS:
        reach(point)
    assert deaths == []


@pytest.mark.parametrize(("setting", "count"), [("kept", 1), ("kept:1", 1), ("kept:3", 3)])
def test_the_process_dies_at_its_point_when_it_is_reached_so_often(deaths: list[int], setting: str, count: int) -> None:
    arm(setting)
    for number in range(1, count + 1):
        assert deaths == []
        for point in POINTS:
            reach(point)
        assert deaths == ([signal.SIGKILL] if number == count else [])


@pytest.mark.parametrize("setting", ["nowhere", "kept:", "kept:x", "kept:0", "kept:-1", ":2"])
def test_a_point_that_is_none_is_refused_with_the_names(setting: str) -> None:
    with pytest.raises(SettingsError, match="claimed"):
        arm(setting)
    assert faultpoints._armed == ""


def test_every_name_stands_in_the_code_and_every_call_has_a_name() -> None:
    called = {
        name
        for path in BOT.rglob("*.py")
        for name in re.findall(r'faultpoints\.reach\("(\w+)"\)', path.read_text(encoding="utf-8"))
    }
    assert called == set(POINTS)
