"""More than a year of two people who change their minds: what no day of it may break."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.content.gestures import CATEGORIES, Gesture, load_gestures
from bot.nudges.rules import COOLING_DAYS, REPEAT_DAYS, Choice, Shown, choose, is_mine

LIBRARY = load_gestures(Path(__file__).parents[2] / "dialogs" / "gestures.yaml")
BY_ID = {gesture.id: gesture for gesture in LIBRARY}
DAY = timedelta(days=1)
START = date(2026, 1, 1)
FOCUSES = (None, "communication", "conflicts", "time", "priorities", "routine")
HOMES = (frozenset[str](), frozenset({"living_together"}), frozenset({"living_apart"}))


class Life:
    """One of the two, with settings that change now and then."""

    def __init__(self, chance: random.Random, person_id: int, partner_id: int, couple_id: int) -> None:
        self.chance = chance
        self.history: list[Shown] = []
        self.never: set[str] = set()
        self.fixed = {"person_id": person_id, "partner_id": partner_id, "couple_id": couple_id}
        self.rules: list[str] = []
        self.decides()

    def decides(self) -> None:
        """New settings."""
        self.settings: dict[str, Any] = {
            "focus": self.chance.choice(FOCUSES),
            "homes": self.chance.choice(HOMES),
            "effort_max": self.chance.choice((2, 3)),
            "categories_off": frozenset(self.chance.sample(CATEGORIES, self.chance.randrange(13))),
        }

    def lives(self, on: date) -> None:
        """A day: perhaps new settings, then a gesture, perhaps others, perhaps never again."""
        if self.chance.random() < 0.02:
            self.decides()
        for attempt in range(self.chance.choice((1, 1, 1, 2, 4))):
            asked = {**self.fixed, **self.settings, "on": on, "attempt": attempt}
            choice = choose(LIBRARY, history=self.history, not_for_us=frozenset(self.never), **asked)
            if choice is None:
                return
            self.looks(choice, on)
            self.history.append(Shown(choice.gesture_id, on))
        if self.chance.random() < 0.03:
            self.never.add(self.history[-1].gesture)

    def looks(self, choice: Choice, on: date) -> None:
        """That the choice keeps to every rule, reckoned anew from the history."""
        self.rules.append(choice.rule)
        gesture = BY_ID[choice.gesture_id]
        assert self.allows(gesture, on)
        last = {shown.gesture: shown.on for shown in self.history}
        recent = {one for one, day in last.items() if (on - day).days <= REPEAT_DAYS}
        cooling = {BY_ID[one].category for one, day in last.items() if (on - day).days <= COOLING_DAYS}
        fresh = {one.id for one in LIBRARY if self.allows(one, on)} - recent
        if choice.rule == "oldest":
            assert not fresh
            today = {shown.gesture for shown in self.history if shown.on == on}
            others = [day for one, day in last.items() if self.allows(BY_ID[one], on) and one not in today]
            assert last[gesture.id] == min(others)
            return
        assert gesture.id not in recent
        cool = {one for one in fresh if BY_ID[one].category not in cooling}
        assert (gesture.id in cool) == bool(cool)
        in_focus = any(self.settings["focus"] in BY_ID[one].focus for one in cool)
        assert (choice.rule == "focus") == in_focus

    def allows(self, gesture: Gesture, on: date) -> bool:
        """Whether it may come at all."""
        return (
            gesture.id not in self.never
            and gesture.category not in self.settings["categories_off"]
            and gesture.effort <= self.settings["effort_max"]
            and (gesture.together == "any" or gesture.together in self.settings["homes"])
            and is_mine(gesture.id, on=on, **self.fixed)
        )


@pytest.mark.parametrize("seed", range(3))
def test_four_hundred_days_of_a_couple_keep_every_rule(seed: int) -> None:
    chance = random.Random(seed)
    one, other = 10 * seed + 1, 10 * seed + 2
    pair = [Life(chance, one, other, 99 + seed), Life(chance, other, one, 99 + seed)]
    for n in range(400):
        for life in pair:
            life.lives(START + n * DAY)
    weeks = [{(shown.on.isocalendar()[:2], shown.gesture) for shown in life.history} for life in pair]
    assert weeks[0].isdisjoint(weeks[1])
    assert all(len(life.history) > 400 for life in pair)
    assert {"fresh", "oldest"} <= {rule for life in pair for rule in life.rules}


@pytest.mark.parametrize("focus", FOCUSES)
@pytest.mark.parametrize("homes", HOMES)
def test_with_two_kinds_off_and_short_ones_only_ninety_days_bring_no_repeat(
    focus: str | None, homes: frozenset[str]
) -> None:
    history: list[Shown] = []
    asked: dict[str, Any] = {"person_id": 71, "partner_id": 72, "couple_id": 7, "focus": focus, "homes": homes}
    for n in range(REPEAT_DAYS):
        choice = choose(
            LIBRARY,
            on=START + n * DAY,
            history=history,
            not_for_us=frozenset(),
            categories_off=frozenset({"touch", "chores"}),
            effort_max=2,
            **asked,
        )
        assert choice is not None
        assert choice.rule in ("focus", "fresh")
        history.append(Shown(choice.gesture_id, START + n * DAY))
    assert len({shown.gesture for shown in history}) == REPEAT_DAYS
