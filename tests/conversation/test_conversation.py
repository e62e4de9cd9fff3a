"""What comes outside of any question: commands, words, media, edits, and checkers of typed answers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.conversation.checkers import MAX_NAME, MAX_PIECE, STEPS, checkers
from bot.conversation.commands import ACTS, DIALOGS
from bot.conversation.incoming import InGroup, Nothing, Sent
from bot.conversation.service import Handled
from bot.db import people
from bot.engine.script import Accepted, Rejected
from tests.support.units import Phone, World

HARD = "I want to kill myself tonight."


def fixed(world: World, name: str) -> str:
    return world.desk.library.catalogue.text(f"interrupts.{name}").strip()


def test_a_command_that_nobody_knows_is_answered(world: World, ana: Phone) -> None:
    assert world.words("unknown_command").strip() in ana.commands("nonsense").said


@pytest.mark.parametrize("name", [*DIALOGS, *ACTS, "start", "help"])
def test_every_command_says_something(world: World, ana: Phone, name: str) -> None:
    assert ana.commands(name).said


@pytest.mark.parametrize("name", ["menu", "write", "letters", "settings", "why", "nonsense"])
def test_a_newcomer_goes_through_the_first_minute_first(world: World, name: str) -> None:
    dora = world.phone("Dora", 104).commands(name)
    first = dora.said
    assert first
    assert dora.commands(name).said == first


@pytest.mark.parametrize("name", ["privacy", "help", "delete", "bye"])
def test_a_newcomer_may_read_get_help_and_go(world: World, name: str) -> None:
    dora = world.phone("Dora", 104)
    assert dora.commands(name).said != world.phone("Emil", 105).commands("start").said


def test_the_countries_of_ones_time_zone_are_offered_first(world: World, ana: Phone) -> None:
    people.change(world.connection, ana.row.id, zone="Europe/London", country=None)
    ana.commands("help").taps("Someone to talk to").taps("Choose my country")
    assert list(list(ana.screen.values())[-1].labels) == [
        "United Kingdom",
        "Ireland",
        "Portugal",
        "All countries",
        "Not now",
    ]
    assert "Kazakhstan" in list(ana.taps("All countries").screen.values())[-1].labels


@pytest.mark.parametrize("name", ["stop", "back"])
def test_stopping_nothing_is_answered(world: World, ana: Phone, name: str) -> None:
    assert ana.commands(name).said == fixed(world, "nothing_open")


def test_nothing_put_aside_is_answered(world: World, ana: Phone) -> None:
    assert ana.commands("continue").said == fixed(world, "nothing_open")


def test_words_out_of_the_blue_open_the_menu(world: World, ana: Phone) -> None:
    assert ana.writes("hello there").said == world.phone("Ana", 101).commands("menu").said


@pytest.mark.parametrize("open_dialog", [None, "menu", "practise", "write"])
def test_danger_named_outright_is_answered_wherever_it_is_said(
    world: World, ana: Phone, ben: Phone, couple: int, open_dialog: str | None
) -> None:
    ben.looks_away()
    if open_dialog:
        ana.commands(open_dialog)
    ana.writes(HARD)
    assert "https://" in ana.said or "emergency" in ana.said
    world.passes(minutes=10)
    assert ben.new == []


def test_danger_in_an_edited_message_is_answered(world: World, ana: Phone) -> None:
    ana.writes("hello there").taps("Not now")
    ana.edits("hello there", HARD)
    assert "emergency" in ana.said


def test_an_edit_of_nothing_in_particular_says_nothing(world: World, ana: Phone) -> None:
    ana.writes("hello there").taps("Not now").edits("hello there", "hello")
    assert ana.said == ""


def test_an_edit_out_of_its_dialog_reaches_the_draft(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps("A blank page").writes("first words")
    ana.commands("menu").taps("Something else", "Not now")
    ana.edits("first words", "second words")
    ana.commands("letters")
    ana.taps(next(label for label in ana.buttons if label.startswith("Draft")))
    assert "second words" in ana.shown


def test_media_out_of_the_blue_is_answered(world: World, ana: Phone) -> None:
    assert ana.hears(Sent(ana.sender, 70, "photo", "f")).said == fixed(world, "media_not_here")


def test_a_group_and_nothing_are_nobody(world: World) -> None:
    assert world.handle(InGroup(-5, joined=True)) == Handled()
    assert world.handle(Nothing()) == Handled()


def test_an_old_question_loses_its_buttons_and_says_that_it_moved_on(world: World, ana: Phone) -> None:
    ana.commands("menu")
    old = ana.button("Not now")
    data = old.labels["Not now"]
    ana.taps("Not now")
    ana.forges(data, ref=old.id)
    assert ana.toast == fixed(world, "moved_on")
    assert old.labels == {}


def test_the_quiet_question_is_answered_by_its_person_alone(world: World, ana: Phone, ben: Phone) -> None:
    from bot.delivery.buttons import act  # noqa: PLC0415

    ben.forges(act("q", ana.row.id, "yes"))
    assert not ana.row.nudges_off
    ana.forges(act("q", ana.row.id, "nonsense"))
    assert not ana.row.nudges_off
    ana.forges(act("q", ana.row.id, "yes"))
    assert ana.row.nudges_off


def test_a_button_of_the_menu_suits_whoever_taps_it(world: World, ana: Phone) -> None:
    dora = world.phone("Dora", 104)
    assert ana.forges("m.0.menu", ref=1).said != dora.forges("m.0.menu", ref=1).said
    assert ana.forges("m.0.nonsense", ref=1).toast == fixed(world, "moved_on")


def test_seeing_a_person_is_noted(world: World, ana: Phone) -> None:
    world.now += timedelta(days=3)
    ana.commands("menu")
    assert ana.row.seen_at == world.now


# -- checkers


@given(st.text(max_size=80))
def test_a_name_is_short_visible_and_without_tricks(shelf: Library, text: str) -> None:
    checked = checkers(shelf.lexicon, {}, ())["name"].check(text)
    if isinstance(checked, Accepted):
        name = str(checked.value)
        assert 0 < len(name) <= MAX_NAME
        assert any(char.isalnum() for char in name)
        assert not set(name) & set("\u202e\u202d\u200f\u200b\n\t\x00")
    else:
        assert checked.reason in {"name_empty", "name_too_long"}


@pytest.mark.parametrize("name", ["words", "sentence", *STEPS])
@given(text=st.text(max_size=80))
def test_a_typed_answer_is_kept_as_it_was_or_refused_when_empty(shelf: Library, name: str, text: str) -> None:
    checked = checkers(shelf.lexicon, {}, ())[name].check(text)
    if text.strip():
        assert isinstance(checked, Accepted)
        assert checked.value == text.strip()
    else:
        assert checked == Rejected("words_empty")


@pytest.mark.parametrize("step", STEPS)
def test_a_piece_has_a_length_of_its_own(shelf: Library, step: str) -> None:
    checker = checkers(shelf.lexicon, {}, ())[step]
    assert isinstance(checker.check("a" * MAX_PIECE), Accepted)
    assert checker.check("a" * (MAX_PIECE + 1)) == Rejected("piece_too_long")


def test_a_beginning_that_the_sentence_brings_along_is_left_out(shelf: Library) -> None:
    check = checkers(shelf.lexicon, {"situation": ("when",)}, ())["camera"].check
    for text, kept in (
        ("When you rang", "you rang"),
        ("when, you rang", "you rang"),
        ("whenever", "whenever"),
        ("When", "When"),
    ):
        checked = check(text)
        assert isinstance(checked, Accepted)
        assert checked.value == kept


@pytest.mark.parametrize("need", ["Afraid of my partner", "I want to hurt myself", "I could hurt someone"])
def test_stopping_in_help_stops_what_was_open_too_and_keeps_the_draft(
    world: World, ana: Phone, couple: int, need: str
) -> None:
    ana.commands("write").taps("A blank page").writes("Half a letter.")
    ana.commands("help").taps(need, "Stop for now")
    assert "Then we stop here" in ana.said
    assert "Write as many messages" not in ana.said
    assert "Still open" not in ana.commands("menu").said
    assert any(label.startswith("Draft") for label in ana.commands("letters").buttons)
