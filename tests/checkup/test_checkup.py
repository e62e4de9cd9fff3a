"""The private look at what is wrong: it is kept, it can be looked back at, and it stays with its person."""

from datetime import timedelta

from sqlalchemy import func, select

from bot import access
from bot.checkup import service as checkup
from bot.db.models import Checkup
from tests.support.units import Phone, World


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
    assert world.connection.execute(select(func.count()).select_from(Checkup)).scalar_one() == 2


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
