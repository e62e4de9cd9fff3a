"""How the answers of guided practice become one sentence."""

import pytest

from bot.phrasing import Lexicon, fitted, is_over


@pytest.mark.parametrize(
    ("step", "answer", "form", "words"),
    [
        ("situation", "You came late.", "", "you came late"),
        ("situation", "Ben said no", "", "Ben said no"),
        ("situation", "At dinner you read", "", "at dinner you read"),
        ("situation", "I came home", "", "I came home"),
        ("feeling", "Sad", "", "sad"),
        ("wish", "us to eat without phones", "", "us to eat without phones"),
        ("wish", "A walk on Sunday", "", "a walk on Sunday"),
        ("wish", "it if you called", "", "it if you called"),
        ("wish", "help with the kitchen", "", "help with the kitchen"),
        ("wish", "Help me with the bins", "act", "help me with the bins"),
        ("wish", "could you call me?", "question", "Could you call me"),
        ("wish", "please ask me first", "whole", "Please ask me first"),
        ("wish", "I wish you would hold my hand", "whole", "I wish you would hold my hand"),
        ("seeing", "had a long day", "", "had a long day"),
        ("seeing", "Your day was long", "that", "your day was long"),
        ("seeing", "you're tired", "that", "you're tired"),
        ("seeing", "work hard for us", "", "work hard for us"),
        ("seeing", "work a lot", "", "work a lot"),
        ("seeing", "Work so late these days", "", "work so late these days"),
        ("seeing", "work is heavy", "that", "work is heavy"),
        ("seeing", "work really wears you out", "that", "work really wears you out"),
    ],
)
def test_an_answer_finds_its_form(step: str, answer: str, form: str, words: str, lexicon: Lexicon) -> None:
    assert fitted(step, answer, lexicon) == (form, words)


@pytest.mark.parametrize(
    ("situation", "over"),
    [
        ("you came home at nine", True),
        ("you did not answer my text", True),
        ("the kitchen was a mess", True),
        ("you look at your phone at dinner", False),
        ("you are late again", False),
        ("nothing happens in bed", False),
    ],
)
def test_a_moment_that_is_over_is_known(situation: str, over: bool, lexicon: Lexicon) -> None:
    assert is_over(situation, lexicon) is over
