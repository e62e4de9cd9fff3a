"""The short form of `python -m bench.letters`: a few dozen letters on a bad line, and proof that it notices faults."""

from __future__ import annotations

import logging
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.letters import texts
from bench.letters.__main__ import live
from bench.walks.service import Premises
from bot.letters import service as letters
from bot.letters.rules import deliver_at


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    logging.getLogger("emulator").setLevel(logging.ERROR)  # every fault was ordered
    found = Premises(Path(tmp_path_factory.mktemp("letters")))
    yield found
    found.close()


@pytest.fixture(autouse=True)
def short_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "length", lambda rng: rng.choice((1, 40, 300, 300, 4000)))


def test_no_letter_is_lost_early_doubled_or_shown_after_it_was_taken_back(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    found = live(premises, seed=2, letters=15, faults=0.2, couples=4)
    with capsys.disabled():
        sys.stdout.write(f"\n{found}\n")
    assert not found.broken, found.broken
    assert found.figures["sealed"] >= 15
    assert found.figures["read whole"] == found.figures["arrived"] > 0
    assert min(found.figures[kind] for kind in ("deaths", "cut_after", "cut_before", "429")) >= 1


def test_a_letter_that_leaves_too_soon_is_noticed(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "deliver_at", lambda now, zone, *_: deliver_at(now, zone, "none"))
    found = live(premises, seed=2, letters=15, faults=0.0, couples=4)
    assert "early" in found.broken[0]


def test_letters_have_every_length_and_every_script() -> None:
    rng = random.Random(1)
    for length in (1, 2, 500, 4096, 30_000):
        parts = texts.letter(rng, length)
        assert all(0 < len(part.encode("utf-16-le")) // 2 <= texts.MESSAGE for part in parts)
    assert set(texts.WORDS) >= {"emoji", "hebrew", "astral", "refused"}
