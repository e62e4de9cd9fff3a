"""The virtual clock: spans, local times across changes of the clocks, the file that the bot reads."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.clock import Clock, seconds_of


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        ("1h", 3600),
        ("1d", 86400),
        ("90m", 5400),
        ("2h30m", 9000),
        ("-1h", -3600),
        ("15", 15),
        (2.5, 2.5),
        ("1w", 604800),
    ],
)
def test_spans_are_read(span: str | float, seconds: float) -> None:
    assert seconds_of(span) == seconds


@pytest.mark.parametrize("span", ["", "h", "1x", "1h!", "one day", "1 d"])
def test_other_words_are_no_span(span: str) -> None:
    with pytest.raises(ValueError, match="span"):
        seconds_of(span)


@given(
    st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2027, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_the_next_nine_oclock_is_ahead_within_a_day_and_shows_nine(naive: datetime, zone: str) -> None:
    clock = Clock(real=lambda: naive.replace(tzinfo=UTC).timestamp())
    ahead = clock.until_local("09:00", zone)
    assert 0 < ahead <= 25.5 * 3600
    clock.advance(ahead)
    shown = datetime.fromtimestamp(clock.now(), ZoneInfo(zone))
    assert (shown.hour, shown.minute, shown.second) == (9, 0, 0)


def test_the_file_follows_every_change_and_is_continued(tmp_path: Path) -> None:
    file = tmp_path / "var" / "clock"
    clock = Clock(file=file)
    assert float(file.read_text()) == 0
    clock.advance(86_400)
    assert float(file.read_text()) == 86_400
    assert Clock(file=file).offset == 86_400
    clock.advance(-90_000)
    assert float(file.read_text()) == -3600
    assert [each.name for each in file.parent.iterdir()] == ["clock"]


def test_a_file_with_nonsense_counts_as_no_offset(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("yesterday")
    assert Clock(file=file).offset == 0


def test_who_waits_is_told_of_a_change() -> None:
    clock, told = Clock(real=lambda: 0.0), []
    clock.listeners.append(lambda: told.append(clock.now()))
    clock.advance(5)
    assert told == [5.0]
