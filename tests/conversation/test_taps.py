"""The ways to what people want in a hurry are as short as docs/taps.md says, and lead there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.units import Phone, World

PAGE = Path(__file__).resolve().parents[2] / "docs" / "taps.md"
ROWS = re.findall(r"^\| (.+) \| (.+) \| (\d) \| (.+) \| (\d) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def in_a_new_chat(world: World, ana: Phone, ben: Phone) -> Phone:
    return world.phone("Dora", 104)


def anywhere(world: World, ana: Phone, ben: Phone) -> Phone:
    """In the middle of something else."""
    world.delivers(ben, "a letter")
    return ana.commands("practise").taps("Guide me")


def nudged(world: World, ana: Phone, ben: Phone) -> Phone:
    assert ana.row.next_nudge_at is not None
    world.now = ana.row.next_nudge_at
    world.ticks()
    return ana


def told_of_a_letter(world: World, ana: Phone, ben: Phone) -> Phone:
    world.delivers(ben, "I miss our walks.")
    return ana


def reading(world: World, ana: Phone, ben: Phone) -> Phone:
    return told_of_a_letter(world, ana, ben).taps("Open")


PLACES: dict[str, Callable[[World, Phone, Phone], Phone]] = {
    "a new chat": in_a_new_chat,
    "the daily message": nudged,
    "anywhere": anywhere,
    "a letter's notice": told_of_a_letter,
    "an open letter": reading,
}
REACHED = {
    "a first useful thing": "Tell them today",
    "help, before anything is asked": "What do you need?",
    "done": "Noted, for nobody but you",
    "another one": "Another",
    "not now": "That is fine",
    "quiet days": "the daily message rests",
    "disconnect the two of us": "you are no longer connected",
    "a copy of all that is mine": "a copy of all that is yours",
    "delete all that is mine": "is deleted",
    "close everything here": "Goodbye",
    "numbers to call": "People who know about this",
    "the hour of the daily message": "that is changed",
    "its days": "Saturday: off",
    "how long it may take": "that is changed",
    "read it": "I miss our walks.",
    "not before tonight": "I will bring it up once more",
    "fold it away": "Folded away",
    "hold their letters back": "I hold their letters back",
}


def seen(phone: Phone) -> str:
    return "\n".join([phone.shown, *phone.buttons])


def goes(phone: Phone, way: str) -> int:
    """One step after the other; how many taps it took."""
    steps = way.split(" → ")
    for step in steps:
        if step.startswith("`/"):
            phone.commands(step.strip("`/"))
        else:
            phone.taps(step)
    return len(steps)


def test_the_page_has_a_way_to_each_goal() -> None:
    assert {goal for _, goal, *_ in ROWS} == REACHED.keys()


@pytest.mark.parametrize(("place", "goal", "at_most", "way", "taps"), ROWS, ids=lambda value: value)
def test_the_way_leads_there_in_so_many_taps(
    world: World, ana: Phone, ben: Phone, couple: int, place: str, goal: str, at_most: str, way: str, taps: str
) -> None:
    phone = PLACES[place](world, ana, ben)
    before = seen(phone)
    assert goes(phone, way) == int(taps) <= int(at_most)
    assert REACHED[goal] in seen(phone)
    assert seen(phone) != before
