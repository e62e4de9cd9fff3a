"""The path of a focus as people walk it: one step at a time, done when it is done, with and without a partner."""

import json

import pytest

from bot import access
from bot.checkup import path
from bot.checkup import service as checkup
from bot.conversation import exporting, leaving
from bot.conversation.acts import FOCUSES
from bot.db import people
from bot.nudges import service as nudges
from bot.people import service as people_service
from tests.support.units import Phone, World

QUIET = frozenset({"Begin", "Another step", "Another focus", "Not now"})


def ids(phone: Phone, focus: str) -> list[str]:
    return [step.id for step in path.steps(phone.turn, focus)]


def done(phone: Phone, focus: str) -> list[str]:
    kept = access.own_steps(phone.world.desk.vault, phone.row)
    return list(kept.get(focus, {}).get("done", ()))


def sentence(world: World, focus: str, step_id: str) -> str:
    return world.desk.library.catalogue.text(f"paths.{focus}.{step_id}")


def test_the_menu_has_the_path_one_tap_away_once_there_is_a_focus(world: World, ana: Phone) -> None:
    assert "My path" not in ana.commands("menu").buttons
    checkup.set_focus(ana.turn, focus="routine")
    ana.commands("menu").taps("My path")
    assert sentence(world, "routine", "one_load") in ana.said
    assert set(ana.buttons) >= QUIET
    assert not any(char.isdigit() for char in ana.said), "nothing is counted"


def test_a_step_is_done_when_its_exercise_ended_as_done_and_not_when_it_was_opened(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="routine")
    ana.commands("path").taps("Begin")
    assert "Which one does your partner do that could be yours" in ana.said
    assert done(ana, "routine") == []
    ana.taps("Not now")
    assert done(ana, "routine") == []
    ana.commands("path").taps("Begin", "Errands", "Take it over today")
    assert done(ana, "routine") == ["one_load"]
    assert sentence(world, "routine", "something_new") in ana.commands("path").said


def test_an_exercise_that_runs_out_or_is_stopped_is_not_done(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="communication")
    ana.commands("path").taps("Begin")
    assert "One hard thing, said in two ways." in ana.said
    ana.commands("stop")
    ana.commands("path").taps("Begin")
    world.passes(days=8)
    assert done(ana, "communication") == []


def test_an_exercise_counts_wherever_it_was_begun(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="communication")
    ana.commands("menu").taps("Say something hard", "I type it myself").writes("I feel sad when we do not talk.")
    ana.taps("It is enough", "Keep it for me")
    assert done(ana, "communication") == []
    ana.taps("Say it in a calm hour")
    assert done(ana, "communication") == ["practise"]
    assert done(ana, "conflicts") == []


def test_looking_at_an_example_is_not_practising(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="communication")
    ana.commands("practise").taps("Show me an example", "Phone at dinner", "“I feel lonely”", "Enough for now")
    assert done(ana, "communication") == []


def test_without_a_focus_nothing_is_kept(world: World, ana: Phone) -> None:
    path.note_done(ana.turn, ["practise"])
    assert ana.row.steps_done is None
    assert "You have no path yet." in ana.commands("path").said


def test_what_else_is_on_it_goes_on_and_begins_what_it_shows(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="routine")
    ana.commands("path").taps("Another step")
    assert sentence(world, "routine", "something_new") in ana.said
    ana.taps("Another step")
    assert sentence(world, "routine", "practise") in ana.said
    ana.taps("Another step")
    assert sentence(world, "routine", "own_words") in ana.said
    assert "Another step" not in list(ana.screen.values())[-1].labels, "the letter needs a partner"
    ana.commands("back").commands("back").taps("Begin")
    assert "Which kind?" in ana.said
    assert sentence(world, "routine", "something_new") in ana.commands("path").said, "it stays next until it is done"
    ana.taps("Begin", "A new place", "Suggest one")
    assert ids(ana, "routine") == ["one_load", "practise", "own_words", "something_new"]


@pytest.mark.parametrize("focus", FOCUSES)
def test_alone_no_step_needs_a_partner_and_there_are_always_two(
    world: World, ana: Phone, ben: Phone, couple: int, focus: str
) -> None:
    together = ids(ana, focus)
    assert any(one.startswith("write_letter") for one in together)
    ben.blocks()
    alone = ids(ana, focus)
    assert len(alone) >= 2
    assert alone == [one for one in together if not one.startswith("write_letter")]
    ben.commands("start")
    assert ids(ana, focus) == together


