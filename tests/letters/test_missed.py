"""A chat that is closed when a letter comes, and what its reader finds when it is open again."""

import pytest

from bot.db import people as rows
from bot.letters import service as letters
from bot.people import service as people
from tests.letters.test_exchange import QUESTION
from tests.support.units import Phone, World


def closes_too_soon(world: World, ben: Phone) -> None:
    """The notice is written, and Telegram says that the chat is closed before we have heard of it."""
    letters.release_due(world.connection, world.desk, now=world.now)
    people.cannot_reach(world.connection, ben.row, now=world.now)
    world.deliver()


@pytest.mark.parametrize("act", ["returns", "writes"])
def test_a_notice_that_could_not_be_sent_comes_with_the_return(
    world: World, ana: Phone, ben: Phone, couple: int, act: str
) -> None:
    world.seals(ana, "I miss our Sundays.")
    closes_too_soon(world, ben)
    assert "A letter from Ana." not in ben.shown
    ben.returns() if act == "returns" else ben.writes("hello")
    world.deliver()
    assert ben.shown.count("A letter from Ana.") == 1
    ben.taps("Open")
    assert "I miss our Sundays." in ben.shown


def test_one_that_stands_there_does_not_come_again(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "I miss our Sundays.")
    ben.blocks()
    ben.returns()
    world.deliver()
    assert ben.shown.count("A letter from Ana.") == 1


def test_one_taken_back_meanwhile_does_not_come(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter = world.seals(ana, "I miss our Sundays.")
    closes_too_soon(world, ben)
    world.taps_letter(ana, letter, "withdraw")
    ben.returns()
    world.deliver()
    assert "A letter from Ana." not in ben.shown


def test_who_holds_letters_back_gets_none(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.seals(ana, "I miss our Sundays.")
    closes_too_soon(world, ben)
    rows.change(world.connection, ben.row.id, letters_muted=True)
    ben.returns()
    world.deliver()
    assert "A letter from Ana." not in ben.shown


def test_the_question_of_an_exchange_comes_with_the_return_too(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    ana.commands("write").taps("Other kinds", "One question, two letters", "What I miss").writes("HERS")
    ana.taps("Preview", "Yes, seal it")
    closes_too_soon(world, ben)
    ben.returns()
    world.deliver()
    assert ben.shown.count(QUESTION) == 1
    ben.taps("Not now")
    ben.blocks()
    ben.returns()
    world.deliver()
    assert QUESTION not in ben.shown


def test_one_tapped_while_nobody_was_there_comes_again_when_its_writer_is_back(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    world.delivers(ana, "I miss our Sundays.")
    ana.blocks()
    ben.taps("Open")
    world.deliver()
    assert "Open" not in ben.buttons
    assert "I miss our Sundays." not in ben.shown
    ana.returns()
    world.deliver()
    ben.taps("Open")
    assert "I miss our Sundays." in ben.shown
    ana.blocks()
    ana.returns()
    world.deliver()
    assert "Open" not in ben.buttons
