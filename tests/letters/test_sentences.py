"""A person's own sentences: kept, listed, read, changed, sent, made into a letter, deleted."""

import pytest

from bot.delivery.sentence_pages import FIRST_WORDS, first_words
from bot.letters import drafts, sentences
from tests.support.units import Phone, World

SOFT = "When you came home late, I felt lonely. I would like us to eat together."
OTHER = "When the kitchen was full on Sunday, I felt tired. Would you help me tomorrow?"


def keeps(world: World, phone: Phone, *texts: str) -> None:
    for text in texts:
        ref = f"s{world.desk.chance.new_id(world.now)}"
        drafts.write_sentence(phone.turn, letter=ref, words=text)
        drafts.keep_sentence(phone.turn, letter=ref)


def states(world: World, phone: Phone) -> list[str]:
    found = sentences.kept_by(world.connection, phone.row.id)
    return [world.letter(letter_id)["state"] for letter_id in found]


def test_a_sentence_is_practised_kept_and_found_under_letters(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself").writes(SOFT).taps("Keep it for me")
    assert "for your eyes only" in ana.said
    ana.taps("Sleep on it first").commands("letters")
    assert "There are no letters yet." in ana.said
    ana.taps("My sentences")
    assert "the newest first" in ana.said
    ana.taps(first_words(SOFT))
    assert SOFT in ana.said
    ana.taps("Leave it here")
    assert states(world, ana) == ["kept"]


def test_the_list_of_letters_has_one_button_for_all_sentences(world: World, ana: Phone, couple: int) -> None:
    world.drafts(ana, "Dear Ben")
    keeps(world, ana, SOFT, OTHER)
    ana.commands("letters")
    bubble = ana.bubble("Your letters:")
    assert list(bubble.labels) == ["Draft, 4 March", "My sentences"]


def test_newest_first_and_older_ones_on_a_tap(world: World, ana: Phone) -> None:
    for number in range(8):
        keeps(world, ana, f"Sentence {number}")
        world.now = world.now.replace(minute=number + 1)
    ana.commands("practise").taps("More", "My sentences")
    assert list(ana.bubble("Your own sentences").labels)[:2] == ["Sentence 7", "Sentence 6"]
    ana.taps("Older ones")
    assert list(ana.bubble("Your own sentences").labels) == ["Sentence 1", "Sentence 0", "Close"]
    ana.taps("Close")
    assert "Sentence 0" not in str([bubble.labels for bubble in list(ana.screen.values())[-1:]])


def test_a_kept_sentence_is_sent_as_a_note_only_after_its_preview(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    keeps(world, ana, SOFT)
    ana.commands("letters").taps("My sentences", first_words(SOFT), "Send it to my partner")
    assert SOFT in ana.said
    assert "This is exactly what Ben will read." in ana.said
    ana.taps("Yes, now")
    assert "what will you do if they answer" in ana.said
    world.ticks()
    assert "A note from Ana." in ben.shown
    ben.taps("Open")
    assert SOFT in ben.shown
    assert states(world, ana) == []


def test_a_sentence_becomes_the_first_part_of_a_letter_and_stays_kept(world: World, ana: Phone, couple: int) -> None:
    keeps(world, ana, SOFT)
    ana.commands("letters").taps("My sentences", first_words(SOFT), "Begin a letter with it")
    assert "This is your draft so far" in ana.said
    assert SOFT in ana.said
    ana.writes("There is more to say.").taps("Preview")
    assert f"{SOFT}\n\nThere is more to say." in ana.shown
    assert states(world, ana) == ["kept"]


def test_a_changed_sentence_takes_the_place_of_the_old_one_once_it_is_kept(world: World, ana: Phone) -> None:
    keeps(world, ana, SOFT)
    ana.commands("letters").taps("My sentences", first_words(SOFT), "Change it").writes(OTHER)
    old = sentences.kept_by(world.connection, ana.row.id)[-1]
    assert world.letter(old)["state"] == "kept"  # nothing is lost before the new one is kept
    ana.taps("Keep it for me", "Nothing for now")
    assert world.letter(old)["state"] == "discarded"
    assert states(world, ana) == ["kept"]


def test_a_deleted_sentence_leaves_no_words(world: World, ana: Phone) -> None:
    keeps(world, ana, SOFT)
    (letter_id,) = sentences.kept_by(world.connection, ana.row.id)
    ana.commands("letters").taps("My sentences", first_words(SOFT), "Delete it", "Yes, delete it")
    assert world.letter(letter_id)["state"] == "discarded"
    assert world.letter(letter_id)["writer_key"] is None
    ana.commands("practise").taps("More")
    assert "My sentences" not in ana.button("When they reach out").labels
    ana.commands("letters")
    assert "There are no letters yet." in ana.said


def test_what_was_let_go_is_in_no_list(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself").writes(SOFT).taps("Delete it")
    assert states(world, ana) == []
    assert not sentences.has_any(ana.turn)


@pytest.mark.parametrize("name", ["read", "older", "list", "close", "send"])
def test_nobody_reaches_the_sentences_of_another(world: World, ana: Phone, ben: Phone, couple: int, name: str) -> None:
    keeps(world, ana, SOFT)
    (letter_id,) = sentences.kept_by(world.connection, ana.row.id)
    for object_id in (letter_id, ana.row.id):
        assert sentences.tapped(ben.turn, object_id, name, message_id=1) == "moved_on"
    sentences.begin_letter_with(ben.turn, letter="mine", sentence=world.letter(letter_id)["ref"])
    assert drafts.find(world.connection, ben.row.id, "mine") is None


def test_a_sent_sentence_can_no_longer_be_opened_from_an_old_list(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    keeps(world, ana, SOFT)
    (letter_id,) = sentences.kept_by(world.connection, ana.row.id)
    ana.commands("letters").taps("My sentences", first_words(SOFT), "Send it to my partner", "Yes, now")
    assert sentences.tapped(ana.turn, letter_id, "read", message_id=1) == "moved_on"


def test_words_for_a_made_up_scene_are_kept_only_when_asked(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("A made-up scene", "Surprise me").writes(SOFT)
    ana.taps("Show me one way", "That is enough")
    assert not sentences.has_any(ana.turn)
    ana.commands("practise").taps("A made-up scene", "Surprise me").writes(SOFT).taps("Keep my sentence")
    assert states(world, ana) == ["kept"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Short.", "Short."),
        ("When you came home late, I felt lonely and sad", "When you came home late, I felt\u2026"),
        ("x" * 60, "x" * (FIRST_WORDS - 1) + "\u2026"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_button_shows_the_first_words(text: str, shown: str) -> None:
    assert first_words(text) == shown
    assert len(shown) <= FIRST_WORDS


def test_a_feeling_that_is_found_hidden_is_not_praised_as_one(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself").writes("I feel unloved when you turn away")
    assert "You say what happened." in ana.said
    assert "You name a feeling" not in ana.said
    assert "What it is like for you stays hidden" in ana.said


def test_a_wide_wish_is_not_praised_as_something_they_can_do(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself").writes("I need more time together")
    assert "You say what you would like. So they need not guess." in ana.said
    assert "a first small step" in ana.said
