"""The short form of the simulated month (`python -m bench.month` is the long one), and proof that it notices faults."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.month.__main__ import live
from bench.month.service import Weather
from bench.walks.service import Premises
from bot.delivery import outbox, outcomes

STORM = Weather(lost_answers=0.03, refused=0.03, floods=0.02, deaths=0.03)


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    found = Premises(Path(tmp_path_factory.mktemp("month")))
    yield found
    found.close()


def test_a_stormy_week_breaks_no_promise(premises: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    lived = live(premises, seed=3, couples=8, days=7, weather=STORM)
    with capsys.disabled():
        sys.stdout.write(f"\n{dict(lived.figures)}\n")
    assert (lived.kind, lived.sentence) == ("", "")
    figures = lived.figures
    assert min(figures["deaths"], figures["cut_after"], figures["429"], figures["updates_repeated"]) >= 1
    assert figures["nudges"] >= 40
    assert figures["repeated_messages"] <= figures["deaths"] + figures["cut_after"]


def test_the_same_seed_is_the_same_month(premises: Premises) -> None:
    first, again, other = (live(premises, seed=seed, couples=3, days=4, weather=STORM) for seed in (5, 5, 6))
    assert (first.digest, first.figures) == (again.digest, again.figures)
    assert first.digest != other.digest


def test_a_nudge_that_is_sent_again_after_a_death_is_noticed(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(connection: object, row: outbox.Row, *, until: object, **_: object) -> None:
        outbox.postpone(connection, row.id, until=until, counted=True)  # type: ignore[arg-type]

    monkeypatch.setattr(outcomes, "_unknown", again)
    found = {live(premises, seed=seed, couples=6, days=7, weather=STORM).kind for seed in range(1, 5)}
    assert "nudge_repeated" in found


def test_a_message_that_overtakes_another_is_noticed(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    real = outbox.postpone

    def forgotten(connection: object, row_id: int, *, until: object, counted: bool) -> None:
        real(connection, row_id, until=until, counted=counted)  # type: ignore[arg-type]
        outbox.close(connection, row_id, "parked", now=until)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "postpone", forgotten)
    assert live(premises, seed=2, couples=6, days=6, weather=STORM).kind != ""
