"""The short form of `python -m bench.workers`: several workers on PostgreSQL, killed and frozen while all type."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.workers.campaign import run
from tests.conftest import new_database

SEED = 3


@pytest.mark.xdist_group("processes")
def test_deaths_and_freezes_of_workers_leave_order_and_double_nothing(postgres_server: str, tmp_path: Path) -> None:
    with new_database(postgres_server) as url, new_database(postgres_server) as keys_url:
        figures = run(tmp_path, url, keys_url, kills=2, seed=SEED, chats=6, workers=3, longest=1.0)
    sys.stdout.write(f"{figures}\n")
    assert not figures.wrong, "\n".join(figures.wrong)
    assert figures.kills >= 1
    assert figures.freezes >= 1
    assert figures.updates >= 6 * 20
    assert figures.updates_repeated >= 1
    # What a worker had in hand when it died may have been sent, and is never sent again.
    assert figures.nudges_dropped <= figures.messages_on_their_way_at_a_kill
    assert 7 - figures.nudges_dropped <= figures.nudges <= 7