@pytest.mark.parametrize("focus", FOCUSES)
def test_whoever_goes_on_alone_beside_a_partner_is_proposed_nothing_that_is_done_with_them(
    world: World, ana: Phone, ben: Phone, couple: int, focus: str
) -> None:
    """They may have said that they are afraid."""
    between_two = {step.id for step in world.desk.library.paths[focus] if step.between_two}
    together = ids(ana, focus)
    assert between_two <= set(together)
    people_service.choose_path(ana.turn, path="solo")
    apart = ids(ana, focus)
    assert len(apart) >= 2
    assert between_two.isdisjoint(apart)
    leaving.leave_partner(ana.turn)
    assert ids(ana, focus) == apart
    people_service.choose_path(ben.turn, path="together")
    assert between_two <= set(ids(ben, focus)), "whoever was left is as free as before"


@pytest.mark.parametrize("joined", [True, False])
def test_after_i_am_afraid_the_path_is_ones_own(world: World, ana: Phone, ben: Phone, joined: bool) -> None:
    if joined:
        world.joins(ana, ben)
    checkup.set_focus(ana.turn, focus="time")
    assert sentence(world, "time", "one_hour") in ana.commands("path").said
    ana.commands("help").taps("Afraid of my partner")
    assert "offer only what you do on your own" in ana.said
    world.passes(days=15)
    assert sentence(world, "time", "practise") in ana.commands("path").said
    assert ids(ana, "time") == ["practise", "own_words"]


def test_after_a_hard_moment_the_path_rests(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    checkup.set_focus(ana.turn, focus="time")
    nudges.rest(ana.turn, days=2)
    assert not any(one.startswith("write_letter") for one in ids(ana, "time"))
    assert "Your path is here when you want it." in ana.commands("path").said
    assert "Begin" not in ana.buttons


def test_a_path_that_was_walked_stays_open(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="time")
    for step in path.steps(ana.turn, "time"):
        path.note_done(ana.turn, [step.dialog])
    assert path.is_walked(ana.turn, "time")
    assert "You have walked this whole path" in ana.commands("path").said
    assert sentence(world, "time", "one_hour") in ana.said
    assert "An hour" in ana.taps("Begin").said or "One hour" in ana.said


def test_another_focus_has_a_path_of_its_own_and_the_old_one_is_not_lost(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="time")
    path.note_done(ana.turn, ["one_hour"])
    ana.commands("path").taps("Another focus", "More", "Routine and duties")
    assert "the two of you get what is left" in ana.said
    assert access.own_focus(world.desk.vault, ana.row) == "routine"
    ana.taps("Begin", "Errands", "Take it over today")
    assert (done(ana, "time"), done(ana, "routine")) == (["one_hour"], ["one_load"])


@pytest.mark.parametrize("focus", FOCUSES)
def test_each_door_leads_to_the_first_step_of_its_own_path(world: World, ana: Phone, focus: str) -> None:
    label = {
        "communication": "Talking",
        "conflicts": "Open conflicts",
        "time": "Time for each other",
        "priorities": "What matters to us",
        "routine": "Routine and duties",
        "infidelity": "A break of trust",
    }[focus]
    ana.commands("path").taps("I know what it is")
    ana.taps(label) if label in ana.buttons else ana.taps("More", label)
    first = path.steps(ana.turn, focus)[0]
    assert sentence(world, focus, first.id) in ana.said
    assert len([call for call in ana.new if call.method == "send_message"]) <= 3
    ana.taps("Begin")
    begun = world.desk.library.book.dialogs[first.dialog]
    assert begun.id in ("see_example", "other_view", "one_hour", "real_question", "one_load", "find_help")
    assert ana.buttons


def test_after_a_break_of_trust_help_comes_first_and_nothing_is_cheerful(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="infidelity")
    assert ids(ana, "infidelity") == ["find_help", "own_words", "practise"]
    ana.commands("path").taps("Begin", "Nobody so far")
    assert "Talking to someone outside can help" in ana.said
    ana.taps("What do I say?", "Look after myself")
    assert done(ana, "infidelity") == ["find_help"]
    assert "both of you" not in ana.shown


def test_what_was_done_is_sealed_exported_and_goes_with_the_person(world: World, ana: Phone) -> None:
    checkup.set_focus(ana.turn, focus="time")
    path.note_done(ana.turn, ["one_hour"])
    assert b"one_hour" not in ana.row.steps_done.data  # type: ignore[union-attr]
    assert json.loads(exporting.collect(ana.turn))["path"]["time"]["done"] == ["one_hour"]
    person_id = ana.row.id
    ana.commands("delete").taps("Delete everything")
    gone = people.by_id(world.connection, person_id)
    assert gone is not None
    assert (gone.steps_done, gone.recheck_on, gone.focus) == (None, None, None)
