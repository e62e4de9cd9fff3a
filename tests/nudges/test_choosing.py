"""Which gesture a person gets: the rules of product.md as properties over the real library and small made-up ones."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.gestures import Gesture, Home, load_gestures
from bot.nudges.rules import (
    COOLING_DAYS,
    REPEAT_DAYS,
    RULES,
    Choice,
    Shown,
    choose,
    is_mine,
    part_of_day,
)

LIBRARY = load_gestures(Path(__file__).parents[2] / "dialogs" / "gestures.yaml")
BY_ID = {gesture.id: gesture for gesture in LIBRARY}
FRIDAY = date(2026, 11, 20)
DAY = timedelta(days=1)
ALICE, BOB, COUPLE = 7001, 7002, 31
FOCUSES = (None, "communication", "conflicts", "time", "priorities", "routine")

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
ids = st.integers(1, 2**63 - 1)
some_gestures = st.frozensets(st.sampled_from(sorted(BY_ID)), max_size=20)
some_categories = st.frozensets(st.sampled_from(sorted({g.category for g in LIBRARY})), max_size=5)
HOMES = (frozenset[str](), frozenset({"living_together"}), frozenset({"living_apart"}), frozenset(get_args(Home)))
homes_of = st.sampled_from(HOMES)
focuses = st.sampled_from(FOCUSES)
parts = st.sampled_from((None, "morning", "day", "evening"))


@st.composite
def histories(draw: st.DrawFn, on: date) -> list[Shown]:
    entries = st.tuples(st.sampled_from([*sorted(BY_ID), "gone_gesture"]), st.integers(-3, 200))
    return [Shown(gesture, on - ago * DAY) for gesture, ago in draw(st.lists(entries, max_size=60))]


def made(gesture_id: str, **values: Any) -> Gesture:
    given_values: dict[str, Any] = {
        "category": "rest",
        "effort": 1,
        "place": "any",
        "time": "any",
        "focus": ["routine"],
        "together": "any",
        "text": gesture_id,
    }
    return Gesture(id=gesture_id, **(given_values | values))


def chosen(gestures: Sequence[Gesture] = LIBRARY, **changes: Any) -> Choice | None:
    asked: dict[str, Any] = {
        "person_id": ALICE,
        "couple_id": None,
        "partner_id": None,
        "on": FRIDAY,
        "focus": None,
        "history": [],
        "not_for_us": frozenset(),
        "categories_off": frozenset(),
        "effort_max": 3,
        "homes": frozenset(),
    }
    return choose(gestures, **(asked | changes))


def lived(length: int, **changes: Any) -> list[tuple[date, Choice]]:
    """A person who gets one gesture a day for `length` days."""
    history: list[Shown] = []
    seen = []
    for n in range(length):
        choice = chosen(on=FRIDAY + n * DAY, history=tuple(history), **changes)
        assert choice is not None
        history.append(Shown(choice.gesture_id, FRIDAY + n * DAY))
        seen.append((FRIDAY + n * DAY, choice))
    return seen


@given(st.data(), days, ids, ids, homes_of, focuses, some_gestures, some_categories, st.integers(1, 3), parts)
@settings(deadline=None)
def test_no_choice_breaks_what_a_person_has_settled(
    data: st.DataObject,
    on: date,
    person_id: int,
    partner_id: int,
    homes: frozenset[str],
    focus: str | None,
    not_for_us: frozenset[str],
    categories_off: frozenset[str],
    effort_max: int,
    part: str | None,
) -> None:
    asked: dict[str, Any] = {
        "person_id": person_id,
        "couple_id": COUPLE,
        "partner_id": partner_id,
        "on": on,
        "focus": focus,
        "history": data.draw(histories(on)),
        "not_for_us": not_for_us,
        "categories_off": categories_off,
        "effort_max": effort_max,
        "homes": homes,
        "part": part,
        "attempt": data.draw(st.integers(0, 3)),
    }
    choice = chosen(**asked)
    assert choice == chosen(**asked)
    if choice is None:
        return
    gesture = BY_ID[choice.gesture_id]
    assert choice.rule in RULES
    assert gesture.id not in not_for_us
    assert gesture.category not in categories_off
    assert gesture.effort <= effort_max
    assert gesture.together == "any" or gesture.together in homes
    assert is_mine(gesture.id, person_id=person_id, couple_id=COUPLE, partner_id=partner_id, on=on)
    assert not (part == "evening" and gesture.time in ("morning", "day"))
    assert not (part == "day" and gesture.time == "morning")
    if choice.rule == "focus":
        assert focus in gesture.focus


@given(days, ids, st.data())
@settings(deadline=None)
def test_the_rule_tells_the_truth_about_the_history(on: date, person_id: int, data: st.DataObject) -> None:
    history = data.draw(histories(on))
    choice = chosen(person_id=person_id, on=on, history=history)
    assert choice is not None
    past = [(shown, (on - shown.on).days) for shown in history if shown.on != on and (on - shown.on).days >= -2]
    recent = {shown.gesture for shown, ago in past if ago <= REPEAT_DAYS}
    cooling = {BY_ID[s.gesture].category for s, ago in past if ago <= COOLING_DAYS and s.gesture in BY_ID}
    if choice.rule in ("focus", "fresh"):
        assert BY_ID[choice.gesture_id].category not in cooling
    assert (choice.gesture_id in recent) == (choice.rule == "oldest")


@pytest.mark.parametrize("person_id", range(1, 6))
@pytest.mark.parametrize("homes", HOMES)
def test_nothing_repeats_within_ninety_days_nor_a_category_within_three(person_id: int, homes: frozenset[str]) -> None:
    partner: dict[str, Any] = {"couple_id": COUPLE, "partner_id": 3_000}
    seen = lived(180, person_id=person_id, homes=homes, focus=FOCUSES[person_id], **partner)
    last: dict[str, date] = {}
    for n, (on, choice) in enumerate(seen):
        if choice.gesture_id in last:
            assert (on - last[choice.gesture_id]).days > REPEAT_DAYS or choice.rule == "oldest"
        last[choice.gesture_id] = on
        category = BY_ID[choice.gesture_id].category
        if choice.rule in ("focus", "fresh"):
            assert category not in {BY_ID[c.gesture_id].category for _, c in seen[max(0, n - COOLING_DAYS) : n]}
    ninety = [choice for _, choice in seen[:REPEAT_DAYS]]
    assert len({choice.gesture_id for choice in ninety}) == REPEAT_DAYS
    assert "oldest" not in {choice.rule for choice in ninety}


@given(days, ids, ids, ids, homes_of, homes_of, focuses, focuses)
@settings(deadline=None, max_examples=30)
def test_the_two_of_a_couple_meet_no_gesture_in_the_same_week(
    on: date,
    one: int,
    other: int,
    couple: int,
    homes_one: frozenset[str],
    homes_other: frozenset[str],
    focus_one: str | None,
    focus_other: str | None,
) -> None:
    if one == other:
        return
    monday = on - on.weekday() * DAY
    seen: dict[int, list[Shown]] = {one: [], other: []}
    settled = {one: (other, homes_one, focus_one), other: (one, homes_other, focus_other)}
    for n in range(7):
        for person, (partner, homes, focus) in settled.items():
            choice = chosen(
                person_id=person,
                partner_id=partner,
                couple_id=couple,
                on=monday + n * DAY,
                history=seen[person],
                homes=homes,
                focus=focus,
            )
            assert choice is not None
            seen[person].append(Shown(choice.gesture_id, monday + n * DAY))
    assert {shown.gesture for shown in seen[one]}.isdisjoint(shown.gesture for shown in seen[other])


@given(ids, ids, ids, days, st.sampled_from(sorted(BY_ID)))
def test_each_gesture_belongs_to_exactly_one_of_a_couple(
    one: int, other: int, couple: int, on: date, gesture: str
) -> None:
    if one != other:
        ours = [
            is_mine(gesture, person_id=person, partner_id=partner, couple_id=couple, on=on)
            for person, partner in ((one, other), (other, one))
        ]
        assert sum(ours) == 1
    assert is_mine(gesture, person_id=one, partner_id=None, couple_id=None, on=on)


def test_ownership_is_about_even_and_changes_from_week_to_week() -> None:
    weeks = [FRIDAY + 7 * n * DAY for n in range(20)]
    owned = [
        [g.id for g in LIBRARY if is_mine(g.id, person_id=ALICE, partner_id=BOB, couple_id=COUPLE, on=on)]
        for on in weeks
    ]
    assert all(0.3 < len(mine) / len(LIBRARY) < 0.7 for mine in owned)
    assert len({tuple(mine) for mine in owned}) == len(weeks)


def test_the_order_of_history_and_library_changes_nothing() -> None:
    history = [Shown(gesture.id, FRIDAY - n * DAY) for n, gesture in enumerate(LIBRARY[:40], start=1)]
    assert chosen(history=history) == chosen(history=history[::-1]) == chosen(LIBRARY[::-1], history=history)


def test_wishes_are_given_up_in_the_written_order() -> None:
    library = (
        made("talk", category="listening", focus=["communication"]),
        made("walk", category="presence"),
        made("tea", category="rest"),
        made("nap", category="rest"),
    )
    steps = []
    history: list[Shown] = []
    for n in range(6):
        choice = chosen(library, on=FRIDAY + n * DAY, history=history, focus="communication", person_id=3)
        assert choice is not None
        steps.append(choice.rule)
        history.append(Shown(choice.gesture_id, FRIDAY + n * DAY))
    assert steps[0] == "focus"
    assert steps[1:3] == ["fresh", "fresh"]
    assert steps[3:] == ["same_category", "oldest", "oldest"]
    assert [history[4].gesture, history[5].gesture] == [history[0].gesture, history[1].gesture]


def test_a_gesture_comes_back_after_ninety_days_and_not_on_the_ninetieth() -> None:
    library = (made("tea"),)
    rules = [chosen(library, history=[Shown("tea", FRIDAY - ago * DAY)]) for ago in (1, 3, 90, 91)]
    assert [choice.rule for choice in rules if choice] == ["oldest", "oldest", "oldest", "fresh"]


def test_nothing_allowed_means_no_nudge() -> None:
    assert chosen(()) is None
    assert chosen((made("tea"),), not_for_us=frozenset({"tea"})) is None
    assert chosen((made("tea"),), categories_off=frozenset({"rest"})) is None
    assert chosen((made("tea", effort=2),), effort_max=1) is None
    assert chosen((made("tea", together="living_apart"),), homes=HOMES[1]) is None
    assert chosen((made("tea", time="morning"),), part="day") is None


def test_a_morning_nudge_may_speak_of_the_evening() -> None:
    assert chosen((made("tea", time="evening"),), part="morning") == Choice("tea", "fresh")
    assert [part_of_day(minute) for minute in (0, 719, 720, 1019, 1020, 1439)] == [
        "morning",
        "morning",
        "day",
        "day",
        "evening",
        "evening",
    ]


@pytest.mark.parametrize("recorded", [True, False])
def test_another_never_offers_the_same_twice_on_a_day(recorded: bool) -> None:
    offered: list[str] = []
    for attempt in range(8):
        history = [Shown(gesture, FRIDAY) for gesture in offered] if recorded else []
        choice = chosen(history=history, attempt=attempt, focus="time")
        assert choice is not None
        offered.append(choice.gesture_id)
    assert len(set(offered)) == 8
    categories = [BY_ID[gesture].category for gesture in offered]
    assert len(set(categories[:4])) == 4


def test_another_is_the_same_whether_or_not_the_first_was_noted() -> None:
    first = chosen()
    assert first is not None
    assert chosen(attempt=1) == chosen(attempt=1, history=[Shown(first.gesture_id, FRIDAY)])
    assert chosen(history=[Shown(first.gesture_id, FRIDAY)]) == first


def test_another_ends_when_all_were_offered() -> None:
    library = (made("tea"), made("nap"))
    picks = [chosen(library, attempt=attempt) for attempt in range(3)]
    assert {pick.gesture_id for pick in picks if pick} == {"tea", "nap"}
    assert picks[2] is None


def test_a_day_shown_by_a_clock_that_jumped_ahead_is_forgotten() -> None:
    far = [Shown("tea", FRIDAY + 3650 * DAY), Shown("tea", FRIDAY - 100 * DAY)]
    assert chosen((made("tea"),), history=far) == Choice("tea", "fresh")
    near = [Shown("tea", FRIDAY + DAY)]
    assert chosen((made("tea"),), history=near) == Choice("tea", "oldest")


def test_light_gestures_and_those_for_the_way_of_living_come_more_often() -> None:
    library = (made("light"), made("heavy", effort=3), made("fitting", together="living_apart"))
    counted = Counter(
        choice.gesture_id
        for person in range(600)
        if (choice := chosen(library, person_id=person, homes=HOMES[2])) is not None
    )
    assert counted["fitting"] > counted["light"] > counted["heavy"] > 30


def test_people_get_different_gestures_on_the_same_day() -> None:
    first = {choice.gesture_id for person in range(100) if (choice := chosen(person_id=person)) is not None}
    assert len(first) > 40


def test_a_person_gets_different_gestures_on_different_days() -> None:
    first = {choice.gesture_id for n in range(60) if (choice := chosen(on=FRIDAY + n * DAY)) is not None}
    assert len(first) > 30
