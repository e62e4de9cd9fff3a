"""Two taps to a zone: few regions, at most nine choices in each, every zone known and in the file once."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.helplines import load_helplines
from bot.content.zones import CHOICES_A_REGION, Zones, load_zones
from bot.errors import ContentError

SOURCE = Path(__file__).parents[2] / "dialogs" / "zones.yaml"
YEAR = [datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=n) for n in range(366)]


@pytest.fixture(scope="module")
def zones() -> Zones:
    return load_zones(SOURCE)


def test_two_taps_find_a_zone(zones: Zones) -> None:
    choice = zones.choice("europe", "berlin")
    assert choice is not None
    assert (choice.zone, zones.label_of("Europe/Berlin")) == ("Europe/Berlin", choice.label)


def test_every_country_with_numbers_is_near_in_a_zone_and_no_other(zones: Zones) -> None:
    held = load_helplines(SOURCE.with_name("helplines.json"))
    near = zones.near()
    assert {country for ids in near.values() for country in ids.split()} == {code.lower() for code, _ in held.countries}
    assert near["Europe/London"].split() == ["gb", "ie", "pt"]
    assert near["Asia/Tehran"] == ""


def test_a_choice_that_is_gone_is_not_an_error(zones: Zones) -> None:
    assert zones.choice("atlantis", "berlin") is None
    assert zones.choice("europe", "atlantis") is None
    assert zones.label_of("Mars/Olympus") is None


def test_every_choice_is_found_by_its_id_alone(zones: Zones) -> None:
    names = zones.names()
    assert names["kathmandu"] == "Asia/Kathmandu"
    assert len(names) == sum(len(region.zones) for region in zones.regions.values())


def test_an_id_in_two_regions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zones.yaml"
    path.write_text(TEXT + TEXT.removeprefix("regions:\n").replace("europe", "asia"))
    with pytest.raises(ContentError, match="two regions: berlin"):
        load_zones(path)


def test_no_screen_is_too_full(zones: Zones) -> None:
    assert 5 <= len(zones.regions) <= 8
    assert all(1 <= len(region.zones) <= CHOICES_A_REGION for region in zones.regions.values())


def test_every_zone_and_label_stands_once(zones: Zones) -> None:
    choices = [choice for region in zones.regions.values() for choice in region.zones.values()]
    assert len({choice.zone for choice in choices}) == len({choice.label for choice in choices}) == len(choices)


def test_every_offset_at_which_many_people_live_can_be_chosen(zones: Zones) -> None:
    names = {choice.zone for region in zones.regions.values() for choice in region.zones.values()}
    january = {YEAR[60].astimezone(ZoneInfo(name)).utcoffset() for name in names}
    minutes = {int(offset.total_seconds() // 60) for offset in january if offset is not None}
    hours = {60 * hour for hour in range(-10, 14)} - {-120}  # Greenland and a few islands
    assert minutes >= (hours | {210, 270, 330, 345, 390, 570, 630, -210})


TEXT = """regions:
  europe:
    label: Europe
    zones:
      berlin:
        zone: Europe/Berlin
        label: Berlin
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("zone: Europe/Berlin", "zone: Europe/Gotham", 6),
        ("label: Berlin", "label: " + "x" * 41, 7),
        ("label: Europe", "labels: Europe", 2),
        ("      berlin:\n        zone: Europe/Berlin\n        label: Berlin\n", "      {}\n", 4),
        ("  europe:", "  Europe:", 2),
    ],
)
def test_a_wrong_choice_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    path = tmp_path / "zones.yaml"
    path.write_text(TEXT)
    assert load_zones(path).choice("europe", "berlin")
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(ContentError, match=f"^{re.escape(str(path))}:{line}: "):
        load_zones(path)
