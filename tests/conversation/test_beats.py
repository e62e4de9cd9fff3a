"""A defect about one person is that person's alone, in each beat that goes through several."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.conversation import dialogs, housekeeping
from bot.letters import reading
from bot.letters import service as letters
from tests.support.units import Phone, World


def fails_for(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, phone: Phone) -> None:
    """What this function does for one person ends in a defect."""
    does, person_id = getattr(owner, name), phone.row.id

    def fails(turn: Any, *args: Any, **kwargs: Any) -> Any:
        if turn.person.id == person_id:
            raise ZeroDivisionError
        return does(turn, *args, **kwargs)

    monkeypatch.setattr(owner, name, fails)


def test_a_question_that_cannot_be_ended_keeps_no_other_one_waiting(
    world: World, ana: Phone, ben: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana.commands("menu")
    ben.commands("menu")
    fails_for(monkeypatch, dialogs, "expired", ana)
    world.now += timedelta(days=30)
    assert housekeeping.end_waits(world.connection, world.desk, now=world.now) == [ben.id]
    monkeypatch.undo()
    assert housekeeping.end_waits(world.connection, world.desk, now=world.now) == [ana.id]


def test_a_letter_that_cannot_be_folded_leaves_the_others_to_be(
    world: World, ana: Phone, ben: Phone, couple: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for writer, reader in ((ana, ben), (ben, ana)):
        letter = world.seals(writer, "We walked along the river.")
        letters.release_due(world.connection, world.desk, now=world.now)
        world.deliver()
        world.taps_letter(reader, letter, "open")
    fails_for(monkeypatch, reading, "fold", ana)
    world.now += timedelta(days=2)
    assert reading.fold_due(world.connection, world.desk, now=world.now) == [ben.id]
    monkeypatch.undo()
    assert reading.fold_due(world.connection, world.desk, now=world.now) == [ana.id]
