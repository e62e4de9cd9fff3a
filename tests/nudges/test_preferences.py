"""Settling the daily message by buttons: two taps each, panels that say how they stand, old ones that do no harm."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import access
from bot.content.gestures import CATEGORIES, HOMES
from bot.conversation import exporting
from bot.conversation.facts import READERS
from bot.db import people
from bot.delivery.buttons import act
from bot.nudges import service as nudges
from tests.support.units import Phone, World


def wanted(phone: Phone) -> access.Wanted:
    return access.own_wanted(phone.world.desk.vault, phone.row)


def test_the_hour_is_two_taps_away(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("Another hour", "20:00")
    assert ana.row.nudge_minute == 1200
    assert ana.row.next_nudge_at is not None
    assert 19 * 60 + 55 <= ana.row.next_nudge_at.hour * 60 + ana.row.next_nudge_at.minute <= 20 * 60


@pytest.mark.parametrize(
    ("label", "quiet"),
    [("21:00 to 8:00", (1260, 480)), ("23:00 to 9:00", (1380, 540)), ("No quiet hours", (0, 0))],
)
def test_quiet_hours_are_two_taps_away(world: World, ana: Phone, label: str, quiet: tuple[int, int]) -> None:
    ana.commands("daily").taps("Quiet hours", label)
    assert (ana.row.quiet_from, ana.row.quiet_to) == quiet


def test_quiet_hours_of_ones_own_may_lie_in_the_day(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("Quiet hours", "Other hours", "8:00", "16:00")
    assert (ana.row.quiet_from, ana.row.quiet_to) == (480, 960)
    assert world.words("hour_in_quiet", hour="9:00", end="16:00") in ana.said
    assert READERS["nudge_time"](ana.turn) == "16:00"
    assert ana.row.next_nudge_at is not None
    assert ana.row.next_nudge_at.hour == 16


def test_an_hour_in_quiet_hours_says_when_it_comes_instead(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("Another hour", "23:00")
    assert world.words("hour_in_quiet", hour="23:00", end="7:00") in ana.said
    ana.commands("daily").taps("Another hour", "10:00")
    assert "quiet hours" not in ana.said


def test_how_long_a_gesture_may_take_is_two_taps_away(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("How long it takes", "Five minutes at most")
    assert ana.row.effort_max == 2
    ana.commands("daily").taps("How long it takes", "Up to ten minutes")
    assert ana.row.effort_max == 3


def test_quiet_days_are_two_taps_away(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("Pause it", "One day")
    assert ana.row.paused_until is not None
    ana.commands("daily")
    assert "No daily message" in ana.said
    ana.taps("Start again")
    assert READERS["nudges_on"](ana.turn) is True


def test_a_kind_is_switched_by_a_tap_and_the_panel_says_so(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("What it brings")
    bubbles = len(ana.screen)
    assert {"Touch: on", "Chores: on", "One home: off", "Two homes: off", "Done"} <= set(ana.buttons)
    ana.taps("Touch: on")
    assert wanted(ana).kinds_off == {"touch"}
    assert "Touch: off" in ana.buttons
    ana.taps("One home: off", "Touch: off", "Chores: on")
    assert wanted(ana) == access.Wanted(frozenset({"chores"}), frozenset({"living_together"}))
    assert len(ana.screen) == bubbles
    ana.taps("Done")
    assert world.words("panel_kinds_said", listed="Chores") in ana.said
    assert ana.buttons == []


def test_what_is_off_never_comes(world: World, ana: Phone) -> None:
    keep = {"humour", "memory"}
    ana.commands("daily").taps("What it brings")
    for kind in CATEGORIES:
        if kind not in keep:
            ana.forges(act("k", ana.row.id, f"{kind}_off"), ref=ana.button("Done").id)
    library = world.desk.library.gestures
    choices = [nudges.pick(world.connection, world.desk, ana.row, on=world.now.date(), attempt=n) for n in range(5)]
    assert {library[choice.gesture_id].category for choice in choices if choice} == keep


def test_days_are_switched_one_by_one_or_together(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("Which days", "Monday to Friday")
    assert ana.row.nudge_days == 0b0011111
    ana.taps("Monday: on", "Sunday: off")
    assert ana.row.nudge_days == 0b1011110
    ana.taps("Done")
    assert world.words("panel_days_said", listed="Tuesday, Wednesday, Thursday, Friday, Sunday") in ana.said


def test_the_last_one_stays_on(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, nudge_days=1)
    ana.commands("daily").taps("Which days", "Monday: on")
    assert ana.toast == world.words("one_stays_on")
    assert ana.row.nudge_days == 1
    ana.commands("daily").taps("What it brings")
    for kind in CATEGORIES:
        ana.forges(act("k", ana.row.id, f"{kind}_off"), ref=ana.button("Done").id)
    assert len(wanted(ana).kinds_off) == len(CATEGORIES) - 1
    assert ana.toast == world.words("one_stays_on")


def test_a_second_tap_on_the_same_switch_does_no_harm(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("What it brings")
    panel = ana.button("Touch: on")
    data = panel.labels["Touch: on"]
    for _ in range(2):
        ana.forges(data, ref=panel.id)
    assert wanted(ana).kinds_off == {"touch"}


def test_an_old_panel_does_no_harm(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("Which days")
    old = ana.button("Monday: on")
    data = old.labels["Monday: on"]
    ana.commands("daily").taps("Which days")
    assert old.labels == {}
    ana.forges(data, ref=old.id)
    assert ana.toast is not None
    assert ana.row.nudge_days == 127


def test_a_panel_is_its_persons_alone(world: World, ana: Phone, ben: Phone) -> None:
    ana.commands("daily").taps("What it brings")
    panel = ana.button("Touch: on")
    ben.forges(panel.labels["Touch: on"], ref=panel.id)
    assert ben.toast is not None
    assert not wanted(ana).kinds_off
    assert not wanted(ben).kinds_off


NAMES = st.sampled_from([*CATEGORIES, *HOMES, "day0", "day9", "all", "", "done_done", "x" * 20])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=st.sampled_from("kd"), name=NAMES, wish=st.sampled_from(["on", "off", "maybe", ""]))
def test_no_forged_switch_breaks_anything(world: World, ana: Phone, prefix: str, name: str, wish: str) -> None:
    ana.commands("daily").taps({"k": "What it brings", "d": "Which days"}[prefix])
    ana.forges(f"{act(prefix, ana.row.id, name)}_{wish}", ref=ana.button("Done").id)
    assert ana.row.nudge_days
    assert wanted(ana).kinds_off < set(CATEGORIES)
    assert wanted(ana).homes <= set(HOMES)


def test_a_setting_never_brings_a_second_nudge_for_a_day(world: World, ana: Phone) -> None:
    assert ana.row.next_nudge_at is not None
    world.now = ana.row.next_nudge_at
    world.ticks()
    day = world.now.date()
    ana.commands("daily").taps("Another hour", "20:00")
    ana.commands("daily").taps("Which days", "Every day", "Done")
    ana.commands("daily").taps("Quiet hours", "No quiet hours")
    assert ana.row.next_nudge_at is not None
    assert ana.row.next_nudge_at.date() > day


def test_a_copy_of_what_is_mine_holds_these_settings(world: World, ana: Phone) -> None:
    ana.commands("daily").taps("What it brings", "Touch: on", "Done")
    ana.commands("daily").taps("Which days", "Saturday and Sunday")
    mine = orjson.loads(exporting.collect(ana.turn))["daily_message"]
    assert mine["kinds_off"] == ["touch"]
    assert mine["days"] == ["Saturday", "Sunday"]
    assert (mine["minute_of_day"], mine["quiet_minutes"], mine["off"]) == (540, [1320, 420], False)
