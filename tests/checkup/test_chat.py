"""The check-up as people meet it: few taps, their own words said back, an earlier look beside it."""

from datetime import timedelta

import pytest

from bot import access
from bot.checkup import service as checkup
from bot.db import people
from tests.checkup.chats import answers, of
from tests.support.units import Phone, World


def focus_of(phone: Phone) -> str:
    return access.own_focus(phone.world.desk.vault, phone.row)


def test_twelve_taps_lead_from_the_first_question_to_a_focus(world: World, ana: Phone) -> None:
    answers(ana, *of(time="Often", routine="Sometimes"))
    assert "What still works: you laugh together." in ana.said
    assert "Time for each other stands out." in ana.said
    assert ana.said.index("you laugh") < ana.said.index("stands out")
    ana.taps("Start with this")
    assert len(ana.toasts) == 1 + 12, "the command, and twelve taps"
    assert focus_of(ana) == "time"
    assert "Find one hour that is only for the two of you" in ana.said


def test_the_second_cause_comes_after_the_first_and_there_is_no_third(world: World, ana: Phone) -> None:
    answers(ana, *of(time="Often", routine="Sometimes", conflicts="Not sure"))
    assert "Routine and duties stand out." in ana.taps("What came second").said
    assert "What came second" not in list(ana.screen.values())[-1].labels


def test_an_answer_taken_back_is_replaced(world: World, ana: Phone) -> None:
    answers(ana, *of(time="Often"), trust="Yes")
    assert "A break of trust is in your answers." in ana.said
    ana.commands("back").taps("I leave it open")
    assert "Time for each other stands out." in ana.said
    ana.commands("back").commands("back").taps("Often", "No")
    found = checkup.latest(ana.turn)
    assert found is not None
    assert (found.answers["routine.same_days"], found.answers["infidelity.trust"]) == ("often", "rarely")


@pytest.mark.parametrize(
    ("words", "heard", "label", "focus"),
    [
        ("We hardly talk any more", "about talking with each other", "Yes, begin there", "communication"),
        ("We only argue about money", "about conflicts that stay open", "Yes, begin there", "conflicts"),
        ("There is no time for each other", "about time for each other", "Yes, begin there", "time"),
        ("He had an affair", "about trust", "Yes, who can help?", "infidelity"),
    ],
)
def test_ones_own_words_are_said_back_and_the_person_has_the_last_word(
    world: World, ana: Phone, words: str, heard: str, label: str, focus: str
) -> None:
    answers(ana, *of(priorities="Often")).writes(words)
    assert f"You wrote: “{words}”" in ana.said
    assert heard in ana.said
    ana.taps("Not quite")
    assert "Your words stand as you wrote them." in ana.said
    assert focus_of(ana) == "none"
    ana.commands("back").taps(label)
    assert focus_of(ana) == focus
    assert checkup.words_of(ana.turn, "trouble") == words


@pytest.mark.parametrize(
    "words", ["He hides his phone at night", "I found a receipt from a hotel", "It is all so grey", "he scares me"]
)
def test_hints_and_fear_are_not_made_into_a_cause(world: World, ana: Phone, words: str) -> None:
    answers(ana, *of(time="Often")).writes(words)
    assert "It sounds as if" not in ana.said
    assert "trust" not in ana.said


def test_three_months_on_a_new_look_is_proposed_on_ones_own_calendar(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, zone="Pacific/Auckland")
    assert ana.row.recheck_on is None
    ana.commands("checkup").taps("We laugh", *of(time="Often"))
    assert ana.row.recheck_on is None
    ana.taps("No")
    assert ana.row.recheck_on is not None
    assert ana.row.recheck_on.isoformat() == "2026-06-03"  # 5 March there, and 90 days


def test_then_and_now_in_words_with_the_lighter_first_and_trust_unnamed(world: World, ana: Phone) -> None:
    answers(ana, *of(time="Often", routine="Sometimes", conflicts="Rarely"), trust="Yes", strength="We touch")
    ana.writes("CANARY of then")
    world.now += timedelta(days=90)
    answers(ana, *of(time="Sometimes", routine="Sometimes", conflicts="Often"), strength="We talk")
    said = ana.said
    assert "Since 4 March:" in said
    lines = [line for line in said.splitlines() if line.partition(":")[0] in ("Lighter", "Much the same", "Heavier")]
    assert lines == [
        "Lighter: time for each other.",
        "Much the same: routine and duties.",
        "Heavier: open conflicts.",
    ]
    assert said.index("you talk") < said.index("Lighter")
    assert "trust" not in said
    assert not any(sign in said for sign in "%0123456789".replace("4", ""))
    ana.taps("What I wrote then")
    assert "You wrote: “CANARY of then”" in ana.said
    assert "What worked: you touched." in ana.said
    assert "Open conflicts stand out." in ana.taps("Go on").said


def test_a_look_can_be_looked_back_at_once_there_is_a_whole_one(world: World, ana: Phone) -> None:
    ana.commands("checkup").taps("We laugh", "Often")
    world.now += timedelta(hours=2)
    assert "See my last look" not in ana.commands("checkup").buttons
    ana.taps("We laugh", *of(time="Often"), "Yes")
    ana.commands("stop")
    world.now += timedelta(days=400)
    ana.commands("checkup").taps("See my last look")
    assert "Your last look was on 4 March 2026." in ana.said
    assert "What worked: you laughed together.\nWhat stood out: time for each other." in ana.said
    assert "trust" not in ana.said
    assert "what still works?" in ana.taps("Look again").said


def test_the_first_look_knows_no_earlier_one(world: World, ana: Phone) -> None:
    answers(ana, *of(time="Often"))
    assert "Since" not in ana.said
