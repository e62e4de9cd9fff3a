"""The short form of `python -m bench.crash --points`: the moments that no kill from outside hits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.crash.kinds import KINDS
from bench.crash.points import run
from bot.faultpoints import POINTS

NARROW = ("kept", "called", "erasing")
STEPS = ("erasing",)


@pytest.mark.xdist_group("processes")
def test_a_death_between_a_commit_and_what_follows_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    matrix = run(tmp_path, [kind for kind in KINDS if kind.name in STEPS], NARROW)
    sys.stdout.write(f"{matrix}\n")
    assert not matrix.wrong, "\n".join(matrix.wrong)
    assert matrix.died == {"erasing": ["kept", "called", "erasing"]}
    assert matrix.on_their_way == 1
    assert matrix.repeated >= 1


def test_every_point_is_passed_by_some_kind_of_step_and_what_is_not_says_why() -> None:
    assert {point for kind in KINDS for point in POINTS if point not in kind.never} == set(POINTS)
    for kind in KINDS:
        assert set(kind.never) <= set(POINTS), kind.name
        assert all(kind.never.values()), kind.name
