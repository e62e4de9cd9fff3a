"""A guided I-statement as a note."""

from bot.delivery.buttons import base36
from bot.letters import drafts, notes
from tests.support.units import Phone, World


def test_a_note_is_made_of_its_pieces_and_empty_ones_are_left_out(world: World, ana: Phone, couple: int) -> None:
    notes.write_note(ana.turn, letter="n", what="you rang", feeling="glad.", why="", wish="  ", seeing="are busy")
    ana.forges(f"l.{base36(drafts.draft(ana.turn, 'n').id)}.mine")
    assert "When you rang, I felt glad. I can see that you are busy." in ana.said


def test_a_note_takes_every_piece_in_the_form_that_fits_it(world: World, ana: Phone, couple: int) -> None:
    pieces = {"what": "You look away", "feeling": "Sad", "wish": "could you look at me?", "seeing": "your day was long"}
    notes.write_note(ana.turn, letter="n", why="", **pieces)
    ana.forges(f"l.{base36(drafts.draft(ana.turn, 'n').id)}.mine")
    assert "When you look away, I feel sad. Could you look at me? I can see that your day was long." in ana.said
