"""Facts and housekeeping: every fact has a reader of its type; waits end; drafts and strangers are forgotten."""

from datetime import timedelta

import pytest

from bot.conversation import housekeeping, sessions
from bot.conversation.acts import INTERNAL, MODELS
from bot.conversation.apply import ACTS
from bot.conversation.facts import READERS, Facts
from bot.conversation.vocabulary import facts, letter_fields
from bot.db.models import DialogSession, KeyErasure
from bot.engine.script import VarType
from bot.letters.assessment import EMPTY, letter_values
from tests.support.units import Phone, World

CALMING = ("Something harder", "Still upset")  # the way to a question with a timeout
TYPES: dict[VarType, type] = {"text": str, "flag": bool, "number": int, "choice": str}


def test_every_fact_has_a_reader_and_every_reader_is_a_fact() -> None:
    assert facts().keys() == READERS.keys()


def test_every_effect_has_an_act_and_every_act_is_an_effect() -> None:
    assert ACTS.keys() == MODELS.keys() | INTERNAL.keys()


@pytest.mark.parametrize("name", facts())
def test_a_fact_is_of_the_type_that_it_declares(
    world: World, ana: Phone, ben: Phone, couple: int, cem: Phone, name: str
) -> None:
    fact = facts()[name]
    newcomer = world.phone("Dora", 104).commands("start")
    world.delivers(ben, "a letter")
    ana.commands("practise").taps("I type it myself").commands("menu")
    for phone in (ana, ben, cem, newcomer):
        value = Facts(phone.turn, None)[name]
        assert type(value) is TYPES[fact.type], phone.name
        assert fact.type != "choice" or value in fact.of


def test_a_letter_in_the_making_has_the_fields_that_are_declared(world: World, ana: Phone, couple: int) -> None:
    assert EMPTY.keys() == letter_fields().keys()
    letter_id = world.drafts(ana, "You never listen, you idiot. I hate this.")
    ref = world.letter(letter_id)["ref"]
    for values in (EMPTY, letter_values(ana.turn, ref), letter_values(ana.turn, "none")):
        for name, field in letter_fields().items():
            assert type(values[name]) is TYPES[field.type], name
            assert field.type != "choice" or values[name] in field.of
    assert letter_values(ana.turn, ref)["marks"] != 0


def test_a_letter_of_somebody_else_has_no_fields(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.drafts(ana, "mine")
    assert letter_values(ben.turn, world.letter(letter_id)["ref"]) == EMPTY


def test_facts_are_read_once_and_only_those_that_are_asked_for(world: World, ana: Phone) -> None:
    found = Facts(ana.turn, None)
    assert "known" in found
    assert "draft.parts" not in found
    assert "nothing" not in found
    assert len(found) == len(list(found)) == len(READERS)
    assert found["known"] is found["known"]
    with pytest.raises(KeyError):
        found["nothing"]


# -- housekeeping


def session_row(world: World, phone: Phone) -> dict[str, object] | None:
    rows = DialogSession
    found = world.connection.execute(rows.select().where(rows.c.person_id == phone.row.id)).mappings().first()
    return None if found is None else dict(found)


def test_a_timeout_asks_again_by_itself(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps(*CALMING)
    ana.looks_away()
    world.passes(minutes=19)
    assert ana.new == []
    world.passes(minutes=2)
    assert ana.said
    assert session_row(world, ana) is not None


def test_an_expiry_ends_without_a_word(world: World, ana: Phone) -> None:
    ana.commands("menu").looks_away()
    assert session_row(world, ana) is not None
    world.passes(days=7, seconds=1)
    assert [call for call in ana.new if call.method.startswith("send") and "Done" not in ana.buttons] == []
    assert session_row(world, ana) is None


def test_a_suspended_dialog_is_forgotten_after_a_week(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself").commands("menu").taps("Something else").taps("Not now")
    assert sessions.suspended_dialog(ana.turn) == "practise"
    world.passes(days=7, seconds=1)
    assert sessions.suspended_dialog(ana.turn) is None
    assert session_row(world, ana) is None


def test_what_was_put_aside_goes_on_where_it_was(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself")
    asked = ana.said
    ana.commands("privacy").commands("continue")
    assert asked in ana.said


def test_the_key_of_whoever_has_gone_is_destroyed_once(world: World, ana: Phone) -> None:
    ana.commands("delete").taps("Delete everything")
    rows = KeyErasure
    assert world.connection.execute(rows.select()).first() is not None
    housekeeping.erase_keys(world.connection, world.desk.vault, housekeeping.erasable(world.connection))
    assert world.connection.execute(rows.select()).first() is None
    housekeeping.erase_keys(world.connection, world.desk.vault, housekeeping.erasable(world.connection))


def test_a_stranger_without_consent_is_forgotten_after_a_day(world: World, ana: Phone) -> None:
    dora = world.phone("Dora", 104).commands("start")
    ana.commands("practise")
    for hours, kept in ((23, True), (25, False)):
        housekeeping.forget_old(world.connection, now=world.now + timedelta(hours=hours))
        assert (session_row(world, dora) is not None) is kept
        assert session_row(world, ana) is not None
