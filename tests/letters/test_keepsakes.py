"""Keepsakes between Ana and Ben: who may have one, what its row holds, and what stands in it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import Outbox
from bot.delivery.render import Call
from bot.keepsake.manuscript import Manuscript
from bot.letters import drafts, keepsakes
from bot.letters import service as letters
from tests.support.units import Phone, World

WORDS = "I miss our Sundays."


def kept(phone: Phone) -> Manuscript:
    """What the last file of this chat is printed from."""
    call: Call = [call for call in phone.new if call.method == "send_document"][-1]
    assert call.manuscript is not None
    return call.manuscript


def reads(world: World, writer: Phone, reader: Phone, *texts: str) -> int:
    """A letter that lies open with its reader."""
    letter_id = world.delivers(writer, *texts)
    world.taps_letter(reader, letter_id, "open")
    return letter_id


def test_the_reader_of_an_opened_letter_taps_for_a_keepsake(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, WORDS, "Yours")
    ben.taps("Keepsake (PDF)")
    assert ben.said.startswith("Made to be printed or kept.")
    found = kept(ben)
    assert [leaf.head for leaf in found.leaves] == ["From Ana, 4 March 2026"]
    assert [piece.text for piece in found.leaves[0].pieces] == [WORDS, "Yours"]
    assert found.name == "letter-2026-03-04.pdf"
    assert ana.new == [] or WORDS not in ana.said


def test_its_writer_has_one_from_the_list_in_their_own_hand(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, WORDS)
    ana.commands("letters").taps("Sent, 4 March", "Keepsake (PDF)")
    assert kept(ana).leaves[0].head == "From Ana, 4 March 2026"
    assert ben.looks_away().new == []


def test_nobody_else_and_nobody_too_early(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    waiting, draft = world.delivers(ana, WORDS), world.drafts(ana, WORDS)
    for phone, letter_id, name in (
        *((ben, waiting, name) for name in ("print", "month", "print_own", "month_own")),
        *((cem, waiting, name) for name in ("print", "month", "print_own", "month_own")),
        *((ana, draft, name) for name in ("print", "print_own", "month_own")),
    ):
        world.taps_letter(phone, letter_id, name)
        assert phone.toast == "This question has moved on."
        assert WORDS not in phone.said


def test_the_row_holds_which_letters_and_never_the_words(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = reads(world, ana, ben, WORDS)
    keepsakes.ask(ben.turn, letters.access.letter(world.connection, letter_id), "print")  # type: ignore[arg-type]
    row = world.connection.execute(select(Outbox).where(Outbox.c.kind == "keepsake")).mappings().one()
    payload = world.desk.vault.open_service(row["payload"], row["dedupe_key"])
    assert payload == b'{"letters":[%d],"more":false}' % letter_id


def test_what_was_erased_before_it_went_out_is_left_out(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = reads(world, ana, ben, WORDS)
    keepsakes.ask(ben.turn, letters.access.letter(world.connection, letter_id), "print")  # type: ignore[arg-type]
    drafts.change(world.connection, letter_id, reader_key=None)
    ben.looks_away()
    world.deliver()
    assert ben.new == []


def test_tapping_again_within_the_minute_makes_no_second_file(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = reads(world, ana, ben, WORDS)
    world.now = world.now.replace(second=0)
    for _ in range(3):
        world.taps_letter(ben, letter_id, "print")
    assert len([call for call in ben.calls if call.method == "send_document"]) == 1
    world.now += timedelta(minutes=1)
    world.taps_letter(ben, letter_id, "print")
    assert len([call for call in ben.calls if call.method == "send_document"]) == 2


def test_all_of_the_month_both_ways_and_of_no_other(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, "February, in Auckland March")
    world.now = world.now.replace(month=4, day=2)
    first = reads(world, ana, ben, "One")
    world.passes(days=1)
    world.delivers(ana, "Unopened")
    world.passes(days=1)
    reads(world, ben, ana, "Two")
    world.taps_letter(ben, first, "print")
    ben.taps("All of April 2026")
    found = kept(ben)
    assert [leaf.pieces[0].text for leaf in found.leaves] == ["One", "Two"]
    assert (found.name, found.leaves[1].head) == ("letters-2026-04.pdf", "From Ben, 4 April 2026")


def test_the_only_letter_of_its_month_offers_no_more(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    reads(world, ana, ben, WORDS)
    ben.taps("Keepsake (PDF)")
    assert not [label for label in ben.buttons if label.startswith("All of")]


def test_photos_and_voice_notes_stand_where_they_were_put(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    draft = world.drafts(ana, "Before")
    ref = world.letter(draft)["ref"]
    drafts.add_part(ana.turn, letter=ref, kind="photo", ref=9101, text="The bench", file="photo-1")
    drafts.add_part(ana.turn, letter=ref, kind="voice", ref=9102, text="", file="voice-1")
    drafts.add_part(ana.turn, letter=ref, kind="text", ref=9103, text="After", file="")
    letters.seal(ana.turn, letter=ref, rest="none")
    world.ticks()
    world.taps_letter(ben, draft, "open")
    world.taps_letter(ben, draft, "print")
    pieces = [(piece.kind, piece.text, piece.file) for piece in kept(ben).leaves[0].pieces]
    assert pieces == [
        ("text", "Before", ""),
        ("photo", "The bench", "photo-1"),
        ("voice", "", "voice-1"),
        ("text", "After", ""),
    ]


def test_who_has_left_keeps_what_was_opened(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = reads(world, ana, ben, WORDS)
    ben.commands("leave").taps("Leave now")
    world.taps_letter(ben, letter_id, "print")
    assert kept(ben).leaves[0].pieces[0].text == WORDS


def test_a_letter_kept_from_being_forwarded_can_be_kept_by_its_reader(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    ana.commands("settings").taps("My partner and me", "Block forwarding")
    reads(world, ana, ben, WORDS)
    ben.taps("Keepsake (PDF)")
    assert kept(ben).leaves[0].pieces[0].text == WORDS
    assert [call.params.get("protect_content") for call in ben.new if call.method == "send_document"] == [None]
