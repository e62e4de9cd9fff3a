"""What becomes of a nudge: one tap, tonight, never, why; words typed below it; a new look in its place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.checkup import service as checkup
from bot.clock import in_quiet_hours, local_day, minute_of_day
from bot.conversation.incoming import Wrote
from bot.db import people
from bot.db.models import Nudge
from bot.nudges import service as nudges
from bot.nudges.snooze import evening_of
from tests.support.units import Phone, World

_nudges = Nudge


def nudged(world: World, phone: Phone) -> str:
    """It is the hour. Returns what is said."""
    assert phone.row.next_nudge_at is not None
    phone.looks_away()
    world.now = phone.row.next_nudge_at
    world.ticks()
    return phone.said


def state(world: World) -> str:
    return world.connection.execute(select(_nudges.c.state).order_by(_nudges.c.on.desc())).scalars().first() or ""


def new_bubbles(phone: Phone) -> int:
    return sum(call.method.startswith("send") for call in phone.new)


# -- tonight


def test_a_nudge_put_off_comes_once_more_that_evening_and_no_second_time(world: World, ana: Phone) -> None:
    gesture = nudged(world, ana)
    ana.taps("Not now")
    assert ana.buttons == ["Ask again tonight", "Not for us", "Why this one"]
    ana.taps("Ask again tonight")
    assert "at about 19:00" in ana.said
    assert ana.buttons == []
    ana.looks_away()
    world.passes(hours=9)  # almost 18:00
    assert ana.new == []
    world.passes(hours=1, minutes=10)
    assert (new_bubbles(ana), ana.said) == (1, gesture)
    world.ticks()
    assert new_bubbles(ana) == 1
    ana.taps("Not now")
    assert ana.buttons == ["Not for us", "Why this one"]
    ana.looks_away()
    world.passes(hours=2)
    assert ana.new == []


def test_an_evening_nudge_can_be_done_with_one_tap(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ana.taps("Not now", "Ask again tonight")
    world.passes(hours=10, minutes=10)
    ana.taps("Done")
    assert state(world) == "done"
    assert world.words("nudge_done_said") in ana.said


@pytest.mark.parametrize("why", ["late", "quiet hours", "paused", "resting", "a hard moment", "trust", "travel"])
def test_what_was_put_off_is_let_be_when_it_would_not_be_welcome(world: World, ana: Phone, why: str) -> None:
    nudged(world, ana)
    ana.taps("Not now", "Ask again tonight")
    if why == "quiet hours":
        people.change(world.connection, ana.row.id, quiet_from=18 * 60)
    elif why == "paused":
        nudges.pause(ana.turn, days=1)
    elif why == "resting":
        nudges.rest(ana.turn, days=1)
    elif why == "a hard moment":
        ana.writes("I want to kill myself")
    elif why == "trust":
        checkup.set_focus(ana.turn, focus="infidelity")
    elif why == "travel":
        people.change(world.connection, ana.row.id, zone="Pacific/Kiritimati")
    ana.looks_away()
    world.passes(hours=14 if why == "late" else 10.2)
    assert "Done" not in ana.buttons
    assert state(world) == "not_now"


def test_tonight_is_not_offered_when_the_day_has_no_evening_left(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, nudge_minute=21 * 60 + 30, quiet_from=22 * 60)
    nudges.replan(ana.turn)
    nudged(world, ana)
    ana.taps("Not now")
    assert ana.buttons == ["Not for us", "Why this one"]


def test_tonight_tapped_when_it_is_too_late_is_answered_kindly(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ana.taps("Not now")
    world.now += timedelta(hours=13)
    ana.taps("Ask again tonight")
    assert world.words("nudge_too_late_said") in ana.said
    assert (state(world), ana.buttons) == ("not_now", [])


moments = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
zones = st.sampled_from(("UTC", "America/Nuuk", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo")).map(ZoneInfo)


@given(moments, zones, st.integers(0, 1439), st.integers(0, 1439))
def test_the_evening_is_ahead_on_the_same_local_day_and_outside_quiet_hours(
    now: datetime, zone: ZoneInfo, quiet_from: int, quiet_to: int
) -> None:
    at = evening_of(now, zone, quiet_from, quiet_to)
    if at is not None:
        assert at - now >= timedelta(hours=1)
        assert local_day(at, zone) == local_day(now, zone)
        assert minute_of_day(at, zone) >= 17 * 60
        assert not in_quiet_hours(at, zone, quiet_from, quiet_to)


# -- why


def test_why_stands_behind_not_now_and_changes_nothing(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ana.taps("Not now")
    before = ana.buttons
    ana.taps("Why this one")
    assert world.words("why_fresh") in ana.said
    assert ana.buttons == before


# -- words below a nudge


def test_words_below_a_nudge_are_met_kindly_and_kept_nowhere(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ana.writes("I did it and we laughed")
    assert world.words("nudge_reply") in ana.said
    assert {"Done", "Another", "Not now"} <= set(ana.buttons)
    assert ana.row.nudges_ignored == 0
    ana.taps("Done")
    assert state(world) == "done"


@pytest.mark.parametrize(("text", "wanted"), [("done", "done"), ("Done!", "done"), ("not now", "not_now")])
def test_a_button_may_be_typed(world: World, ana: Phone, text: str, wanted: str) -> None:
    nudged(world, ana)
    ana.writes(text)
    assert state(world) == wanted


def test_a_danger_comes_before_the_nudge(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ana.writes("I want to kill myself")
    assert world.words("nudge_reply") not in ana.said
    assert state(world) == "planned"


def test_an_open_question_keeps_its_answer_but_the_words_of_a_button_are_the_button(world: World, ana: Phone) -> None:
    ana.commands("settings").taps("Name and place", "My name")
    nudged(world, ana)
    ana.writes("Done")
    assert state(world) == "done"
    ana.writes("Anna")
    assert "changed" in ana.said


def test_a_menu_left_open_does_not_keep_words_from_the_nudge(world: World, ana: Phone) -> None:
    ana.commands("menu")
    nudged(world, ana)
    ana.writes("I did it and we laughed")
    assert world.words("nudge_reply") in ana.said
    ana.commands("menu")
    nudged(world, ana)
    ana.writes("say somthing hard")
    assert "Did you mean" in ana.said
    ana.writes("stop")
    assert world.words("nudge_reply") not in ana.said


def test_a_reply_in_telegrams_way_is_the_nudges_even_later(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ref = ana.button("Done").id
    ana.commands("settings").taps("Name and place", "My name")
    ana.hears(Wrote(ana.sender, 900, "that was lovely", reply_to=ref))
    assert world.words("nudge_reply") in ana.said
    ana.hears(Wrote(ana.sender, 901, "done", reply_to=ref))
    assert state(world) == "done"


def test_words_after_something_else_open_the_menu_as_ever(world: World, ana: Phone) -> None:
    nudged(world, ana)
    ana.commands("why").writes("hello")
    assert world.words("nudge_reply") not in ana.said
    assert "What would you like to do?" in ana.said


# -- coming back


def test_who_was_left_in_peace_and_comes_back_is_met_without_a_word_about_it(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, nudges_ignored=10, next_nudge_at=None)
    ana.commands("help")
    assert ana.row.nudges_ignored == 0
    assert ana.row.next_nudge_at is not None
    ana.commands("menu")
    assert "back" not in ana.said.lower()


def test_who_said_stay_quiet_is_left_in_peace(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, nudges_off=True, next_nudge_at=None)
    ana.commands("menu")
    assert ana.row.next_nudge_at is None


# -- the new look after three months


def looks_again(world: World, phone: Phone, *, focus: str = "time", days: int = 1) -> None:
    checkup.set_focus(phone.turn, focus=focus)
    people.change(world.connection, phone.row.id, recheck_on=world.now.date() + timedelta(days=days))


@pytest.mark.parametrize("focus", ["time", "infidelity"])
def test_a_new_look_takes_the_place_of_that_days_nudge_once(world: World, ana: Phone, focus: str) -> None:
    looks_again(world, ana, focus=focus, days=2)
    said = []
    for _ in range(5):
        ana.looks_away()
        world.now = ana.row.next_nudge_at or world.now
        world.ticks()
        said.append(ana.said)
        assert new_bubbles(ana) <= 1
    question = world.words("recheck_question")
    assert [text == question for text in said] == [False, True, False, False, False]
    assert [bool(text) for text in said] == [focus == "time"] * 1 + [True] + [focus == "time"] * 3
    assert ana.row.recheck_on is None


def test_look_again_begins_the_check_up(world: World, ana: Phone) -> None:
    looks_again(world, ana)
    assert nudged(world, ana) == world.words("recheck_question")
    ana.taps("Look again")
    assert len(ana.buttons) > 1
    assert "Look again" not in ana.buttons
    assert ana.said


def test_not_now_is_fine_and_ends_it(world: World, ana: Phone) -> None:
    looks_again(world, ana)
    nudged(world, ana)
    ana.taps("Not now")
    assert world.words("recheck_later_said") in ana.said
    assert ana.buttons == []


def test_a_new_look_left_open_does_not_count_as_an_ignored_nudge(world: World, ana: Phone) -> None:
    looks_again(world, ana)
    before = ana.row.nudges_ignored
    nudged(world, ana)
    assert ana.row.nudges_ignored == before


def test_the_buttons_of_a_new_look_are_its_persons_alone(world: World, ana: Phone, ben: Phone) -> None:
    looks_again(world, ana)
    nudged(world, ana)
    ben.forges(ana.button("Look again").labels["Look again"])
    assert ben.toast is not None
    assert "Look again" in ana.buttons


def test_nobody_who_wants_quiet_is_asked_to_look_again(world: World, ana: Phone) -> None:
    looks_again(world, ana)
    nudges.pause(ana.turn, days=10)
    for _ in range(5):
        world.passes(days=1)
    assert ana.said == ""
    assert ana.row.recheck_on is not None
