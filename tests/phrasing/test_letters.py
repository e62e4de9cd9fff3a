"""Letters: cutting into sentences, marks, heat."""

import pytest

from bot.phrasing import Lexicon, heat, marks, sentences

HOT = "Dear Ana,\n\nYou are a coward.\nIf you don't call me I'm leaving you. What a hero, bravo!\n\nBen"
CALM = "Dear Ana,\n\nI miss you. I always loved our walks. Could we go on Sunday?\n\nBen"


def test_a_letter_is_cut_at_lines_and_full_stops() -> None:
    text = 'Hi Bo,\n\nI waited "till 9." Then I left... and slept. 3 hours!\nMia'
    pieces = [text[start:end] for start, end in sentences(text)]
    assert pieces == ["Hi Bo,", 'I waited "till 9."', "Then I left... and slept.", "3 hours!", "Mia"]


def test_an_empty_letter_has_no_sentences(lexicon: Lexicon) -> None:
    assert sentences(" \n ") == ()
    assert marks("", lexicon) == ()


def test_hot_sentences_are_marked_with_their_kind(lexicon: Lexicon) -> None:
    flags = {HOT[m.start : m.end]: m.flags for m in marks(HOT, lexicon) if m.flags}
    assert flags["You are a coward."] == {"blame"}
    assert "threat" in flags["If you don't call me I'm leaving you."]
    assert "contempt" in flags["What a hero, bravo!"]


def test_a_calm_letter_is_cold_and_a_hot_one_is_hot(lexicon: Lexicon) -> None:
    assert heat(marks(CALM, lexicon)) == 0
    assert heat(marks(HOT, lexicon)) == 5


def test_a_threat_is_shown_whole_and_never_reworded(lexicon: Lexicon) -> None:
    (_, mark) = marks("I miss you. If you leave me I will make you regret it.", lexicon)
    assert (mark.words, mark.rewrite) == ("If you leave me I will make you regret it.", None)


def test_what_was_done_is_not_lost_in_the_rewrite(lexicon: Lexicon) -> None:
    (mark,) = marks("You treat me like a servant when your friends are here", lexicon)
    assert (mark.words, mark.rewrite) == ("You treat me like a servant", None)


def test_marks_name_words_of_their_own_sentence(lexicon: Lexicon) -> None:
    for mark in marks(HOT, lexicon):
        assert mark.words in HOT[mark.start : mark.end]


@pytest.mark.parametrize(
    "text",
    [
        "If you go I'll make you pay for it.",
        "One more lie and I'm out.",
        "Either you call him or I will.",
        "You will regret this.",
        "Change or I'm leaving you.",
    ],
)
def test_consequences_are_threats(text: str, lexicon: Lexicon) -> None:
    assert "threat" in marks(text, lexicon)[0].flags


@pytest.mark.parametrize(
    "text",
    [
        "If you like, I'll make us dinner.",
        "If you come, I will wait at the station.",
        "I'm scared that you will leave.",
        "I will always be on your side.",
        "I regret what I said.",
    ],
)
def test_offers_and_fears_are_no_threats(text: str, lexicon: Lexicon) -> None:
    assert marks(text, lexicon)[0].flags == frozenset()


def test_a_sharp_sentence_is_quoted_by_its_sharpest_flag(lexicon: Lexicon) -> None:
    threat = "Do this to me at Christmas and you'll be spending New Year on your own."
    [mark] = marks(threat, lexicon)
    assert "threat" in mark.flags
    assert (mark.words, mark.rewrite) == (threat, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "So: you always save me the crispy corner of the lasagne.",
        "You couldn't stop singing and I couldn't stop laughing.",
        "I was wrong when I said you didn't love me anymore.",
        "You drove me to the exam in the snow.",
        "Always, Rui",
    ],
)
def test_kind_words_with_always_or_you_are_left_alone(sentence: str, lexicon: Lexicon) -> None:
    assert not [mark for mark in marks(sentence, lexicon) if mark.flags]
