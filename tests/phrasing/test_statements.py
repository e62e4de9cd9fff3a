"""I-statements: verdicts, what is pointed at, what is praised, and other ways to put it."""

import pytest

from bot.phrasing import Assessment, Lexicon, assess, assess_part


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I feel sad when you come home late without a message", "i_statement"),
        ("i feel lonely and id love a walk with you on sunday", "i_statement"),
        ("I feel that you don't love me", "disguised_you"),
        ("I feel attacked", "disguised_you"),
        ("You never listen", "you_statement"),
        ("ur so selfish", "you_statement"),
        ("I'm sad.", "incomplete"),
        ("you came home at 11", "incomplete"),
        ("what's the weather like", "off_topic"),
        ("👍", "off_topic"),
        ("", "off_topic"),
    ],
)
def test_each_verdict_has_its_plain_example(text: str, verdict: str, lexicon: Lexicon) -> None:
    assert assess(text, lexicon).verdict == verdict


def test_an_off_topic_message_has_no_flags_and_no_findings(lexicon: Lexicon) -> None:
    assert assess("My boss is such an idiot", lexicon) == Assessment("off_topic", frozenset(), (), ())


def test_what_is_there_is_named(lexicon: Lexicon) -> None:
    good = assess("I feel sad when you leave without a word. I know you are tired. Could we say goodnight?", lexicon)
    assert set(good.strengths) == {"feeling", "situation", "need", "no_blame", "sees_partner"}
    assert good.findings == ()


def test_the_frame_comes_before_what_colours_it(lexicon: Lexicon) -> None:
    flags = [finding.flag for finding in assess("I feel like you never care about me", lexicon).findings]
    assert flags[0] == "disguised_you"


@pytest.mark.parametrize(
    ("text", "flag", "rewrite"),
    [
        ("You always leave the door open", "absolute", "When you leave the door open, I feel ..."),
        ("You never text back", "absolute", "When you don't text back, I feel ..."),
        ("I feel ignored when you read at dinner", "faux_feeling", "When you read at dinner, I feel ..."),
        ("You don't love me", "mind_reading", "I tell myself that you don't love me. Is that so?"),
        ("You have to call me tonight", "demand", "I would like you to call me tonight."),
        ("You make me so sad", "blame", "I feel so sad when ..."),
        ("You are an idiot", "label_or_insult", None),
        ("You never help", "absolute", None),
    ],
)
def test_a_rewrite_keeps_the_words_or_there_is_none(
    text: str, flag: str, rewrite: str | None, lexicon: Lexicon
) -> None:
    found = {finding.flag: finding.rewrite for finding in assess(text, lexicon).findings}
    assert found[flag] == rewrite


def test_quoted_words_are_not_the_writers(lexicon: Lexicon) -> None:
    assert "label_or_insult" not in assess('I was sad when you wrote "you are so lazy" on Sunday', lexicon).flags


def test_the_camera_step_minds_absolutes_and_labels(lexicon: Lexicon) -> None:
    found = {finding.flag for finding in assess_part("situation", "You are always late and lazy", lexicon)}
    assert {"absolute", "label_or_insult"} <= found


def test_the_camera_step_is_content_with_what_a_camera_shows(lexicon: Lexicon) -> None:
    assert assess_part("situation", "You came home at eleven on Tuesday", lexicon) == ()


def test_the_feeling_step_minds_verdicts(lexicon: Lexicon) -> None:
    assert [f.flag for f in assess_part("feeling", "ignored", lexicon)] == ["faux_feeling"]
    assert [f.flag for f in assess_part("feeling", "that you don't care", lexicon)] == ["disguised_you"]
    assert assess_part("feeling", "sad and a bit lonely", lexicon) == ()


def test_the_wish_step_minds_orders_and_wishes_that_only_say_no(lexicon: Lexicon) -> None:
    assert [f.flag for f in assess_part("wish", "You must stop that", lexicon)] == ["demand"]
    assert [f.flag for f in assess_part("wish", "I want you to stop shouting", lexicon)] == ["demand"]
    assert [f.flag for f in assess_part("wish", "that you don't shout", lexicon)] == ["demand"]
    assert assess_part("wish", "a hug when you come home", lexicon) == ()
    assert assess_part("wish", "help me with the dishes twice a week", lexicon) == ()


def test_an_unknown_step_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(KeyError):
        assess_part("poem", "x", lexicon)
