"""A letter for a day when the two fight: it comes quietly, stays closed, and is opened when its reader likes."""

from bot.letters import drafts, exchange
from bot.letters import service as letters
from tests.support.units import Phone, World

GOOD = "Even now, I am on your side."
ON_THE_LIST = "For when you fight: Ana"


def gives_one(world: World, ana: Phone) -> None:
    ana.commands("write").taps("Other kinds", "For when we fight").writes(GOOD).taps("Preview")
    assert "Its notice says that it is for when you fight" in ana.said
    ana.taps("Yes, now")
    world.ticks()


def test_it_comes_without_a_sound_and_says_what_it_is_for(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    gives_one(world, ana)
    assert "for a day when the two of you fight" in ben.said
    assert GOOD not in ben.said
    assert [call.params.get("disable_notification") for call in ben.new] == [True]
    assert {"Tonight", "I need until …"}.isdisjoint(ben.buttons)


def test_it_is_opened_months_later_from_the_list(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """However many letters came since; nothing has asked for it meanwhile."""
    gives_one(world, ana)
    ben.taps("Leave it closed")
    assert "Leave it closed" not in ben.buttons
    for day in range(10):
        world.passes(days=10)
        world.delivers(ana, f"Letter {day}.")
    assert not any("when the two of you fight" in str(call.params.get("text")) for call in ben.calls[3:])
    ben.commands("letters").taps(ON_THE_LIST)
    assert GOOD in ben.said
    ben.taps("Fold it away").commands("letters")
    assert ON_THE_LIST not in ben.buttons[-12:]


def test_it_is_opened_at_once_if_its_reader_likes(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    gives_one(world, ana)
    ben.taps("Open it now")
    assert GOOD in ben.said
    assert [call.method for call in ben.new] == ["edit_message_text"]


def test_left_closed_it_can_still_worry(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    gives_one(world, ana)
    ben.taps("Leave it closed", "This letter worries me")
    assert "A letter should not frighten you" in ben.said


def test_taken_back_it_cannot_be_opened(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    gives_one(world, ana)
    ana.commands("letters").taps("Sent, 4 March", "Take it back")
    world.deliver()
    assert GOOD not in ben.shown
    ben.commands("letters")
    assert ON_THE_LIST not in ben.buttons


def test_to_its_writer_it_looks_like_any_letter(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    gives_one(world, ana)
    before = ana.commands("letters").said, ana.buttons[-1]
    ben.taps("Open it now")
    assert (ana.commands("letters").said, ana.buttons[-1]) == before


def test_a_letter_of_an_exchange_is_none(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """A draft that was first meant for another day, and then for an exchange, goes as what it became."""
    letter_id = world.drafts(ana, GOOD)
    ref = world.letter(letter_id)["ref"]
    drafts.begin(ana.turn, letter=ref, guide="open_when")
    exchange.begin(ana.turn, letter=ref, question="miss")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    world.taps_letter(ana, letter_id, "alone")
    world.ticks()
    assert world.letter(letter_id)["state"] == "waiting"
    assert "A letter from Ana." in ben.said
