"""The short form of `python -m bench.crash`: as many kill -9 of the real bot as fit into a few seconds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.crash.campaign import run

SECONDS = 5.0  # the last burst and the reading of the evidence come on top
SEED = 9


@pytest.mark.xdist_group("processes")
def test_kill_9_in_the_middle_of_everything_loses_and_doubles_nothing(tmp_path: Path) -> None:
    figures = run(tmp_path, kills=20, seed=SEED, seconds=SECONDS, faults=True)
    sys.stdout.write(f"{figures}\n")
    assert not figures.wrong, "\n".join(figures.wrong)
    assert figures.busy_kills >= 1
    assert figures.letters_opened > 0
    assert figures.hits
