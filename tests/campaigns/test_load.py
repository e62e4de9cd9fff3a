"""The short form of `python -m bench.load`: couples on several workers, each held against one that is alone."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest

from bench.crash.nursery import Nursery
from bench.load.campaign import Figures, Load, run
from bench.load.house import House
from tests.conftest import new_database

LIVES = ("exchange", "both write at once, one leaves, both delete at once")


def lived(postgres_server: str, folder: Path, load: Load) -> Figures:
    """What became of a load, with workers that are born in no time."""
    with (
        new_database(postgres_server) as url,
        new_database(postgres_server) as keys_url,
        Nursery(folder) as nursery,
    ):
        figures = run(folder, url, keys_url, load, kind=partial(House, bear=nursery.bear))
    sys.stdout.write(f"{figures}\n")
    assert not figures.wrong, "\n".join(figures.wrong)
    return figures


@pytest.mark.xdist_group("processes")
def test_couples_on_two_workers_live_as_one_alone_does(postgres_server: str, tmp_path: Path) -> None:
    load = Load(people=10, workers=2, minutes=10.0, seed=5, a_second=60.0, lives=LIVES, rates=(0, 0), repeats=0.2)
    figures = lived(postgres_server, tmp_path, load)
    assert figures.lived_to_the_end == 3
    assert figures.texts["opened"] == 6
    assert figures.updates_repeated >= 1
    assert figures.nudges >= 2


@pytest.mark.xdist_group("processes")
def test_everybody_types_at_once(postgres_server: str, tmp_path: Path) -> None:
    figures = lived(postgres_server, tmp_path, Load(people=6, workers=2, seed=5, overload=True, rates=(0, 0)))
    assert figures.updates == 2 * 18
