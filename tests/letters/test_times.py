"""When a letter goes, and until when its reader lets it wait: times of one's own, told to nobody else."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import in_quiet_hours, local_day, local_time
from bot.conversation.checkers import checkers
from bot.db import people
from bot.engine.script import Accepted, Rejected
from bot.letters import rules
from tests.support.units import NOON, Phone, World

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu", "America/Nuuk"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


# -- the writer's time


def test_a_letter_goes_at_the_hour_its_writer_chose(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    people.change(world.connection, ana.row.id, zone="Europe/Berlin")
    ana.commands("write").taps("I miss you").writes("See you at six.")
    ana.taps("Preview", "At another time", "In three days", "18:00")
    assert "It would leave on Saturday 7 March, at 18:00 your time." in ana.said
    assert "See you at six." in ana.said
    ana.taps("Yes, seal it")
    world.now = datetime(2026, 3, 7, 16, 59, tzinfo=UTC)
    world.ticks()
    assert ben.shown == ""
    world.passes(minutes=1)
    assert "A letter from Ana." in ben.shown


def test_a_date_may_be_typed(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ana.commands("write").taps("I miss you").writes("Happy birthday.")
    ana.taps("Preview", "At another time").writes("3rd of March")
    ana.taps("9:00")
    assert "on Wednesday 3 March, at 9:00" in ana.said  # of next year: today is the fourth
    ana.taps("Another time").writes("sometime")
    assert "did not understand that date" in ana.said
    ana.taps("Tomorrow", "9:00")
    assert "on Thursday 5 March, at 9:00" in ana.said


def test_a_planned_letter_changed_before_it_is_sealed_goes_as_it_was_chosen_last(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    ana.commands("write").taps("I miss you").writes("Words.")
    ana.taps("Preview", "At another time", "In a week", "9:00", "Change it", "Preview", "Yes, now")
    world.ticks()
    assert "A letter from Ana." in ben.shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("24 December", "12-24"),
        ("dec 24", "12-24"),
        ("24.12.", "12-24"),
        ("24/12", "12-24"),
        ("on the 1st of may", "05-01"),
        ("29 feb", "02-29"),
        ("24.12.2027", "12-24"),
        ("31 June", None),
        ("0 May", None),
        ("May", None),
        ("13.13.", None),
        ("tomorrow", None),
        ("", None),
        ("99999999999999999999 May", None),
    ],
)
def test_dates_as_people_type_them(world: World, typed: str, kept: str | None) -> None:
    months = [("january",), ("february", "feb"), ("march",), ("april",), ("may",), ("june",)]
    months += [(name,) for name in ("july", "august", "september", "october", "november")] + [("december", "dec")]
    found = checkers(world.desk.library.lexicon, {}, months)["date"].check(typed)
    assert found == (Accepted(kept) if kept else Rejected("date_unclear"))


@given(now=MOMENTS, zone=ZONES, month=st.integers(1, 12), day=st.integers(1, 31), hour=st.integers(0, 23))
def test_a_planned_moment_is_the_next_of_its_name(now: datetime, zone: str, month: int, day: int, hour: int) -> None:
    at = rules.planned_at(now, ZoneInfo(zone), f"{month:02}-{day:02}", hour * 60)
    if at == now:  # no such day, such as 31 June
        assert (month, day) in [(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)]
        return
    there = local_day(at, ZoneInfo(zone))
    assert (there.month, there.day) == (month, day)
    assert now < at <= now + timedelta(days=367 if (month, day) != (2, 29) else 1500)


@given(now=MOMENTS, zone=ZONES, day=st.sampled_from(sorted(rules.DAYS)), hour=st.integers(0, 23))
def test_a_planned_day_lies_as_far_ahead_as_it_says(now: datetime, zone: str, day: str, hour: int) -> None:
    at = rules.planned_at(now, ZoneInfo(zone), day, hour * 60)
    assert at > now
    assert local_day(at, ZoneInfo(zone)) - local_day(now, ZoneInfo(zone)) == timedelta(days=rules.DAYS[day])


# -- the reader's time


def test_tonight_brings_the_notice_up_once_more(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "Words.")
    ben.taps("Tonight")
    assert "I will bring it up once more: Wednesday 4 March, 20:00." in ben.shown
    assert ana.new == []
    world.now = datetime(2026, 3, 4, 19, 59, tzinfo=UTC)
    world.ticks()
    assert "You asked me" not in ben.shown
    world.passes(minutes=1)
    assert ben.shown.count("A letter from Ana.") == 1
    assert "You asked me to bring it up again." in ben.shown
    ben.looks_away()
    world.passes(days=1)
    assert not [call for call in ben.new if "letter" in str(call.params.get("text"))]
    ben.taps("Open")
    assert "Words." in ben.shown


def test_the_reader_chooses_until_when(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "Words.")
    ben.taps("I need until …")
    assert {"Tomorrow evening", "In three days", "In a week", "Back", "This letter worries me"} <= set(ben.buttons)
    ben.taps("Back", "I need until …", "In a week")
    assert "Wednesday 11 March, 20:00" in ben.shown
    ben.taps("Another time", "Tomorrow evening")
    assert "Thursday 5 March, 20:00" in ben.shown
    assert len([bubble for bubble in ben.screen.values() if bubble.ours]) == 1


def test_a_letter_opened_meanwhile_is_not_brought_up(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "Words.")
    ben.taps("Tonight", "Open", "Fold it away").looks_away()
    world.passes(hours=9)
    assert "You asked me" not in ben.said


def test_a_letter_taken_back_meanwhile_is_not_brought_up(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, "Words.")
    ben.taps("Tonight")
    world.taps_letter(ana, letter_id, "withdraw")
    ben.looks_away()
    world.passes(hours=9)
    assert "A letter" not in ben.said


@pytest.mark.parametrize("change", ["mute", "block", "leave"])
def test_nothing_is_brought_up_that_is_not_wanted_any_more(
    world: World, ana: Phone, ben: Phone, couple: int, change: str
) -> None:
    world.delivers(ana, "Words.")
    ben.taps("Tonight")
    if change == "mute":
        people.change(world.connection, ben.row.id, letters_muted=True)
    elif change == "block":
        ben.blocks()
    else:
        ana.commands("leave").taps("Leave now")
    ben.looks_away()
    world.passes(hours=9)
    assert "A letter" not in ben.said


def test_quiet_hours_move_it_to_their_end(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    people.change(world.connection, ben.row.id, quiet_from=19 * 60, quiet_to=8 * 60)
    world.delivers(ana, "Words.")
    ben.taps("Tonight")
    assert "Thursday 5 March, 8:00" in ben.shown


def test_time_to_answer_is_brought_up_once(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "Words.")
    ben.taps("Open", "Answer", "I need some time", "Tomorrow evening", "Tell nobody").looks_away()
    ana.looks_away()
    world.now = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    world.ticks()
    assert "You wanted to come back to the letter from Ana of 4 March." in ben.said
    assert "letter" not in ana.said
    ben.taps("Answer")
    assert "you owe no answer" in ben.said


def test_a_line_that_says_so_is_sent_only_when_sealed(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "Words.")
    ben.taps("Open", "Answer", "I need some time", "No need", "Write them a line")
    ben.writes("I need until Sunday.").taps("Preview", "Yes, now")
    world.ticks()
    assert "An answer from Ben." in ana.shown


@given(now=MOMENTS, zone=ZONES, until=st.sampled_from(["tonight", "tomorrow", "three_days", "week"]))
def test_a_reminder_is_an_evening_ahead(now: datetime, zone: str, until: rules.Until) -> None:
    at = rules.remind_at(now, ZoneInfo(zone), until, quiet_from=1320, quiet_to=420)
    assert now < at <= now + timedelta(days=9)
    assert not in_quiet_hours(at, ZoneInfo(zone), 1320, 420)
    there = local_time(at, ZoneInfo(zone))
    assert there.hour == 20 or zone == "Pacific/Apia"


def test_the_years_of_leap_days() -> None:
    at = rules.planned_at(NOON, ZoneInfo("UTC"), "02-29", 540)
    assert at.date() == date(2028, 2, 29)
