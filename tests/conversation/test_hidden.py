"""After /hide nobody says yes to what they cannot see: it is shown again, together with the question."""

import pytest

from bot.letters import drafts
from tests.support.units import Phone, World

WORDS = "The garden in the rain."
QUESTION = "This is exactly what Ben will read. Shall I pass it on?"


@pytest.fixture
def asked(world: World, ana: Phone, ben: Phone, couple: int) -> Phone:
    """Ana, before the yes to her letter, who has tidied her chat."""
    ana.commands("write").taps("A blank page").writes(WORDS).taps("Preview")
    assert QUESTION in ana.said
    ana.commands("hide")
    assert WORDS not in ana.shown
    return ana


@pytest.mark.parametrize("answer", ["hm", "Yes, maybe", "yes, now", "photo"])
def test_any_answer_shows_it_again_first(world: World, asked: Phone, ben: Phone, answer: str) -> None:
    """Also a typed yes; then the button gives it."""
    _ = asked.sends("photo") if answer == "photo" else asked.writes(answer)
    assert asked.said.index(WORDS) < asked.said.index(QUESTION)
    assert asked.buttons.count("Yes, now") == 1
    assert [label for label in asked.buttons if label.startswith("Forwarding")] == ["Forwarding: on"]
    asked.taps("Yes, now")
    world.ticks()
    ben.taps("Open")
    assert WORDS in ben.said


def test_it_is_shown_again_once(asked: Phone) -> None:
    asked.writes("hm").writes("hm")
    assert WORDS not in asked.said
    assert "Yes, now" in asked.buttons
    asked.commands("hide").writes("hm")
    assert WORDS in asked.said


def test_a_yes_to_another_choice_needs_no_second_look(asked: Phone) -> None:
    asked.writes("Change it")
    assert WORDS not in asked.said
    assert QUESTION not in asked.said


def test_what_was_not_hidden_is_not_shown_twice(ana: Phone, ben: Phone, couple: int) -> None:
    ana.commands("write").taps("A blank page").writes(WORDS).taps("Preview").writes("hm")
    assert WORDS not in ana.said
    ana.writes("yes, now")
    assert "This is exactly" not in ana.said


def test_a_look_that_is_still_on_its_way_was_not_hidden(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """A typed yes to a question that bad weather holds up counts, as before."""
    letter = world.drafts(ana, WORDS)
    ana.commands("letters").taps("Draft, 4 March")
    deliver, world.deliver = world.deliver, lambda: None  # type: ignore[method-assign]
    ana.taps("Preview").writes("yes, now")
    world.deliver = deliver  # type: ignore[method-assign]
    assert world.letter(letter)["state"] == "sealed"


def test_hiding_changes_nothing_for_another(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.drafts(ben, WORDS, ref="his")
    ben.commands("letters").taps("Draft, 4 March", "Preview")
    ana.commands("hide")
    ben.writes("yes, now")
    found = drafts.find(world.connection, ben.row.id, "his")
    assert found is not None
    assert found.state == "sealed"


def test_a_note_is_shown_again_too(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    drafts.write_sentence(ana.turn, letter="mine", words=WORDS)
    drafts.keep_sentence(ana.turn, letter="mine")
    ana.commands("letters").taps("My sentences", WORDS, "Send it to my partner").commands("hide")
    assert WORDS not in ana.shown
    ana.sends("photo")
    assert ana.said.index(WORDS) < ana.said.index(QUESTION)
