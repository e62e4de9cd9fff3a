"""The short form of `python -m bench.baddays`: one busy minute in which everything is away or full for a moment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.baddays import database, sickness
from bench.baddays.database import Trouble

SEED = 4


@pytest.mark.xdist_group("processes")
def test_no_file_no_room_no_telegram_and_a_stop_lose_and_double_nothing(tmp_path: Path) -> None:
    trouble = Trouble("everything", sickness.everything, 2.0)
    figures = database.run(tmp_path, [trouble], seed=SEED, webhook=False, couples=1, models=1)
    sys.stdout.write(f"{figures}\n")
    assert not figures.wrong, "\n".join(figures.wrong)
