"""Helplines: only checked lines, only of one's own country, digits untouched, and a list of what has grown old."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.helplines import Helplines, Kind, load_helplines
from bot.errors import ContentError

SOURCE = Path(__file__).parents[2] / "dialogs" / "helplines.json"
RECORDS: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
LOADED = load_helplines(SOURCE)
KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.fixture
def helplines() -> Helplines:
    return LOADED


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    records = json.loads(SOURCE.read_text(encoding="utf-8"))
    change(records)
    path = folder / "helplines.json"
    path.write_text(json.dumps(records, indent=1))
    return path


def test_a_country_has_its_own_lines_with_digits_as_printed(helplines: Helplines) -> None:
    crisis = helplines.lines_for("GB", "crisis")
    assert [(line.name, line.phone) for line in crisis] == [("Samaritans", "116 123")]
    assert [line.serves for line in helplines.lines_for("GB", "domestic_abuse")] == ["women", "men"]
    assert helplines.emergency("GB") == "999"


def test_an_unchecked_line_is_not_shown(helplines: Helplines) -> None:
    single = {(record["country"], record["name"]) for record in RECORDS["helplines"] if record["status"] == "single"}
    assert single
    shown = {(line.country, line.name) for line in helplines.lines}
    assert shown.isdisjoint(single)
    assert len(shown) == len(RECORDS["helplines"]) - len(single)


@given(st.none() | st.text(max_size=3) | st.sampled_from(sorted(RECORDS["countries"])), st.sampled_from(KINDS))
def test_nobody_sees_a_line_of_another_country(country: str | None, kind: Kind) -> None:
    lines = LOADED.lines_for(country, kind)
    assert lines
    for line in lines:
        assert kind in line.kinds
        assert line.country in (country, None)
        assert line.country is not None or lines == (LOADED.directory,)


@pytest.mark.parametrize("country", [None, "", "XX", "gb", "IT"])
def test_without_an_own_crisis_line_the_directory_is_named(helplines: Helplines, country: str | None) -> None:
    (line,) = helplines.lines_for(country, "crisis")
    assert (line.country, line.url, line.phone) == (None, "https://findahelpline.com", None)


def test_people_who_fear_their_own_violence_find_the_lines_that_take_them(helplines: Helplines) -> None:
    taking = {line.country for line in helplines.lines if "own_violence" in line.kinds}
    assert taking == {"US", "NZ", "NL", "BE", "DK"}
    assert helplines.lines_for("SE", "own_violence") == (helplines.directory,)


@pytest.mark.parametrize("country", [None, "", "XX", "BR", "NO"])
def test_an_unknown_emergency_number_is_not_guessed(helplines: Helplines, country: str | None) -> None:
    assert helplines.emergency(country) is None


def test_no_number_shown_differs_from_the_record(helplines: Helplines) -> None:
    recorded = {(r["country"], r["name"]): (r.get("phone"), r.get("text"), r.get("url")) for r in RECORDS["helplines"]}
    for line in helplines.lines:
        assert line.country is not None
        assert recorded[line.country, line.name] == (line.phone, line.text, line.url)
        assert not any((number or "").startswith("+") for number in (line.phone, line.text))


def test_the_picker_names_every_country_in_order(helplines: Helplines) -> None:
    names = [name for _, name in helplines.countries]
    assert names == sorted(names)
    assert dict(helplines.countries)["GB"] == "United Kingdom"
    assert {code for code, _ in helplines.countries} >= {line.country for line in helplines.lines}


def test_every_shown_entry_says_when_it_was_checked_and_where(helplines: Helplines) -> None:
    for entry in (*helplines.lines, helplines.directory, *helplines.emergencies.values()):
        assert entry.checked_on >= date(2026, 11, 20)
        assert re.match(r"https?://|github\.com/", entry.source)


def test_what_was_not_checked_for_half_a_year_is_listed_and_still_shown(helplines: Helplines) -> None:
    newest = max(entry.checked_on for entry in (*helplines.lines, *helplines.emergencies.values()))
    oldest = min(entry.checked_on for entry in (*helplines.lines, *helplines.emergencies.values()))
    assert helplines.stale(oldest + timedelta(days=180)) == ()
    everything = len(helplines.lines) + len(helplines.emergencies) + 1
    listed = helplines.stale(newest + timedelta(days=181))
    assert len(listed) == everything
    assert [entry.checked_on for entry in listed] == sorted(entry.checked_on for entry in listed)
    assert helplines.stale(newest + timedelta(days=8), days=7) == listed


def test_the_file_says_under_which_licence_it_is() -> None:
    assert RECORDS["licence"].startswith("CC0-1.0")
    assert "open-helplines" in RECORDS["licence"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r["helplines"][0].update(status="hearsay"), "helplines.0.status"),
        (lambda r: r["helplines"][0].update(country="USA"), "helplines.0.country"),
        (lambda r: r["helplines"][0].update(**{"for": ["sport"]}), "helplines.0.for"),
        (lambda r: r["helplines"][0].update(url="http://988lifeline.org"), "helplines.0.url"),
        (lambda r: r["helplines"][0].pop("checked_on"), "helplines.0.checked_on"),
        (lambda r: [r["helplines"][0].pop(key) for key in ("phone", "text", "url")], "a phone, a text or a url"),
        (lambda r: r["emergency"]["US"].update(number="+911"), "emergency.US.number"),
        (lambda r: r["countries"].pop("ZA"), "ZA"),
        (lambda r: r["countries"].update(ZZ="Nowhere"), "ZZ"),
        (lambda r: r.update(extra=1), "extra"),
    ],
)
def test_a_wrong_record_is_refused_with_its_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    path = changed(tmp_path, change)
    with pytest.raises(ContentError, match=re.escape(words)) as caught:
        load_helplines(path)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", caught.value.message)


def test_a_country_named_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "helplines.json"
    path.write_text(SOURCE.read_text(encoding="utf-8").replace('"AT": "Austria",', '"AT": "Austria", "AT": "Austria",'))
    with pytest.raises(ContentError, match="second time"):
        load_helplines(path)
