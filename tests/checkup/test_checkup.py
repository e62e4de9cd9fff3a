"""The private look at what is wrong: which cause weighs most, and that it stays with its person."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot import access
from bot.checkup import service as checkup
from bot.checkup.rules import CAUSES, WEIGHT, ranked
from bot.db.models import Checkup, table
from tests.support.units import Phone, World

ANSWERS = st.dictionaries(
    st.builds(lambda cause, place: f"{cause}.{place}", st.sampled_from([*CAUSES, "other"]), st.integers(0, 3)),
    st.sampled_from([*WEIGHT, "nonsense"]),
)


@given(ANSWERS)
def test_only_causes_that_weigh_are_ranked_each_once(answers: dict[str, str]) -> None:
    found = ranked(answers)
    assert len(set(found)) == len(found)
    assert set(found) <= set(CAUSES)
    for cause in found:
        assert any(key.startswith(f"{cause}.") and WEIGHT.get(value, 0) > 0 for key, value in answers.items())


@given(ANSWERS, st.sampled_from(CAUSES))
def test_a_cause_that_is_there_often_comes_before_one_that_is_rare(answers: dict[str, str], cause: str) -> None:
    said = dict.fromkeys(answers, "rarely") | {f"{cause}.9": "often", f"{cause}.8": "often"}
    assert ranked(said)[0] == cause


@pytest.mark.parametrize(
    ("answers", "order"),
    [
        ({}, []),
        ({"time.1": "rarely"}, []),
        ({"time.1": "sometimes", "routine.1": "often"}, ["routine", "time"]),
        ({"time.1": "often", "time.2": "rarely", "routine.1": "often"}, ["routine", "time"]),
        ({"routine.1": "often", "communication.1": "often"}, ["communication", "routine"]),
        ({"infidelity.1": "often", "communication.1": "often"}, ["infidelity", "communication"]),
        ({"time.1": "not_sure"}, ["time"]),
    ],
)
def test_the_heaviest_comes_first(answers: dict[str, str], order: list[str]) -> None:
    assert ranked(answers) == order


def test_an_answer_given_again_replaces_the_first(world: World, ana: Phone) -> None:
    checkup.begin(ana.turn)
    checkup.note_answer(ana.turn, cause="time", statement="evenings", answer="often")
    assert checkup.leading(ana.turn) == ("time", "none")
    checkup.note_answer(ana.turn, cause="time", statement="evenings", answer="rarely")
    assert checkup.leading(ana.turn) == ("none", "none")


def test_words_are_kept_and_given_back(world: World, ana: Phone) -> None:
    assert checkup.words_of(ana.turn, "strength") == ""
    checkup.keep_words(ana.turn, kind="strength", words="we laugh \u2764\ufe0f")
    checkup.keep_words(ana.turn, kind="trouble", words="we are tired")
    assert checkup.words_of(ana.turn, "strength") == "we laugh \u2764\ufe0f"
    assert checkup.words_of(ana.turn, "trouble") == "we are tired"


def test_beginning_again_within_the_hour_goes_on_and_later_is_another(world: World, ana: Phone) -> None:
    checkup.begin(ana.turn)
    checkup.note_answer(ana.turn, cause="time", statement="evenings", answer="often")
    world.now += timedelta(minutes=59)
    checkup.begin(ana.turn)
    assert checkup.leading(ana.turn) == ("time", "none")
    world.now += timedelta(minutes=2)
    checkup.begin(ana.turn)
    assert checkup.leading(ana.turn) == ("none", "none")
    assert world.connection.execute(select(func.count()).select_from(table(Checkup))).scalar_one() == 2


def test_a_look_is_of_one_person_alone(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    checkup.note_answer(ana.turn, cause="infidelity", statement="trust", answer="often")
    checkup.set_focus(ana.turn, focus="infidelity")
    assert checkup.latest(ben.turn) is None
    assert checkup.leading(ben.turn) == ("none", "none")
    assert access.own_focus(world.desk.vault, ben.row) == "none"
    assert access.own_focus(world.desk.vault, ana.row) == "infidelity"


def test_what_one_answers_brings_the_other_nothing(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ben.looks_away()
    ana.commands("checkup")
    for _ in range(40):
        if not ana.buttons:
            break
        labels = list(list(ana.screen.values())[-1].labels)
        if not labels:
            break
        ana.taps(labels[0])
    assert ben.new == []
