"""A letter never to be sent: it stays with its writer, kept or deleted, whatever happens."""

from sqlalchemy import select

from bot.conversation import exporting, housekeeping
from bot.db.models import Letter
from bot.letters import drafts
from bot.letters import service as letters
from tests.support.units import Phone, World

HARD = "I am so angry that you forgot it again."
DELETED = "It is deleted."


def writes_one(ana: Phone) -> None:
    ana.commands("write").taps("Other kinds", "Never to be sent").writes(HARD).taps("That is all")


def test_it_is_written_kept_and_found_again(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    writes_one(ana)
    ana.taps("Keep it for me")
    assert "for your eyes only" in ana.said
    ana.commands("letters").taps("For me alone, 4 March")
    assert HARD in ana.said
    assert world.words("preview_head").strip() not in ana.said
    assert {"Leave it here", "Write more", "Delete it"} <= set(ana.buttons)
    assert ben.calls == []


def test_nothing_that_its_writer_does_sends_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """Not even with the name of the draft in a dialog that seals."""
    ref = world.letter(world.drafts(ana, HARD))["ref"]
    drafts.begin_unsent(ana.turn, letter=ref)
    letters.plan(ana.turn, letter=ref, hour="h09", day="tomorrow")
    letters.seal(ana.turn, letter=ref)
    drafts.keep_sentence(ana.turn, letter=ref)
    letters.seal(ana.turn, letter=ref)
    world.passes(days=8)
    assert not any("etter" in str(call.params.get("text")) for call in ben.calls)


def test_more_can_be_written_to_it_and_it_can_be_deleted(world: World, ana: Phone, couple: int) -> None:
    writes_one(ana)
    ana.taps("Keep it for me")
    ana.commands("letters").taps("For me alone, 4 March", "Write more").writes("And sad.").taps("That is all")
    ana.taps("Delete it", "Yes, delete it")
    assert DELETED in ana.said
    ana.commands("letters")
    assert world.words("letters_none").strip() in ana.said


def test_a_letter_kept_for_oneself_has_no_end(world: World, ana: Phone, couple: int) -> None:
    writes_one(ana)
    ana.taps("Keep it for me")
    housekeeping.forget_old(world.connection, now=world.passes(days=300).now)
    ana.commands("letters").taps("For me alone, 4 March")
    assert HARD in ana.said


def test_what_was_begun_and_left_goes_like_any_draft(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps("Other kinds", "Never to be sent").writes(HARD).taps("Stop")
    housekeeping.forget_old(world.connection, now=world.passes(days=31).now)
    ana.commands("letters")
    assert world.words("letters_none").strip() in ana.said


def test_it_needs_no_partner(world: World, ana: Phone) -> None:
    world.knows(ana)
    ana.commands("menu").taps("A letter just for me").writes(HARD).taps("That is all", "Keep it for me")
    ana.commands("letters").taps("For me alone, 4 March")
    assert HARD in ana.said


def test_it_stays_when_the_two_part_and_stands_in_the_copy(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    writes_one(ana)
    ana.taps("Keep it for me")
    ben.commands("leave").taps("Leave now")
    ana.commands("letters").taps("For me alone, 4 March")
    assert HARD in ana.said
    assert HARD.encode() in exporting.collect(ana.turn)
    assert HARD.encode() not in exporting.collect(ben.turn)


def test_whoever_is_upset_may_write_it_down_without_sending(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps("Something harder", "Still upset", "Write it just for me").writes(HARD)
    ana.taps("That is all", "Delete it", "Yes, delete it")
    assert DELETED in ana.said


def test_one_that_was_deleted_beside_an_open_look_at_it_is_not_kept_without_words(
    world: World, ana: Phone, couple: int
) -> None:
    writes_one(ana)
    ana.taps("Keep it for me")
    for _ in range(2):
        ana.commands("letters").taps("For me alone, 4 March")
    ana.taps("Delete it", "Yes, delete it")
    ana.commands("menu").taps("Go on with it", "Delete it", "No, keep it")
    assert "unsent" not in world.connection.execute(select(Letter.c.state)).scalars().all()
    assert "That letter is no longer here" in ana.said
    assert "It stays under /letters" not in ana.said


def test_one_without_words_yet_shows_nothing(world: World, ana: Phone, couple: int) -> None:
    """Telegram takes no empty message: it would be refused, and parked."""
    drafts.begin_unsent(ana.turn, letter="a look")
    before = len(ana.calls)
    ana.turn.send("preview", {"letter": drafts.draft(ana.turn, "a look").id, "page": 1})
    world.deliver()
    assert len(ana.calls) == before
